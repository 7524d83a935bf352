"""Counts of stock: what is to be counted, what was found, and what became of it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.actor import ALL, Actor
from core.addresses import address
from core.fields import MoneyField
from core.ids import new_public_id
from core.models import ScopedQuerySet, append_only
from core.roles import Role
from inventory.errors import CountMoveNotAllowed
from inventory.models.catalog import Warehouse
from inventory.models.stock import StockLevel
from inventory.states import COUNT_MOVES, COUNTING, COUNTS_OPEN, CountStatus, CountWhy


class StockLimit(models.Model):
    """Up to which value people of a role correct stock by themselves, by a count or by hand."""

    role = models.CharField(max_length=16, choices=Role, unique=True)
    amount = MoneyField(currency="company", help_text="At cost, in the company's currency.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="stock_limit_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.amount}"


class CountRule(models.Model):
    """What is counted by itself in a warehouse: one rule of a kind."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="count_rules")
    why = models.CharField(max_length=12, choices=CountWhy)
    days = models.PositiveIntegerField(help_text="What was counted within so many days is left.")
    most = models.PositiveIntegerField(default=25, help_text="SKUs on one count.")
    active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "why"], name="count_rule_once"),
            models.CheckConstraint(condition=Q(days__gte=1, most__gte=1), name="rule_counts_some"),
        ]

    def __str__(self) -> str:
        return f"{self.warehouse_id}: {self.get_why_display()}"


class StockCountQuerySet(ScopedQuerySet):
    """Questions people ask about counts. Chainable; none of them writes."""

    def to_do(self) -> Self:
        """Somebody is to go and count."""
        return self.filter(status__in=COUNTING)

    def open(self) -> Self:
        return self.filter(status__in=COUNTS_OPEN)

    def for_list(self) -> Self:
        return self.select_related("warehouse", "assigned_to")


class StockCount(models.Model):
    """Some SKUs of a warehouse, counted where they lie.

    Whoever counts a blind one is not told what the books say. What is found to be different is
    counted once more, and changes stock only when the count is posted.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="counts")
    status = models.CharField(max_length=12, choices=CountStatus, default=CountStatus.OPEN)
    why = models.CharField(max_length=12, choices=CountWhy, default=CountWhy.HAND)
    blind = models.BooleanField(default=True)
    note = models.CharField(max_length=300, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StockCountQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CountStatus.values), name="count_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["posted", "cancelled"], ended_at__isnull=False)
                | Q(status__in=["open", "recount", "review"], ended_at=None),
                name="count_ended_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="count_newest"),
            models.Index(fields=["updated_at", "id"], name="count_by_update"),
            models.Index(fields=["ended_at"], name="count_by_end", condition=Q(status="posted")),
            models.Index(
                fields=["warehouse", "created_at"],
                name="count_open",
                condition=Q(status__in=["open", "recount", "review"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return address("inventory:stock_count", self.public_id)

    @property
    def number(self) -> str:
        return f"CC-{self.pk}"

    @property
    def hides_books(self) -> bool:
        """Whether what the books say is kept from whoever looks: somebody is counting it blind."""
        return self.blind and self.status in COUNTING

    def become(self, wanted: CountStatus) -> None:
        """Change status in memory; raises CountMoveNotAllowed. Only operations call this."""
        if wanted not in COUNT_MOVES[CountStatus(self.status)]:
            raise CountMoveNotAllowed(
                number=self.number,
                status=self.get_status_display().lower(),
                wanted=wanted.label.lower(),
            )
        self.status = wanted


class CountLineQuerySet(models.QuerySet["CountLine"]):
    """Questions people ask about the lines of counts."""

    def visible_to(self, actor: Actor) -> Self:
        ids = actor.ids("warehouse_id")
        return self if ids is ALL else self.filter(count__warehouse__in=ids)

    def left(self) -> Self:
        """Still to be counted."""
        return self.filter(counted=None)

    def wrong(self) -> Self:
        """Counted, and not as the books say."""
        return self.exclude(counted=None).exclude(counted=F("expected"))

    def in_walking_order(self) -> Self:
        """As a picker walks by; what has no bin comes last."""
        place = F("level__bin__position").asc(nulls_last=True)
        return self.order_by(place, "level__bin__code", "level__sku__code", "id")


class CountLine(models.Model):
    """One SKU of a count. `expected` is what the books had on the shelf when it was counted.

    The difference is booked as a change, so what moves between counting and posting stays.
    """

    count = models.ForeignKey(StockCount, models.CASCADE, related_name="lines")
    level = models.ForeignKey(StockLevel, models.PROTECT, related_name="count_lines")
    expected = models.IntegerField(null=True, help_text="On hand, less what pickers had taken.")
    off_shelf = models.PositiveIntegerField(default=0, help_text="On hand, but in pickers' totes.")
    counted = models.PositiveIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Times it was counted.")
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    counted_at = models.DateTimeField(null=True)
    moved = models.IntegerField(
        default=0, help_text="What the books changed between counting and posting."
    )
    live = models.BooleanField(default=True, help_text="Its count is not over.")

    objects = CountLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["count", "level"], name="count_line_once"),
            models.UniqueConstraint(
                fields=["level"], condition=Q(live=True), name="level_in_one_count_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(counted=None)
                | Q(expected__isnull=False, counted_at__isnull=False, tries__gt=0),
                name="counted_line_says_against_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["level", "-counted_at"], name="count_line_latest", condition=Q(live=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.count_id}: {self.level_id}"

    @property
    def variance(self) -> int:
        """Units more (or fewer: negative) than the books say; 0 while it is not counted."""
        return 0 if self.counted is None else self.counted - (self.expected or 0)


class CountEntry(models.Model):
    """What somebody has counted at one time; added, never changed."""

    line = models.ForeignKey(CountLine, models.PROTECT, related_name="entries")
    counted = models.PositiveIntegerField()
    expected = models.IntegerField()
    key = models.CharField(max_length=64, help_text="What makes it happen once.")
    actor = models.CharField(max_length=64)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "key"], name="count_once_per_key")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.counted} of line {self.line_id}"
