"""Return authorizations: what may come back, what did, and what became of each unit."""

from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models import Channel, Warehouse
from orders.models import Order, OrderLine
from returns.errors import ReturnMoveNotAllowed
from returns.states import MOVES, Disposition, Grade, ReturnReason, RmaStatus

UNIT_SPAN = 2**32  # more units than a line can have: line id and unit number share one number


class RmaQuerySet(ScopedQuerySet):
    """Questions people ask about returns. Chainable; none of them writes."""

    def to_approve(self) -> Self:
        return self.filter(status=RmaStatus.REQUESTED)

    def expected(self) -> Self:
        return self.filter(status=RmaStatus.APPROVED)

    def to_inspect(self) -> Self:
        return self.filter(status=RmaStatus.RECEIVED)

    def to_refund(self) -> Self:
        return self.filter(status=RmaStatus.INSPECTED)

    def under_way(self) -> Self:
        return self.filter(status__in=[s for s in RmaStatus if MOVES[s]])

    def for_list(self) -> Self:
        return self.select_related("order", "order__customer", "channel", "warehouse")


class ReturnAuthorization(models.Model):
    """The permission for units of one order to come back, and how far they are (an RMA)."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    number = models.CharField(max_length=32, unique=True, help_text='"RMA-1042"; on the label.')
    order = models.ForeignKey(Order, models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", help_text="Goes to.")
    status = models.CharField(max_length=12, choices=RmaStatus, default=RmaStatus.REQUESTED)
    note = models.CharField(max_length=500, blank=True)
    rule = models.CharField(max_length=300, blank=True, help_text="The policy's verdict, in words.")
    within_policy = models.BooleanField(default=True)
    override_reason = models.CharField(max_length=200, blank=True)
    imported_ref = models.CharField(
        max_length=64, blank=True, help_text="The credit document it was read from."
    )
    historical = models.BooleanField(default=False, help_text="Imported past.")
    requested_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Rejected or cancelled.")
    end_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1, help_text="Counts changes; the ETag.")

    objects = RmaQuerySet.as_manager()
    scope = ("channel_id", "warehouse_id")

    class Meta:
        verbose_name = "return"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=RmaStatus.values), name="rma_status_is_known"
            ),
            models.UniqueConstraint(
                fields=["order", "imported_ref"],
                condition=~Q(imported_ref=""),
                name="rma_imported_once",
                violation_error_message="This credit has been taken in already.",
            ),
        ]
        indexes = [
            models.Index(fields=["-requested_at", "-id"], name="rma_newest"),
            models.Index(fields=["order"], name="rma_by_order"),
            models.Index(
                fields=["status", "requested_at", "id"],
                name="rma_under_way",
                condition=Q(status__in=["requested", "approved", "received", "inspected"]),
            ),
            models.Index(fields=["updated_at", "id"], name="rma_by_update"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("returns:rma", self.public_id)

    def become(self, wanted: RmaStatus) -> None:
        """Change status in memory; raises ReturnMoveNotAllowed. Operations then save."""
        if wanted not in MOVES[RmaStatus(self.status)]:
            raise ReturnMoveNotAllowed(number=self.number, status=self.status, wanted=wanted.value)
        self.status = wanted


class ReturnLine(models.Model):
    """Units of one order line that are to come back, with the customer's reason."""

    rma = models.ForeignKey(ReturnAuthorization, models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    units_received = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=16, choices=ReturnReason, default=ReturnReason.UNKNOWN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rma", "order_line"], name="return_line_once"),
            models.CheckConstraint(
                condition=Q(units__gt=0, units_received__lte=F("units")),
                name="return_line_receives_what_was_announced",
                violation_error_message="More units came back than were announced.",
            ),
        ]
        indexes = [models.Index(fields=["order_line"], name="return_line_by_order_line")]

    def __str__(self) -> str:
        return f"{self.units} × {self.order_line_id}"


class ReturnUnits(models.Model):
    """A run of units of one order line, numbered as in its price: the first..last of its q units.

    The share of the k-th unit is fixed by k alone, so units that come back in
    several returns together give back exactly what was paid for the line. No two
    living runs of a line overlap: the database refuses it.
    """

    line = models.ForeignKey(ReturnLine, models.CASCADE, related_name="runs")
    order_line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    first = models.PositiveIntegerField(help_text="From 1.")
    last = models.PositiveIntegerField()
    grade = models.CharField(max_length=1, choices=Grade, blank=True)
    disposition = models.CharField(max_length=12, choices=Disposition, blank=True)
    finding = models.CharField(max_length=200, blank=True, help_text="What the inspector saw.")
    currency = models.CharField(max_length=3)
    owed = MoneyField(
        null=True, help_text="What these units give back; fixed when they are graded."
    )

    class Meta:
        verbose_name_plural = "return units"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first")), name="return_units_are_a_run"
            ),
            models.CheckConstraint(
                condition=Q(grade="", disposition="", owed=None)
                | (~Q(grade="") & ~Q(disposition="") & Q(owed__gte=0)),
                name="return_units_graded_and_disposed",
            ),
            ExclusionConstraint(
                name="return_unit_once",
                expressions=[
                    (
                        Func(
                            F("order_line_id") * Value(UNIT_SPAN) + F("first"),
                            F("order_line_id") * Value(UNIT_SPAN) + F("last"),
                            Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message="These units are in a return already.",
            ),
        ]
        indexes = [models.Index(fields=["order_line", "first"], name="return_units_by_line")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    @property
    def units(self) -> int:
        return self.last - self.first + 1
