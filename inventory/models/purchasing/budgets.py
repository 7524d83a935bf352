"""What may be bought: so much per cost center and month, in the company's currency."""

from django.db import models
from django.db.models import Q

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from inventory.models.catalog import Warehouse


class CostCenter(models.Model):
    """Whose money an order to a vendor is; a warehouse may have one that its orders start with."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=100)
    warehouse = models.OneToOneField(
        Warehouse, models.PROTECT, null=True, related_name="cost_center",
        help_text="Orders for it start with this cost center.",
    )  # fmt: skip
    active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("purchasing:cost_center", self.public_id)


class Budget(models.Model):
    """So much for one cost center in one month. What is used of it is added up, never stored."""

    cost_center = models.ForeignKey(CostCenter, models.PROTECT, related_name="budgets")
    month = models.DateField(help_text="Its first day.")
    amount = MoneyField(currency="company")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cost_center", "month"], name="budget_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(condition=Q(month__day=1), name="budget_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_center_id} {self.month:%Y-%m}: {self.amount}"
