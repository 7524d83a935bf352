"""How much there is: counters, the ledger that proves them, and who holds the promised units."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Now

from core import clock
from core.actor import ALL, Actor
from core.models import ScopedQuerySet, append_only
from inventory.models.catalog import Channel, Listing, Sku, Warehouse
from inventory.states import OPEN_PUSHES, Counter, Movement, PushState

DEAD_DAYS = timedelta(days=90)  # what has not moved for so long is looked at


class Bin(models.Model):
    """A place in a warehouse; `position` is where the picker's walk passes it."""

    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="bins")
    code = models.CharField(max_length=32)
    position = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warehouse", "code"], name="bin_once")]

    def __str__(self) -> str:
        return self.code


class StockLevelQuerySet(ScopedQuerySet):
    """Questions people ask about stock. Chainable; none of them writes."""

    def for_sku(self, sku_id: int) -> Self:
        return self.filter(sku_id=sku_id)

    def with_available(self) -> Self:
        """Add `available` (an order may take it) and `to_publish` (what channels are told)."""
        available = F("on_hand") - F("allocated")
        return self.annotate(available=available, to_publish=available - F("safety_stock"))

    def total_available(self) -> int:
        """Units, over the rows selected so far; 0 when there are none."""
        return int(self.with_available().aggregate(units=Sum("available", default=0))["units"])

    def totals(self) -> dict[str, int]:
        """Units of each counter over the rows selected so far."""
        names = ("on_hand", "allocated", "incoming", "damaged", "quarantine", "display")
        return self.aggregate(**{name: Sum(name, default=0) for name in names})

    def out_of_stock(self) -> Self:
        return self.filter(on_hand__lte=F("allocated"))

    def in_stock(self) -> Self:
        """With units that nobody is promised."""
        return self.filter(on_hand__gt=F("allocated"))

    def set_aside(self) -> Self:
        """With units that are there but not for sale."""
        return self.filter(Q(damaged__gt=0) | Q(quarantine__gt=0) | Q(display__gt=0))

    def held_back(self) -> Self:
        """With units that are kept from channels."""
        return self.filter(safety_stock__gt=0)

    def below_reorder_point(self) -> Self:
        """Rows to replenish: what is free and what is coming no longer last until a delivery."""
        free = F("on_hand") - F("allocated") + F("incoming")
        return self.filter(replenishment__reorder_point__gt=free)

    def overstocked(self) -> Self:
        """With twice what would be ordered up to, free and coming: money that lies."""
        free = F("on_hand") - F("allocated") + F("incoming")
        forecast = self.filter(replenishment__order_up_to__gt=0)
        return forecast.alias(free=free).filter(free__gt=F("replenishment__order_up_to") * 2)

    def not_moving(self) -> Self:
        """With free units of which none has left in DEAD_DAYS; what came in since may yet sell."""
        since = clock.now() - DEAD_DAYS
        rows = StockMovement.objects.filter(level=OuterRef("pk"), counter=Counter.ON_HAND)
        left = rows.filter(kind=Movement.SHIP).order_by("-id").values("effective_at")[:1]
        first = rows.filter(units__gt=0).order_by("id").values("effective_at")[:1]
        dated = self.in_stock().alias(left_at=Subquery(left), first_at=Subquery(first))
        old = Q(left_at__lt=since) | Q(left_at=None, first_at__lt=since)
        return dated.filter(old)

    def for_list(self) -> Self:
        near = ("sku", "warehouse", "bin", "replenishment")
        return self.with_available().select_related(*near)


