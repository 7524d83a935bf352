"""Orders to vendors, their lines, and the mail that carries them."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core import clock
from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet
from core.roles import Role
from inventory.errors import PurchaseMoveNotAllowed
from inventory.models.catalog import Sku, Warehouse
from inventory.models.purchasing.budgets import CostCenter
from inventory.models.purchasing.vendors import SupplierProduct, Vendor, VendorContact, plain_price
from inventory.states import (
    EXPECTED,
    PURCHASE_MOVES,
    UNDECIDED,
    Incoterm,
    PurchaseStatus,
    VendorMailState,
)


class PurchaseLimit(models.Model):
    """Up to which value people of a role approve orders by themselves."""

    role = models.CharField(max_length=16, choices=Role, unique=True)
    amount = MoneyField(currency="company")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="purchase_limit_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.amount}"


class PurchaseOrderQuerySet(ScopedQuerySet):
    """Questions people ask about orders to vendors."""

    def open(self) -> Self:
        """Neither closed nor cancelled."""
        return self.filter(status__in=[*UNDECIDED, *EXPECTED])

    def expected(self) -> Self:
        """Those that goods may come in for."""
        return self.filter(status__in=EXPECTED)

    def overdue(self) -> Self:
        """With goods that should have come in by now."""
        return self.expected().filter(expected_on__lt=clock.today())

    def undecided(self) -> Self:
        """Those that the vendor knows nothing of yet."""
        return self.filter(status__in=UNDECIDED)

    def not_mailed(self) -> Self:
        """Those whose mail may not have arrived: a person has to find out."""
        return self.filter(mail__state__in=[VendorMailState.IN_DOUBT, VendorMailState.FAILED])

    def for_list(self) -> Self:
        return self.select_related("vendor", "warehouse", "cost_center")


class PurchaseOrder(models.Model):
    """What is bought from one vendor for one warehouse in one go."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="orders")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    cost_center = models.ForeignKey(CostCenter, models.PROTECT, null=True, related_name="orders")
    status = models.CharField(max_length=16, choices=PurchaseStatus, default=PurchaseStatus.DRAFT)
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(
        max_digits=20, decimal_places=10, help_text="Of the day it was last changed or approved."
    )
    total = MoneyField()
    company_total = MoneyField(currency="company")
    payment_days = models.PositiveSmallIntegerField()
    incoterm = models.CharField(max_length=3, choices=Incoterm, blank=True)
    tolerance_percent = models.DecimalField(max_digits=5, decimal_places=2)
    tolerance_units = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True, help_text="The vendor reads it.")
    expected_on = models.DateField(null=True, help_text="Earliest day of an open line.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = PurchaseOrderQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=PurchaseStatus.values), name="purchase_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNDECIDED, sent_at=None)
                | Q(status__in=[*EXPECTED, PurchaseStatus.CLOSED], sent_at__isnull=False)
                | Q(status=PurchaseStatus.CANCELLED),
                name="purchase_sent_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["closed", "cancelled"], ended_at__isnull=False)
                | ~Q(status__in=["closed", "cancelled"]) & Q(ended_at=None),
                name="purchase_ended_iff_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="purchase_newest"),
            models.Index(fields=["vendor", "-id"], name="purchase_by_vendor"),
            models.Index(
                fields=["expected_on", "id"],
                name="purchase_expected",
                condition=Q(status__in=["sent", "partly_received"]),
            ),
            models.Index(
                fields=["cost_center"],
                name="purchase_committed",
                condition=Q(status__in=["approved", "sent", "partly_received"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("purchasing:order", self.public_id)

    @property
    def rate_text(self) -> str:
        """The rate without idle zeros."""
        return f"{self.rate.normalize():f}"

    def become(self, wanted: PurchaseStatus) -> None:
        """Change status in memory; raises PurchaseMoveNotAllowed. Only operations call this."""
        if wanted not in PURCHASE_MOVES[PurchaseStatus(self.status)]:
            raise PurchaseMoveNotAllowed(
                number=self.number,
                status=self.get_status_display().lower(),
                wanted=wanted.label.lower(),
            )
        self.status = wanted


class PurchaseLine(models.Model):
    """So many units of one SKU, at a price, for a day."""

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(SupplierProduct, models.SET_NULL, null=True, related_name="+")
    vendor_code = models.CharField(max_length=64, blank=True)
    units = models.PositiveIntegerField()
    pack_units = models.PositiveIntegerField(default=1)
    price = models.DecimalField(max_digits=19, decimal_places=6, help_text="Per unit.")
    agreed_price = models.DecimalField(
        max_digits=19, decimal_places=6, null=True, help_text="What the tier said then."
    )
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why it departs from what is agreed."
    )
    total = MoneyField(currency="order.currency")
    first_promised = models.DateField(null=True, help_text="What the vendor is measured by.")
    promised = models.DateField(null=True)
    units_received = models.PositiveIntegerField(default=0, help_text="Damaged ones too.")
    units_damaged = models.PositiveIntegerField(default=0)
    units_missing = models.PositiveIntegerField(default=0, help_text="Given up when it was closed.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "sku"],
                name="purchase_line_once",
                violation_error_message="That SKU is on the order already; change its line.",
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="purchase_line_of_something"),
            models.CheckConstraint(condition=Q(price__gte=0), name="purchase_price_not_negative"),
            models.CheckConstraint(
                condition=Q(units_damaged__lte=F("units_received")),
                name="damaged_units_have_arrived",
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_promised"],
                name="purchase_line_by_promise",
                condition=Q(first_promised__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="first_promise_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__first_promised__isnull=False,
                    old__first_promised__df=pgtrigger.F("new__first_promised"),
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.sku}"

    @property
    def units_open(self) -> int:
        """What is still to come."""
        return max(self.units - self.units_received - self.units_missing, 0)

    @property
    def packs(self) -> str:
        """How many packs that is: "12 × 6"; nothing for single units."""
        if self.pack_units == 1 or self.units < self.pack_units:
            return ""
        whole, rest = divmod(self.units, self.pack_units)
        return f"{whole:,} × {self.pack_units:,}" + (f" + {rest}" if rest else "")

    @property
    def price_text(self) -> str:
        """The price with the decimals that say something."""
        return plain_price(self.price)

    @property
    def agreed_text(self) -> str:
        """The agreed price; a dash for none."""
        return "–" if self.agreed_price is None else plain_price(self.agreed_price)

    @property
    def is_late(self) -> bool:
        """Whether what is still to come should be here."""
        return bool(self.units_open and self.promised and self.promised < clock.today())


class VendorMail(models.Model):
    """The mail that carries an order: the intent first, then what became of it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    order = models.OneToOneField(PurchaseOrder, models.PROTECT, related_name="mail")
    contact = models.ForeignKey(VendorContact, models.SET_NULL, null=True, related_name="+")
    mail_id = models.CharField(max_length=100, unique=True, help_text="Its Message-ID.")
    state = models.CharField(
        max_length=12, choices=VendorMailState, default=VendorMailState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at", "id"],
                name="vendor_mail_stuck",
                condition=Q(state__in=["in_doubt", "failed"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.state}"
