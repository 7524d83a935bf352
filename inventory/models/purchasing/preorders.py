"""What is sold before it is there: offers with a cap and an end, and who waits for which."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core import clock
from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models.catalog import Sku, Warehouse
from inventory.models.purchasing.orders import PurchaseLine
from inventory.states import EXPECTED, PreorderState

WAITING = F("sold") - F("filled")
STILL_OPEN = F("line__units") - F("line__units_received") - F("line__units_missing")


class PreorderOfferQuerySet(ScopedQuerySet):
    """Questions people ask about preorder offers. Chainable; none of them writes."""

    def open(self) -> Self:
        """Those that orders are taken for today; sold out ones too."""
        return self.filter(ended_at=None, ends_on__gte=clock.today())

    def waiting(self) -> Self:
        """With units that were sold and are not there."""
        return self.filter(sold__gt=F("filled"))

    def at_risk(self) -> Self:
        """With people who wait longer than they were told, or for more than is to come."""
        late = Q(line__promised__lt=clock.today()) | Q(line__promised__gt=F("first_expected"))
        ended = ~Q(line__order__status__in=EXPECTED)
        rows = self.waiting().alias(still_open=STILL_OPEN, still_waiting=WAITING)
        return rows.filter(late | ended | Q(still_open__lt=F("still_waiting")))

    def for_list(self) -> Self:
        return self.select_related("sku", "warehouse", "line__order__vendor")


class PreorderOffer(models.Model):
    """So many units of a purchase order's line that may be sold before they come in, until a day.

    `sold` counts what was taken and not given back, `filled` what of it has its unit by now; both
    are the sums of its preorders.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="offers")
    cap = models.PositiveIntegerField(help_text="How many may be sold in all.")
    sold = models.PositiveIntegerField(default=0)
    filled = models.PositiveIntegerField(default=0)
    ends_on = models.DateField(help_text="The last day on which orders are taken.")
    first_expected = models.DateField(help_text="When its units were to come as it was opened.")
    ended_at = models.DateTimeField(null=True, help_text="Ended early, by somebody.")
    end_reason = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = PreorderOfferQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cap__gt=0), name="preorder_of_something"),
            models.CheckConstraint(
                condition=Q(sold__lte=F("cap")),
                name="preorders_within_the_cap",
                violation_error_message="More than may be sold in all.",
            ),
            models.CheckConstraint(
                condition=Q(filled__lte=F("sold")), name="preorders_filled_were_sold"
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(ended_at=None) | Q(sold__gt=F("filled")),
                name="preorder_offer_once_per_line",
                violation_error_message="There is an offer for that line; change that one.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku", "warehouse"], name="preorder_open", condition=Q(ended_at=None)
            ),
            models.Index(fields=["id"], name="preorder_waiting", condition=Q(sold__gt=F("filled"))),
            models.Index(fields=["-created_at", "-id"], name="preorder_newest"),
            models.Index(fields=["ends_on", "id"], name="preorder_by_end"),
            models.Index(fields=["updated_at", "id"], name="preorder_by_update"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("purchasing:preorder", self.public_id)

    @property
    def number(self) -> str:
        return f"PR-{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether orders are taken today, as far as there are units left."""
        return self.ended_at is None and self.ends_on >= clock.today()

    @property
    def state(self) -> PreorderState:
        """In one word."""
        if not self.is_open or not self.to_come:
            return PreorderState.ENDED
        return PreorderState.SOLD_OUT if self.left == 0 else PreorderState.OPEN

    @property
    def waiting(self) -> int:
        """Units that were sold and are not there."""
        return self.sold - self.filled

    @property
    def to_come(self) -> int:
        """What its line still brings; nothing once the vendor's order has ended."""
        return self.line.units_open if self.line.order.status in EXPECTED else 0

    @property
    def left(self) -> int:
        """What may still be sold: never more than the line still brings."""
        return max(min(self.cap - self.sold, self.to_come - self.waiting), 0)

    @property
    def uncovered(self) -> int:
        """Units sold that its line does not bring any more."""
        return max(self.waiting - self.to_come, 0)

    @property
    def expected_on(self) -> date | None:
        """When its units are to come, as promised now."""
        return self.line.promised

    @property
    def days_later(self) -> int:
        """How much later that is than when it was opened."""
        day = self.expected_on
        return max((day - self.first_expected).days, 0) if day else 0

    @property
    def overdue(self) -> bool:
        """Whether what people wait for should be here."""
        day = self.expected_on
        return bool(self.waiting and day and day < clock.today())

    @property
    def risk(self) -> str:
        """What is wrong for those who wait, in a word or two; empty: nothing."""
        if self.uncovered:
            return "Not covered"
        if self.overdue:
            return "Overdue"
        return "Late" if self.waiting and self.days_later else ""


class Preorder(models.Model):
    """Units of one offer that somebody has ordered, and how many of them have come.

    What has come is promised to the preorder (holder kind "preorder") until its holder claims it.
    """

    offer = models.ForeignKey(PreorderOffer, models.PROTECT, related_name="preorders")
    holder_kind = models.CharField(max_length=32)
    holder_id = models.BigIntegerField()
    units = models.PositiveIntegerField(help_text="Taken and not given back.")
    units_filled = models.PositiveIntegerField(default=0)
    told_on = models.DateField(help_text="The day that was promised then.")
    since = models.DateTimeField(help_text="When it was ordered: the oldest is served first.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "offer"], name="preorder_once_per_holder"
            ),
            models.CheckConstraint(
                condition=Q(units_filled__lte=F("units")), name="preorder_filled_was_ordered"
            ),
        ]
        indexes = [
            models.Index(
                fields=["offer", "since", "id"],
                name="preorder_queue",
                condition=Q(units__gt=F("units_filled")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} for {self.holder_kind} {self.holder_id}"

    @property
    def waiting(self) -> int:
        return self.units - self.units_filled
