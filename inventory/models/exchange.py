"""Files of products, stock and costs: how they are read, what a check has seen, what costs were."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.models import Batch, append_only
from inventory.models.catalog import Sku


class ColumnMapping(models.Model):
    """Which column of somebody's files is which of our fields, remembered under a name."""

    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    columns = models.JSONField(help_text='{"sku": "Article no.", "unit_price": "RRP"}')
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="mapping_once")]

    def __str__(self) -> str:
        return self.name


class FileCheck(models.Model):
    """What a dry run has seen, row by row: whoever applies it finds the same, or is refused."""

    batch = models.OneToOneField(Batch, models.CASCADE, primary_key=True, related_name="+")
    seen = models.JSONField(help_text="Row -> a short digest of what it would change, from what.")
    told = models.JSONField(help_text="Header, examples, mapping and the first changes.")

    def __str__(self) -> str:
        return f"check {self.batch_id}"


class UnitCostChange(models.Model):
    """A SKU's unit cost was set to something else; added, never changed."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="cost_changes")
    cost_before = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    currency_before = models.CharField(max_length=3)
    cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=100, blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="cost_change_not_negative"
            )
        ]
        indexes = [models.Index(fields=["sku", "-id"], name="cost_change_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.cost_before} → {self.cost}"
