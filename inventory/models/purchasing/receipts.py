"""What has come in for orders to vendors, and what came that nobody knows."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from inventory.models.catalog import Sku, Warehouse
from inventory.models.purchasing.orders import PurchaseLine, PurchaseOrder
from inventory.states import ParkedState


class ReceiptQuerySet(ScopedQuerySet):
    """Questions people ask about receipts."""

    def for_list(self) -> Self:
        """With the units of each."""
        units = models.Sum("lines__units", default=0)
        return self.select_related("order__vendor", "warehouse").annotate(units_in=units)


class Receipt(models.Model):
    """One delivery for one order; its lines are added as goods are counted in."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True)
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="receipts")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    delivery_note = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10, help_text="Of that day.")
    received_at = models.DateTimeField()
    actor = models.CharField(max_length=64)

    objects = ReceiptQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "delivery_note"], name="receipt_once"),
        ]
        indexes = [models.Index(fields=["-received_at", "-id"], name="receipt_newest")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("purchasing:receipt", self.public_id)

    @property
    def rate_text(self) -> str:
        """The rate without idle zeros."""
        return f"{self.rate.normalize():f}"


class ReceiptLine(models.Model):
    """So many units of an order's line that came in; added, never changed."""

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="receipts")
    key = models.CharField(max_length=60, help_text="Of the page or call; booked once.")
    units = models.PositiveIntegerField(help_text="All that came, damaged ones too.")
    damaged = models.PositiveIntegerField(default=0)
    amount = MoneyField(currency="receipt.currency")
    cost = MoneyField(currency="company", help_text="At the receipt's rate.")
    over_reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "key"], name="receipt_line_once"),
            models.CheckConstraint(
                condition=Q(units__gt=0) & Q(damaged__lte=models.F("units")),
                name="receipt_of_something",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="receipt_line_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.units} of {self.line_id}"


class ParkedGoodsQuerySet(ScopedQuerySet):
    """Questions people ask about parked goods."""

    def waiting(self) -> Self:
        return self.filter(state=ParkedState.PARKED)

    def for_list(self) -> Self:
        return self.select_related("warehouse", "order", "sku")


class ParkedGoods(models.Model):
    """Units that came in under no known code: they lie aside until somebody knows."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, null=True, related_name="parked")
    barcode = models.CharField(max_length=64, blank=True)
    description = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField()
    photo = models.FileField(upload_to="parked/", blank=True)
    state = models.CharField(max_length=12, choices=ParkedState, default=ParkedState.PARKED)
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=64)
    parked_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    objects = ParkedGoodsQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="parked_something"),
            models.CheckConstraint(
                condition=~Q(barcode="") | ~Q(description=""),
                name="parked_goods_can_be_told_apart",
                violation_error_message="Give a barcode or a description.",
            ),
            models.CheckConstraint(
                condition=Q(state=ParkedState.PARKED, settled_at=None)
                | ~Q(state=ParkedState.PARKED) & Q(settled_at__isnull=False),
                name="parked_settled_iff_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["parked_at", "id"], name="parked_now", condition=Q(state="parked"))
        ]

    def __str__(self) -> str:
        return self.description or self.barcode

    def get_absolute_url(self) -> str:
        return address("purchasing:parked", self.public_id)
