"""What stock has cost: layers as they came in, and the moving average with its ledger."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from core.money import Money, exponent
from inventory.models.catalog import Sku, Warehouse
from inventory.models.purchasing.receipts import Receipt, ReceiptLine
from inventory.states import CostChange, LandedKind, SpreadBy


class ExchangeRate(models.Model):
    """What one unit of a currency was in the company's, from that day on."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    actor = models.CharField(max_length=64)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_nothing"),
        ]
        indexes = [models.Index(fields=["-day", "-id"], name="rate_newest")]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}: {self.rate}"


class CostLayer(models.Model):
    """Units that came in together at one cost, in the company's currency; never changed.

    First in, first out: what is there now is what came in last. Landed costs are rows beside it.
    """

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    receipt_line = models.OneToOneField(ReceiptLine, models.PROTECT, related_name="layer")
    units = models.PositiveIntegerField()
    value = MoneyField(currency="company")
    created_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(units__gt=0, value__gte=0), name="layer_of_something"
            )
        ]
        indexes = [models.Index(fields=["sku", "warehouse", "-id"], name="layer_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.units} for {self.value}"


class LandedCost(models.Model):
    """A document about what a delivery cost beside its goods; never changed."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="landed")
    kind = models.CharField(max_length=12, choices=LandedKind)
    spread_by = models.CharField(max_length=8, choices=SpreadBy)
    document = models.CharField(max_length=60, help_text="The bill's own number.")
    currency = models.CharField(max_length=3)
    amount = MoneyField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    company_amount = MoneyField(currency="company")
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "kind", "document"],
                name="landed_once",
                violation_error_message="That document is on the receipt already.",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="landed_something"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document}"


class LandedShare(models.Model):
    """One layer's part of a landed cost; together the parts are the whole."""

    landed = models.ForeignKey(LandedCost, models.PROTECT, related_name="shares")
    layer = models.ForeignKey(CostLayer, models.PROTECT, related_name="shares")
    amount = MoneyField(currency="company")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["landed", "layer"], name="share_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.amount)


class CostEntry(models.Model):
    """One step of a moving average, with all that it was computed from; never changed.

    `units` came in worth `value` on top of `units_before` at `average_before`. A landed cost
    brings no units: the part of it whose units are gone by then is in no average any more.
    """

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    layer = models.ForeignKey(CostLayer, models.PROTECT, related_name="+")
    share = models.OneToOneField(LandedShare, models.PROTECT, null=True, related_name="entry")
    kind = models.CharField(max_length=8, choices=CostChange)
    units = models.PositiveIntegerField()
    value = MoneyField(currency="company")
    units_before = models.PositiveIntegerField()
    average_before = models.DecimalField(max_digits=19, decimal_places=6)
    average = models.DecimalField(max_digits=19, decimal_places=6)
    created_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        indexes = [models.Index(fields=["sku", "warehouse", "-id"], name="cost_entry_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.average_before} → {self.average}"


class StockCostQuerySet(ScopedQuerySet):
    """Questions people ask about what stock has cost."""

    def with_values(self) -> Self:
        """Add `units_there` and what they are worth by layers; see `fifo_shown`."""
        scale = 10 ** exponent(settings.COMPANY_CURRENCY)
        return self.annotate(
            units_there=_there(),
            fifo_value=Func(
                F("sku_id"), F("warehouse_id"), _there(), models.Value(scale),
                function="inventory_fifo_value",
                output_field=models.BigIntegerField(),
            ),
        )  # fmt: skip

    def for_list(self) -> Self:
        return self.select_related("sku", "warehouse").with_values()


def _there() -> models.Subquery:
    from inventory.models.stock import StockLevel

    level = StockLevel.objects.filter(
        sku=models.OuterRef("sku_id"), warehouse=models.OuterRef("warehouse_id")
    )
    every = F("on_hand") + F("damaged") + F("quarantine") + F("display")
    return models.Subquery(level.values(there=every)[:1], output_field=models.IntegerField())


class StockCost(models.Model):
    """The moving average of a SKU in a warehouse: the last entry's, kept at hand."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    average = models.DecimalField(max_digits=19, decimal_places=6)
    updated_at = models.DateTimeField(db_default=Now())

    objects = StockCostQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="stock_cost_once"),
            models.CheckConstraint(condition=Q(average__gte=0), name="average_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} in {self.warehouse_id}: {self.average}"

    def get_absolute_url(self) -> str:
        return address("purchasing:cost", self.public_id)

    @property
    def average_value(self) -> Money:
        """What is there, at the moving average. Needs `with_values`."""
        there = self.units_there or 0  # type: ignore[attr-defined]
        return Money.rounded(self.average * there, settings.COMPANY_CURRENCY)

    @property
    def layer_value(self) -> Money:
        """What is there, first in, first out. Needs `with_values`."""
        return Money(int(self.fifo_value or 0), settings.COMPANY_CURRENCY)  # type: ignore[attr-defined]
