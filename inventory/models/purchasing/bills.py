"""What vendors ask for what they have delivered, matched with order and receipt."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core import clock
from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet
from core.money import Money
from core.roles import Role
from inventory.models.catalog import Warehouse
from inventory.models.purchasing.orders import PurchaseLine, PurchaseOrder
from inventory.models.purchasing.vendors import Vendor, plain_price
from inventory.states import BILLS_OPEN, BillStatus


class BillLimit(models.Model):
    """Up to which value people of a role give way alone: a bill that differs, a dispute."""

    role = models.CharField(max_length=16, choices=Role, unique=True)
    amount = MoneyField(currency="company")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="bill_limit_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.amount}"


class BillQuerySet(ScopedQuerySet):
    """Questions people ask about bills."""

    def live(self) -> Self:
        """Those that somebody is to pay, or has."""
        return self.exclude(status=BillStatus.CANCELLED)

    def open(self) -> Self:
        return self.filter(status__in=BILLS_OPEN)

    def differing(self) -> Self:
        """Those that somebody has to decide about."""
        return self.filter(status=BillStatus.DIFFERS)

    def payable(self) -> Self:
        """Those that are to be paid."""
        return self.filter(status=BillStatus.TO_PAY)

    def overdue(self) -> Self:
        """Not paid by their day, for whatever reason."""
        return self.open().filter(due_on__lt=clock.today())

    def for_list(self) -> Self:
        return self.select_related("vendor", "order", "warehouse")


class Bill(models.Model):
    """A vendor's bill for one order; a bill for several orders is entered once for each."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=60, help_text="The vendor's.")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="bills")
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="bills")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=BillStatus)
    billed_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10, help_text="Of the bill's day.")
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField()
    company_net = MoneyField(currency="company")
    difference = MoneyField(help_text="What is billed beyond order and receipts.")
    right_first = models.BooleanField(
        default=False, help_text="Nothing was wrong when it came, but goods may have been to come."
    )
    document = models.FileField(upload_to="bills/", blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    accepted_reason = models.CharField(max_length=200, blank=True)
    accepted_at = models.DateTimeField(null=True)
    paid_on = models.DateField(null=True)
    paid_reference = models.CharField(max_length=60, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=64)
    entered_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = BillQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "number", "order"],
                name="bill_once",
                condition=~Q(status="cancelled"),
            ),
            models.CheckConstraint(
                condition=Q(status__in=BillStatus.values), name="bill_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax"), net__gte=0, tax__gte=0, difference__gte=0),
                name="bill_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(status="paid", paid_on__isnull=False)
                | ~Q(status="paid") & Q(paid_on=None),
                name="bill_paid_iff_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["-entered_at", "-id"], name="bill_newest"),
            models.Index(fields=["vendor", "-id"], name="bill_by_vendor"),
            models.Index(fields=["order"], name="bill_by_order"),
            models.Index(
                fields=["due_on", "id"],
                name="bill_due",
                condition=Q(status__in=["waiting", "differs", "disputed", "to_pay"]),
            ),
            models.Index(fields=["billed_on"], name="bill_by_day"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("purchasing:bill", self.public_id)

    @property
    def credited(self) -> Money:
        """What the vendor gives back by disputes that are closed."""
        given = sum(one.settled.minor for one in self.disputes.all())
        return Money(given, self.currency)

    @property
    def payable(self) -> Money:
        """What is to be paid, or was."""
        return self.total - self.credited

    @property
    def is_late(self) -> bool:
        return self.status in BILLS_OPEN and self.due_on < clock.today()


class BillLine(models.Model):
    """So many units of an order's line, or a charge; beside it what matching has found.

    What was received and billed before is kept as it was at the last matching, so that the page
    shows what the decision rests on.
    """

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, null=True, related_name="bills")
    text = models.CharField(max_length=100, blank=True, help_text="What a charge is for.")
    units = models.PositiveIntegerField(default=1)
    price = models.DecimalField(max_digits=19, decimal_places=6, help_text="Per unit.")
    total = MoneyField(currency="bill.currency")
    received = models.PositiveIntegerField(default=0, help_text="Good units of the line, then.")
    billed_before = models.PositiveIntegerField(default=0, help_text="By bills before this one.")
    units_over = models.PositiveIntegerField(default=0, help_text="Billed, not received.")
    units_expected = models.PositiveIntegerField(default=0, help_text="Of those: still to come.")
    units_difference = MoneyField(currency="bill.currency")
    price_difference = MoneyField(currency="bill.currency")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bill", "line"], name="bill_line_once"),
            models.CheckConstraint(
                condition=Q(line__isnull=False) | ~Q(text=""), name="bill_line_is_of_something"
            ),
            models.CheckConstraint(
                condition=Q(units__gt=0, price__gte=0, units_over__lte=F("units")),
                name="bill_line_of_units",
            ),
        ]

    def __str__(self) -> str:
        return self.text or f"{self.units} of {self.line_id}"

    @property
    def price_text(self) -> str:
        """The price with the decimals that say something."""
        return plain_price(self.price)

    @property
    def ordered_price_text(self) -> str:
        return plain_price(self.line.price) if self.line else "–"

    @property
    def waits(self) -> bool:
        """Whether nothing is wrong with it but that goods are still to come."""
        return (
            bool(self.units_over)
            and self.units_over == self.units_expected
            and not (self.price_difference)
        )

    @property
    def difference(self) -> Money:
        return self.units_difference + self.price_difference

    @property
    def finding(self) -> str:
        """What matching says of it, in a sentence."""
        if self.line_id is None:
            return "A charge that is not on the order."
        said = []
        if self.units_over:
            rest = self.units_over - self.units_expected
            if rest:
                said.append(f"{rest:,} units were billed that have not come.")
            if self.units_expected:
                said.append(f"{self.units_expected:,} units are still to come.")
        if self.price_difference:
            said.append(f"Ordered at {self.ordered_price_text}.")
        return " ".join(said) or "As ordered and received."
