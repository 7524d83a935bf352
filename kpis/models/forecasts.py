"""What was forecast, as it was made, so that its error can be judged later."""

from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from core.addresses import address
from core.ids import new_public_id
from core.models import ScopedQuerySet
from inventory.models import Sku, Warehouse
from inventory.states import ForecastMethod


class ForecastRunQuerySet(models.QuerySet["ForecastRun"]):
    """Questions about runs."""

    def unjudged(self) -> Self:
        return self.filter(judged_at=None)


class ForecastRun(models.Model):
    """One forecast of everything that is sold, made before the day `origin`.

    The errors are of the first four weeks, filled in when these are over. Coverage is the share
    of SKUs and warehouses that sold no more than the quantile.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    origin = models.DateField(help_text="The first day that is forecast.")
    made_at = models.DateTimeField()
    weeks = models.PositiveSmallIntegerField(help_text="Of history.")
    series = models.PositiveIntegerField(help_text="SKUs × warehouses.")
    horizons = ArrayField(models.PositiveSmallIntegerField(), help_text="Weeks.")
    levels = ArrayField(models.FloatField())
    methods = models.JSONField(default=dict, help_text="How many each method forecast.")
    seconds = models.FloatField(default=0)
    judged_at = models.DateTimeField(null=True)
    sold_units = models.BigIntegerField(null=True)
    wape = models.FloatField(null=True, help_text="Absolute errors over what was sold.")
    wape_average = models.FloatField(null=True, help_text="Of the eight-week average.")
    bias = models.FloatField(null=True)
    coverage_90 = models.FloatField(null=True)
    coverage_95 = models.FloatField(null=True)

    objects = ForecastRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-origin", "-id"], name="forecast_run_newest")]

    def __str__(self) -> str:
        return f"Forecast from {self.origin}"

    def get_absolute_url(self) -> str:
        return address("kpis:forecast", self.public_id)


class DemandForecastQuerySet(ScopedQuerySet):
    """Questions about forecasts."""

    def for_list(self) -> Self:
        return self.select_related("run", "sku", "warehouse")


class DemandForecast(models.Model):
    """What a run expected of one SKU in one warehouse; added, never changed.

    `points` are units of the first weeks together, per horizon of the run; `quantiles` the same
    per horizon and level.
    """

    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="rows")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+")
    method = models.CharField(max_length=20)
    average_units = models.FloatField(help_text="Eight-week average a week, to compare with.")
    points = ArrayField(models.FloatField())
    quantiles = ArrayField(ArrayField(models.FloatField()))
    recorded_at = models.DateTimeField(db_default=Now())

    objects = DemandForecastQuerySet.as_manager()
    scope = ("warehouse_id",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "sku", "warehouse"], name="forecast_once")
        ]
        indexes = [models.Index(fields=["sku", "warehouse", "-run"], name="forecast_by_sku")]
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.sku_id} in {self.warehouse_id}"

    @property
    def method_title(self) -> str:
        """The method in words."""
        return str(ForecastMethod(self.method).label)
