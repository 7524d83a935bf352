"""Roll-ups by business day, and the log of days whose roll-up no longer holds."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.actor import ALL, Actor
from inventory.models import Channel, Warehouse


class DailyFigureQuerySet(models.QuerySet["DailyFigure"]):
    """Questions about roll-ups. Chainable; none of them writes."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows of channels and warehouses within reach; what belongs to none is everybody's."""
        rows = self
        for column in ("channel_id", "warehouse_id"):
            ids = actor.ids(column)
            if ids is not ALL:
                rows = rows.filter(Q(**{f"{column}__in": ids}) | Q(**{column: None}))
        return rows

    def between(self, first, last) -> Self:
        return self.filter(day__gte=first, day__lte=last)


class DailyFigure(models.Model):
    """One metric, one business day of the shop, one channel, warehouse and part of the whole.

    Parts ("sales", "returns") add up; numerators and denominators are kept apart, so that a
    ratio over a longer period is the ratio of the sums; `values` keeps what percentiles need.
    Money is in minor units of the company's currency.
    """

    metric = models.CharField(max_length=40)
    day = models.DateField()
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, null=True, related_name="+")
    part = models.CharField(max_length=40, blank=True)
    num = models.DecimalField(max_digits=24, decimal_places=6)
    den = models.DecimalField(max_digits=24, decimal_places=6)
    facts = models.PositiveIntegerField(help_text="Rows behind it.")
    values = ArrayField(models.FloatField(), null=True)

    objects = DailyFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "day", "channel", "warehouse", "part"],
                name="figure_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class RolledDay(models.Model):
    """That a metric was rolled up for a day, and when: a day without facts is then 0, not n/a."""

    metric = models.CharField(max_length=40)
    day = models.DateField()
    rolled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["metric", "day"], name="rolled_day_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.day}"


class DirtyDay(models.Model):
    """That something of a source happened which belongs to a day; gone once that is rolled up.

    A log, not a set: two marks of one day never wait for each other, and one that is written
    while the day is being rolled up outlives that.
    """

    source = models.CharField(max_length=16)
    day = models.DateField()
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["source", "day"], name="dirty_by_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"


class DaysClosed(models.Model):
    """Up to which day the figures that change by mere passing of time are final; one row."""

    through = models.DateField()

    class Meta:
        verbose_name_plural = "days closed"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="days_closed_is_one_row")]

    def __str__(self) -> str:
        return f"closed through {self.through}"