class StockLevel(models.Model):
    """One SKU in one warehouse. Each counter is the cached sum of its movements."""

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="levels")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="levels")
    bin = models.ForeignKey(Bin, models.SET_NULL, null=True, blank=True, related_name="levels")
    on_hand = models.IntegerField(default=0, db_default=0, help_text="Sellable units here.")
    allocated = models.IntegerField(default=0, db_default=0, help_text="Of those, promised.")
    incoming = models.IntegerField(default=0, db_default=0)
    damaged = models.IntegerField(default=0, db_default=0)
    quarantine = models.IntegerField(default=0, db_default=0)
    display = models.IntegerField(default=0, db_default=0)
    safety_stock = models.IntegerField(
        default=0, db_default=0, help_text="Kept from channels, not from orders."
    )
    updated_at = models.DateTimeField(db_default=Now())

    objects = StockLevelQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse"], name="level_once"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0),
                name="on_hand_not_negative",
                violation_error_message="There is not that much stock.",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("on_hand")),
                name="never_oversold",
                violation_error_message="The stock is promised already.",
            ),
            models.CheckConstraint(
                condition=Q(
                    incoming__gte=0,
                    damaged__gte=0,
                    quarantine__gte=0,
                    display__gte=0,
                    safety_stock__gte=0,
                ),
                name="buckets_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["warehouse", "sku"], name="level_by_warehouse")]

    def __str__(self) -> str:
        return f"{self.sku} in {self.warehouse}"

    @property
    def there(self) -> int:
        """Units in the building, for sale or not."""
        return self.on_hand + self.damaged + self.quarantine + self.display

    @property
    def reorder_point(self) -> int | None:
        """Units below which it should be bought; None while nothing is forecast."""
        known = getattr(self, "replenishment", None)
        return known.reorder_point if known else None


class OfWarehouseQuerySet(models.QuerySet):
    """Rows that belong to a stock level, and through it to a warehouse."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of warehouses within the actor's reach."""
        ids = actor.ids("warehouse_id")
        return self if ids is ALL else self.filter(level__warehouse_id__in=ids)

    def for_list(self) -> Self:
        return self.select_related("level__sku", "level__warehouse")


class StockMovement(models.Model):
    """One signed change of one counter, with its reason; added, never changed."""

    level = models.ForeignKey(StockLevel, models.PROTECT, related_name="movements")
    counter = models.CharField(max_length=12, choices=Counter)
    kind = models.CharField(max_length=12, choices=Movement)
    units = models.IntegerField(help_text="Signed.")
    reason = models.CharField(max_length=64, blank=True, db_default="")
    note = models.CharField(max_length=200, blank=True, db_default="")
    source_kind = models.CharField(max_length=32, help_text='"order", "rma", "import"')
    source_id = models.BigIntegerField()
    key = models.CharField(max_length=100, help_text="Once per source and act.")
    actor = models.CharField(max_length=64)
    effective_at = models.DateTimeField(db_default=Now())
    recorded_at = models.DateTimeField(db_default=Now())

    objects = OfWarehouseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "counter", "key"], name="movement_once"),
            models.CheckConstraint(condition=~Q(units=0), name="movement_moves_something"),
        ]
        indexes = [
            models.Index(fields=["source_kind", "source_id"], name="movement_by_source"),
            models.Index(fields=["level", "-id"], name="movement_newest"),
            BrinIndex(fields=["recorded_at"], name="movement_recorded", autosummarize=True),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.units:+} {self.counter}"

    @property
    def signed(self) -> str:
        """The units with their sign, as ledgers show them."""
        return f"{self.units:+,}"


class Allocation(models.Model):
    """Units of a level promised to a holder ("order_line" 7); gone when shipped or given back."""

    level = models.ForeignKey(StockLevel, models.PROTECT, related_name="allocations")
    holder_kind = models.CharField(max_length=32)
    holder_id = models.BigIntegerField()
    units = models.PositiveIntegerField()
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = OfWarehouseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "level"], name="allocation_once_per_holder"
            ),
            models.CheckConstraint(condition=Q(units__gt=0), name="allocation_of_something"),
        ]
        indexes = [models.Index(fields=["level", "id"], name="allocation_by_level")]

    def __str__(self) -> str:
        return f"{self.units} for {self.holder_kind} {self.holder_id}"


class StockPushQuerySet(ScopedQuerySet):
    """Questions people ask about what channels are told."""

    def open(self) -> Self:
        """Not answered yet."""
        return self.filter(state__in=OPEN_PUSHES)

    def for_list(self) -> Self:
        return self.select_related("listing__sku", "channel")


class StockPush(models.Model):
    """What a channel is to be told of one listing: the intent first, then the answer."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="pushes")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    units = models.IntegerField()
    state = models.CharField(max_length=12, choices=PushState, default=PushState.WAITING)
    changed_at = models.DateTimeField(help_text="When the stock change was committed.")
    asked_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    objects = StockPushQuerySet.as_manager()
    scope = ("channel_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(state__in=["waiting", "in_doubt"]),
                name="push_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["channel", "-id"], name="push_by_channel"),
            models.Index(
                fields=["channel", "id"],
                name="push_open",
                condition=Q(state__in=["waiting", "in_doubt"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing} = {self.units}"

    @property
    def lag_seconds(self) -> float | None:
        """From the change until the channel has acknowledged it; None until then."""
        if self.acknowledged_at is None:
            return None
        return (self.acknowledged_at - self.changed_at).total_seconds()


class PushMark(models.Model):
    """A SKU whose quantity a channel may not know yet; the next push of the channel takes it up."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    sku = models.ForeignKey(Sku, models.CASCADE, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "sku"], name="push_mark_once")]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.sku_id}"
