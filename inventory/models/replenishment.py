"""When to buy more: what was forecast per SKU and warehouse, and the points that follow from it."""

from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.actor import ALL, Actor
from core.models import Decision
from inventory.models.catalog import Sku
from inventory.models.stock import StockLevel
from inventory.states import ForecastMethod


class ReplenishmentRule(models.Model):
    """How one SKU is to be bought; a SKU without a row follows these defaults."""

    sku = models.OneToOneField(Sku, models.CASCADE, related_name="replenishment_rule")
    service_percent = models.DecimalField(
        max_digits=4, decimal_places=1, default=Decimal("95.0"),
        help_text="In how many of 100 lead times stock lasts until the delivery.",
    )  # fmt: skip
    method = models.CharField(
        max_length=20, choices=ForecastMethod, default=ForecastMethod.AUTOMATIC,
        help_text="Automatic: the one with the least error.",
    )  # fmt: skip
    lead_days = models.PositiveSmallIntegerField(default=21, help_text="From order to receipt.")
    lead_spread_days = models.PositiveSmallIntegerField(
        default=5, help_text="Standard deviation of the lead time."
    )
    cover_days = models.PositiveSmallIntegerField(
        default=28, help_text="Until one would order again."
    )
    minimum_units = models.PositiveIntegerField(default=1, help_text="Least order of the supplier.")
    pack_units = models.PositiveIntegerField(default=1, help_text="Bought in multiples of this.")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(service_percent__gte=50, service_percent__lte=Decimal("99.5")),
                name="service_level_is_possible",
                violation_error_message="A service level is from 50 to 99.5 %.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_units__gte=1, pack_units__gte=1), name="buys_something"
            ),
            models.CheckConstraint(
                condition=Q(lead_days__gte=1, cover_days__gte=1), name="lead_time_is_some_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.service_percent} %"


class ReplenishmentQuerySet(models.QuerySet["Replenishment"]):
    """Questions people ask about what to buy."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of warehouses within the actor's reach."""
        ids = actor.ids("warehouse_id")
        return self if ids is ALL else self.filter(level__warehouse_id__in=ids)

    def for_list(self) -> Self:
        return self.select_related("level__sku__replenishment_rule", "level__warehouse", "decision")

    def below_point(self) -> Self:
        """What is free and what is coming no longer last until a delivery."""
        return self.filter(
            reorder_point__gt=F("level__on_hand") - F("level__allocated") + F("level__incoming")
        )


class Replenishment(models.Model):
    """What one SKU is expected to sell in one warehouse, and when to buy how much of it.

    `quantiles` is a list per horizon (weeks) of units at the levels, of all the weeks together.
    """

    level = models.OneToOneField(StockLevel, models.CASCADE, related_name="replenishment")
    run = models.BigIntegerField(help_text="The forecast run that this comes from.")
    forecast_at = models.DateTimeField()
    method = models.CharField(max_length=20, choices=ForecastMethod)
    weekly_units = models.FloatField(help_text="Expected, of the next weeks.")
    horizons = ArrayField(models.PositiveSmallIntegerField(), help_text="Weeks.")
    levels = ArrayField(models.FloatField(), help_text="0.9: sold at most, 9 times out of 10.")
    quantiles = models.JSONField()
    reorder_point = models.PositiveIntegerField(default=0)
    order_up_to = models.PositiveIntegerField(default=0)
    sentence = models.CharField(max_length=300, help_text="Why, in words.")
    rule_version = models.PositiveIntegerField(default=0, help_text="0: the defaults.")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")

    objects = ReplenishmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order_up_to__gte=F("reorder_point")), name="order_up_to_at_least_point"
            )
        ]
        indexes = [
            models.Index(fields=["-reorder_point", "-id"], name="replenish_by_point"),
            models.Index(fields=["-weekly_units", "-id"], name="replenish_by_sales"),
        ]

    def __str__(self) -> str:
        return self.sentence

    @property
    def position(self) -> int:
        """Units that are free, and those that are coming."""
        return self.level.on_hand - self.level.allocated + self.level.incoming

    @property
    def is_below(self) -> bool:
        return self.position < self.reorder_point

    @property
    def rule(self) -> ReplenishmentRule:
        """How the SKU is bought; the defaults where it has no rule of its own."""
        own = getattr(self.level.sku, "replenishment_rule", None)
        return own or ReplenishmentRule(sku=self.level.sku)

    @property
    def advised(self) -> int:
        """Units to buy now: none at or above the point, else up to the level, in whole packs."""
        if not self.is_below:
            return 0
        rule = self.rule
        wanted = max(self.order_up_to - self.position, rule.minimum_units)
        return -(-wanted // rule.pack_units) * rule.pack_units

    @property
    def why(self) -> str:
        """The sentence with what is there now."""
        return f"{self.sentence}; {self.position:,} are there or coming."
