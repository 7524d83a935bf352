"""Picking: the walk through the warehouse, and what the scanner has confirmed."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models import Bin, Sku, Warehouse
from orders.models import FulfillmentLine, FulfillmentOrder
from shipping.states import PickState


class PickListQuerySet(ScopedQuerySet):
    """Questions people ask about pick lists."""

    def open(self) -> Self:
        return self.filter(state=PickState.OPEN)

    def for_list(self) -> Self:
        """With `units` and `units_left`: added up for the rows that are shown, not for all."""
        done = F("units_picked") + F("units_dropped")
        return self.select_related("warehouse", "picker").annotate(
            units=_of_lines(F("units")), units_left=_of_lines(F("units") - done)
        )


def _of_lines(what: Combinable) -> Coalesce:
    """A sum over the lines of each pick list."""
    lines = PickLine.objects.filter(pick_list=OuterRef("pk")).order_by().values("pick_list")
    return Coalesce(Subquery(lines.annotate(all=Sum(what)).values("all")), 0)


class PickList(models.Model):
    """One walk: the lines of several fulfillment orders in the order of the bins."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PickState, default=PickState.OPEN)
    picker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at_bin = models.ForeignKey(
        Bin, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Scanned last."
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = PickListQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        indexes = [
            models.Index(fields=["warehouse", "id"], name="pick_open", condition=Q(state="open")),
            models.Index(fields=["-started_at", "-id"], name="pick_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("shipping:pick", self.public_id)

    @property
    def number(self) -> str:
        return f"PL-{self.pk}"


class PickLineQuerySet(models.QuerySet["PickLine"]):
    """Questions about the stops of a walk."""

    def left(self) -> Self:
        """What is still to take, in walking order."""
        return self.filter(units__gt=F("units_picked") + F("units_dropped")).order_by("position")


class PickLine(models.Model):
    """One stop: units of one SKU for one fulfillment order."""

    pick_list = models.ForeignKey(PickList, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(help_text="From 1, in walking order.")
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, related_name="+")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    fulfillment = models.ForeignKey(FulfillmentOrder, models.PROTECT, related_name="+")
    fulfillment_line = models.ForeignKey(
        FulfillmentLine, models.SET_NULL, null=True, related_name="+", help_text="Null: all short."
    )
    tote = models.PositiveSmallIntegerField(help_text="Which tote on the cart the units go in.")
    units = models.PositiveIntegerField()
    units_picked = models.PositiveIntegerField(default=0)
    units_dropped = models.PositiveIntegerField(
        default=0, help_text="Not found, or no longer wanted."
    )

    objects = PickLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pick_list", "position"], name="pick_line_once"),
            models.CheckConstraint(
                condition=Q(units__gte=F("units_picked") + F("units_dropped")),
                name="takes_no_more_than_listed",
                violation_error_message="More units than the pick list asks for.",
            ),
        ]
        indexes = [models.Index(fields=["fulfillment"], name="pick_line_by_fulfillment")]

    def __str__(self) -> str:
        return f"{self.units} × {self.sku_id}"

    @property
    def units_left(self) -> int:
        return self.units - self.units_picked - self.units_dropped


class PackScan(models.Model):
    """Units of a line that the packer has scanned into the carton that is still open."""

    fulfillment_line = models.OneToOneField(FulfillmentLine, models.CASCADE, related_name="+")
    fulfillment = models.ForeignKey(FulfillmentOrder, models.CASCADE, related_name="+")
    units = models.PositiveIntegerField(default=0)
    taken = 0  # of these, by the scan that was just made

    def __str__(self) -> str:
        return f"{self.units} of line {self.fulfillment_line_id}"
