"""The work of a warehouse for an order, and what went wrong on the way."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from inventory.models import Channel, Warehouse
from orders.errors import FulfillmentMoveNotAllowed
from orders.models.orders import Clearance, Hold, Order, OrderLine
from orders.states import (
    FULFILLMENT_MOVES,
    IN_THE_HOUSE,
    ClearanceState,
    ExceptionKind,
    FulfillmentOrderStatus,
)


class FulfillmentOrderQuerySet(ScopedQuerySet):
    """Questions people ask about the work of warehouses."""

    def to_pick(self) -> Self:
        return self.filter(status=FulfillmentOrderStatus.OPEN)

    def late(self, now: datetime) -> Self:
        """Not handed over though it should have been by now."""
        return self.filter(ship_by__lt=now, status__in=IN_THE_HOUSE)

    def kept_back(self) -> Self:
        """Whose order is held, or has a gate that is not (or no longer) open."""
        return self.filter(_held() | _shut())

    def free_to_go(self) -> Self:
        """Whose order neither a hold nor a gate keeps in the house."""
        return self.filter(~_held(), ~_shut())

    def for_list(self) -> Self:
        return self.select_related("order", "warehouse", "order__channel")


def _held() -> Exists:
    return Exists(Hold.objects.filter(order=OuterRef("order"), released_at=None))


def _shut() -> Exists:
    gates = Clearance.objects.filter(order=OuterRef("order"))
    return Exists(gates.exclude(state=ClearanceState.CLEARED))


class FulfillmentOrder(models.Model):
    """What one warehouse is to send for one order."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=40, unique=True, help_text='"1042-F1"')
    order = models.ForeignKey(Order, models.PROTECT, related_name="fulfillments")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=12, choices=FulfillmentOrderStatus, default=FulfillmentOrderStatus.OPEN
    )
    ship_by = models.DateTimeField()
    released_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = FulfillmentOrderQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=FulfillmentOrderStatus.values),
                name="fulfillment_status_is_known",
            )
        ]
        indexes = [
            models.Index(fields=["warehouse", "status", "ship_by", "id"], name="fulfillment_queue"),
            models.Index(fields=["ship_by", "id"], name="fulfillment_by_ship_by"),
            models.Index(fields=["status", "ship_by", "id"], name="fulfillment_by_status"),
            models.Index(
                fields=["ship_by", "id"],
                name="fulfillment_in_house",
                condition=Q(status__in=["open", "picking", "picked", "packed"]),
            ),
            models.Index(fields=["order"], name="fulfillment_by_order"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("orders:order", self.order.public_id)

    @property
    def may_be_taken_back(self) -> bool:
        """Whether it is still in the house."""
        return self.status in IN_THE_HOUSE

    def become(self, wanted: FulfillmentOrderStatus) -> None:
        """Change status in memory; raises FulfillmentMoveNotAllowed. Operations then save."""
        if wanted not in FULFILLMENT_MOVES[FulfillmentOrderStatus(self.status)]:
            raise FulfillmentMoveNotAllowed(
                number=self.number, status=self.status, wanted=wanted.value
            )
        self.status = wanted


class FulfillmentLine(models.Model):
    """Units of one order line in one fulfillment order."""

    fulfillment = models.ForeignKey(FulfillmentOrder, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="fulfillment_lines")
    units = models.PositiveIntegerField()
    units_picked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment", "order_line"], name="fulfillment_line_once"
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="fulfillment_line_of_something"),
            models.CheckConstraint(
                condition=Q(units_picked__lte=F("units")),
                name="never_picks_more_than_asked",
                violation_error_message="More units than were asked for.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} × {self.order_line_id}"


class CancelledUnits(models.Model):
    """Units of an order that were given up while the rest goes on; added, never changed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="cancelled_units")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    amount = MoneyField(
        currency="order.currency", help_text="What they had added to net sales: without tax."
    )
    cancelled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="cancelled_units_of_something")
        ]
        indexes = [models.Index(fields=["cancelled_at"], name="cancelled_units_by_day")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.units} of line {self.line_id}"


class OrderExceptionQuerySet(ScopedQuerySet):
    """Questions people ask about the exceptions queue."""

    def waiting(self, now: datetime) -> Self:
        """Open, and not put off beyond now."""
        return self.filter(resolved_at=None).exclude(snoozed_until__gt=now)

    def for_list(self) -> Self:
        return self.select_related("order", "order__channel", "channel", "owner")


class OrderException(models.Model):
    """Something that a person has to look at; with its evidence and the suggested fix."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="exceptions")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=ExceptionKind)
    severity = models.PositiveSmallIntegerField(default=2, help_text="1 low, 2 medium, 3 high.")
    sentence = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    fix = models.CharField(max_length=300, blank=True, help_text="What to do, in words.")
    source = models.CharField(max_length=64)
    key = models.CharField(max_length=100, help_text="Once per kind while open.")
    owner = models.ForeignKey("core.User", models.SET_NULL, null=True, related_name="+")
    due = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    urgent_at = models.DateTimeField(
        db_default=Now(), help_text="Raised, and a day earlier per step of severity: the queue."
    )
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=300, blank=True)
    resolved_by = models.CharField(max_length=64, blank=True)

    objects = OrderExceptionQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(resolved_at=None), name="exception_open_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["urgent_at", "id"],
                name="exception_queue",
                condition=Q(resolved_at=None),
            ),
            models.Index(fields=["raised_at", "id"], name="exception_by_age"),
            models.Index(fields=["urgent_at", "id"], name="exception_by_urgency"),
        ]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return address("orders:exception", self.public_id)
