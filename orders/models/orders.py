"""Orders: what was bought, in which currency, and how far it is."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from core.words import with_words
from inventory.models import Channel, Listing, Sku, Warehouse
from orders.errors import MoveNotAllowed
from orders.models.customers import Address, Customer
from orders.states import (
    MOVES,
    ChargeKind,
    ClearanceState,
    FulfillmentStatus,
    Gate,
    HoldKind,
    OrderStatus,
    PaymentKind,
    PaymentStatus,
    ReturnStatus,
)


class OrderQuerySet(ScopedQuerySet):
    """Questions people ask about orders. Chainable; none of them writes."""

    def open(self) -> Self:
        return self.filter(status=OrderStatus.OPEN)

    def not_shipped(self) -> Self:
        return self.open().filter(
            fulfillment_status__in=[
                FulfillmentStatus.NONE,
                FulfillmentStatus.RELEASED,
                FulfillmentStatus.PARTLY_SHIPPED,
            ]
        )

    def late_to_ship(self, now: datetime) -> Self:
        """Not all shipped though it should have been by now."""
        return self.not_shipped().filter(ship_by__lt=now)

    def shipped_uncaptured(self) -> Self:
        """Goods have left, the money is authorized, and nothing of it has been captured."""
        taken = PaymentEvent.objects.filter(order=OuterRef("pk"), kind=PaymentKind.CAPTURED)
        return self.filter(
            ~Exists(taken),
            payment_status=PaymentStatus.AUTHORIZED,
            fulfillment_status__in=[
                FulfillmentStatus.PARTLY_SHIPPED,
                FulfillmentStatus.SHIPPED,
                FulfillmentStatus.DELIVERED,
            ],
        )

    def shipped_since(self, moment: datetime) -> Self:
        """Fully shipped at that moment or later."""
        return self.filter(shipped_at__gte=moment)

    def search(self, text: str) -> Self:
        """By number, the channel's number, the customer's e-mail or words of the name; by index.

        Customers are found first, a few of them: the planner then walks their orders.
        """
        text = text.strip()
        key = text.lower()
        whom = Q(email_key__startswith=key)
        found = Customer.objects.filter(whom).order_by().values("pk")
        if len(key) >= 3 and "@" not in key:
            found = found.union(with_words(Customer.objects.order_by().values("pk"), "name", text))
        customers = [row["pk"] for row in found[:200]]
        return self.filter(
            Q(number__startswith=text) | Q(channel_ref__startswith=text) | Q(customer__in=customers)
        )

    def placed_after(self, moment: datetime, order_id: int) -> Self:
        """Those that come after that one by the time they were placed."""
        later = Q(placed_at__gt=moment) | Q(placed_at=moment, id__gt=order_id)
        return self.filter(later, placed_at__gte=moment)

    def waiting_for(self, listing: Listing) -> Self:
        """With lines that the listing sold before anybody knew its SKU."""
        lines = OrderLine.objects.filter(
            sku=None, channel_sku=listing.channel_sku, order__channel=listing.channel_id
        )
        return self.filter(pk__in=lines.values("order"))

    def for_list(self) -> Self:
        return self.select_related("channel", "customer", "warehouse")


class Order(models.Model):
    """What a customer bought in one checkout on one channel."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    channel_ref = models.CharField(max_length=64, help_text="The channel's own order number.")
    fingerprint = models.CharField(
        max_length=64, blank=True, db_default="", help_text="SHA-256 of what the channel sent."
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    ship_to = models.ForeignKey(Address, models.PROTECT, related_name="+")
    bill_to = models.ForeignKey(Address, models.PROTECT, null=True, related_name="+")
    country = models.CharField(max_length=2, help_text="Where it goes; for lists and figures.")
    status = models.CharField(max_length=12, choices=OrderStatus, default=OrderStatus.OPEN)
    payment_status = models.CharField(
        max_length=16, choices=PaymentStatus, default=PaymentStatus.UNPAID, editable=False
    )
    fulfillment_status = models.CharField(
        max_length=16, choices=FulfillmentStatus, default=FulfillmentStatus.NONE, editable=False
    )
    return_status = models.CharField(
        max_length=12, choices=ReturnStatus, default=ReturnStatus.NONE, editable=False
    )
    why_code = models.CharField(
        max_length=32, blank=True, help_text="First reason it has not shipped; empty: nothing open."
    )
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, related_name="+", help_text="Promised from."
    )
    service = models.CharField(
        max_length=32,
        blank=True,
        help_text="Shipping promise the customer chose: standard, express.",
    )
    currency = models.CharField(max_length=3, help_text="ISO 4217.")
    rate = models.DecimalField(
        max_digits=19, decimal_places=9, default=1, help_text="Company currency per unit."
    )
    subtotal = MoneyField(help_text="Sum of the lines, before discount, shipping and tax.")
    discount = MoneyField()
    shipping = MoneyField()
    fees = MoneyField(help_text="Fees and adjustments; may be negative.")
    tax = MoneyField()
    total = MoneyField(help_text="subtotal - discount + shipping + fees + tax.")
    company_total = MoneyField(currency="company")
    placed_at = models.DateTimeField()
    ship_by = models.DateTimeField()
    deliver_by = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True, help_text="First fully shipped.")
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="Last parcel.")
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=64, blank=True)
    historical = models.BooleanField(default=False, help_text="Imported past: nothing is sent.")
    test = models.BooleanField(default=False, help_text="Kept out of every figure.")
    ip = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, help_text="Counts changes; the ETag.")

    objects = OrderQuerySet.as_manager()
    scope = ("channel_id",)  # an actor must reach these

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "channel_ref"],
                name="order_imported_once_per_channel",
                violation_error_message="This channel order has been taken in already.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values), name="order_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=OrderStatus.CANCELLED, cancelled_at__isnull=False)
                | ~Q(status=OrderStatus.CANCELLED) & Q(cancelled_at=None),
                name="order_cancelled_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(
                    total=models.F("subtotal")
                    - models.F("discount")
                    + models.F("shipping")
                    + models.F("fees")
                    + models.F("tax")
                ),
                name="order_total_adds_up",
                violation_error_message="The parts of the total do not add up.",
            ),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["channel", "-placed_at", "-id"], name="order_by_channel"),
            models.Index(fields=["customer", "-placed_at"], name="order_by_customer"),
            models.Index(fields=["updated_at", "id"], name="order_by_update"),
            models.Index(fields=["ship_by", "id"], name="order_open", condition=Q(status="open")),
            models.Index(
                fields=["why_code", "ship_by", "id"], name="order_why", condition=Q(status="open")
            ),
            models.Index(
                fields=["-shipped_at"], name="order_shipped", condition=Q(shipped_at__isnull=False)
            ),
            models.Index(  # the few that filters ask for among the many that are done
                fields=["payment_status", "-placed_at", "-id"],
                name="order_payment_odd",
                condition=~Q(payment_status__in=["paid", "authorized"]),
            ),
            models.Index(
                fields=["placed_at", "id"],
                name="order_gone_uncaptured",
                condition=Q(
                    payment_status="authorized",
                    fulfillment_status__in=["partly_shipped", "shipped", "delivered"],
                ),
            ),
            models.Index(
                fields=["return_status", "-placed_at", "-id"],
                name="order_return_odd",
                condition=~Q(return_status="none"),
            ),
            models.Index(
                fields=["fulfillment_status", "-placed_at", "-id"],
                name="order_under_way",
                condition=Q(fulfillment_status__in=["released", "partly_shipped", "shipped"]),
            ),
            models.Index(
                fields=["status", "-placed_at", "-id"],
                name="order_cancelled",
                condition=Q(status="cancelled"),
            ),
            models.Index(fields=["country", "-placed_at", "-id"], name="order_by_country"),
            models.Index(OpClass("channel_ref", name="text_pattern_ops"), name="order_ref_start"),
            models.Index(fields=["device", "-placed_at"], name="order_by_device"),
            models.Index(fields=["ip", "-placed_at"], name="order_by_ip"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("orders:order", self.public_id)

    def become(self, wanted: OrderStatus) -> None:
        """Change status in memory; raises MoveNotAllowed. Only operations call this, then save."""
        if wanted not in MOVES[OrderStatus(self.status)]:
            raise MoveNotAllowed(number=self.number, status=self.status, wanted=wanted.value)
        self.status = wanted


class OrderLine(models.Model):
    """Units of one SKU at one price."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(help_text="From 1.")
    sku = models.ForeignKey(Sku, models.PROTECT, null=True, related_name="+")
    channel_sku = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200, blank=True)
    units = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=19, decimal_places=6)
    total = MoneyField(currency="order.currency", help_text="Before discount and tax.")
    discount = MoneyField(currency="order.currency")
    tax = MoneyField(currency="order.currency")
    unit_cost = models.DecimalField(max_digits=19, decimal_places=6, null=True)
    units_short = models.PositiveIntegerField(default=0, help_text="Promised by nobody: oversold.")
    units_preordered = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Of those short: promised from what is to come in."
    )
    units_cancelled = models.PositiveIntegerField(default=0)
    units_released = models.PositiveIntegerField(default=0)
    units_shipped = models.PositiveIntegerField(default=0)
    units_lost = models.PositiveIntegerField(
        default=0, db_default=0, help_text="Of those shipped: lost on the way, and written off."
    )
    units_returned = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="order_line_of_something"),
            models.CheckConstraint(
                condition=Q(units_shipped__lte=models.F("units") + models.F("units_lost"))
                & Q(units_shipped__gte=models.F("units_returned") + models.F("units_lost")),
                name="line_ships_and_returns_what_was_ordered",
                violation_error_message="More units than were ordered or shipped.",
            ),
            models.CheckConstraint(
                condition=Q(units_preordered__lte=models.F("units_short")),
                name="preordered_units_are_not_there",
            ),
        ]
        indexes = [
            models.Index(fields=["sku", "-id"], name="order_line_by_sku"),
            models.Index(fields=["sku"], name="order_line_short", condition=Q(units_short__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.title or self.channel_sku}"

    @property
    def units_to_release(self) -> int:
        """Promised, and in no warehouse's hands yet."""
        return self.units_wanted - self.units_short - self.units_released

    @property
    def units_wanted(self) -> int:
        """How many are to leave in all: one that was lost and is sent again counts twice."""
        return self.units + self.units_lost - self.units_cancelled

    @property
    def units_sent(self) -> int:
        """Shipped and not lost: with the customer, or on their way."""
        return self.units_shipped - self.units_lost


class OrderCharge(models.Model):
    """What is added to or taken off an order besides its lines; signed as the customer pays it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="charges")
    kind = models.CharField(max_length=12, choices=ChargeKind)
    code = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=200, blank=True)
    amount = MoneyField(currency="order.currency")

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class PaymentEvent(models.Model):
    """One entry of the money ledger of an order; added, never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=12, choices=PaymentKind)
    amount = MoneyField(
        currency="order.currency", help_text="Never negative; the kind says which way."
    )
    gateway = models.CharField(max_length=32, blank=True)
    reference = models.CharField(max_length=100, help_text="The gateway's; once per kind.")
    avs = models.CharField(max_length=4, blank=True, help_text="Address check: Y, N, A, Z, U.")
    cvv = models.CharField(max_length=4, blank=True, help_text="Card code check: M, N, P, U.")
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "gateway", "reference"], name="payment_event_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class Clearance(models.Model):
    """One gate that the order must pass; only its owner clears or refuses it."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="clearances")
    gate = models.CharField(max_length=12, choices=Gate)
    state = models.CharField(max_length=12, choices=ClearanceState, default=ClearanceState.PENDING)
    sentence = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "gate"], name="clearance_once_per_gate")
        ]
        indexes = [
            models.Index(
                fields=["gate", "id"], name="clearance_open", condition=~Q(state="cleared")
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate}: {self.state}"


class Hold(models.Model):
    """A reason to wait. Several at once; released, never deleted."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind, default=HoldKind.MANUAL)
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=64, help_text='The actor: "person:7"')
    owner = models.ForeignKey("core.User", models.SET_NULL, null=True, related_name="+")
    due = models.DateTimeField(null=True)
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["order"], name="hold_open", condition=Q(released_at=None))]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"
