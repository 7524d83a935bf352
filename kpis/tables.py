"""Columns of the forecast lists."""

import django_tables2 as tables

from core.tables import AgoColumn, NumberColumn
from inventory.states import ForecastMethod
from kpis.models import DemandForecast, ForecastRun

FOUR, LEVELS = 4, (0.5, 0.9, 0.95)


def part(value: float | None, *, signed: bool = False) -> str:
    """A share as people read it: 46.8%, or -3.2% of a bias."""
    if value is None:
        return "–"
    return f"{value:+.1%}" if signed else f"{value:.1%}"


class Share(NumberColumn):
    """A share, in percent."""

    def render(self, value: float) -> str:
        return part(value)


class RunTable(tables.Table):
    origin = tables.DateColumn(linkify=True, verbose_name="From", format="j M Y")
    made_at = AgoColumn(verbose_name="Made")
    series = NumberColumn(verbose_name="SKUs × warehouses")
    weeks = NumberColumn(verbose_name="Weeks of history")
    sold_units = NumberColumn(verbose_name="Sold in 4 weeks", default="not over yet")
    wape = Share(verbose_name="Error", default="–")
    wape_average = Share(verbose_name="Of the average", default="–")
    bias = NumberColumn(verbose_name="Bias", default="–")
    coverage_90 = Share(verbose_name="Within 90 %", default="–")
    coverage_95 = Share(verbose_name="Within 95 %", default="–")

    class Meta:
        model = ForecastRun
        fields = [
            "origin", "made_at", "series", "weeks", "sold_units", "wape", "wape_average", "bias",
            "coverage_90", "coverage_95", "seconds",
        ]  # fmt: skip
        sorts = ["-id", "-origin"]
        hidden = ("seconds",)
        empty_text = "No forecast yet. It runs every night; you can also ask for one now."

    def render_bias(self, value: float) -> str:
        return part(value, signed=True)


class ForecastTable(tables.Table):
    """Units of the four weeks from the run's first day."""

    sku = tables.Column(linkify=True, verbose_name="SKU")
    warehouse = tables.Column()
    method = tables.Column()
    expected = NumberColumn(empty_values=(), verbose_name="Expected, 4 weeks", orderable=False)
    average = NumberColumn(accessor="average_units", verbose_name="Average, 4 weeks")
    within_90 = NumberColumn(empty_values=(), verbose_name="9 of 10 below", orderable=False)
    within_95 = NumberColumn(empty_values=(), verbose_name="19 of 20 below", orderable=False)

    class Meta:
        model = DemandForecast
        fields = ["sku", "warehouse", "method", "expected", "average", "within_90", "within_95"]
        sorts = ["id", "-average_units"]
        empty_text = "No SKU matches, or the rows of this old run have been thinned out."

    def render_method(self, value: str) -> str:
        return str(ForecastMethod(value).label)

    def render_expected(self, record: DemandForecast) -> str:
        return f"{record.points[record.run.horizons.index(FOUR)]:,.1f}"

    def render_average(self, value: float) -> str:
        return f"{value * FOUR:,.1f}"

    def render_within_90(self, record: DemandForecast) -> str:
        return _quantile(record, 0.9)

    def render_within_95(self, record: DemandForecast) -> str:
        return _quantile(record, 0.95)


def _quantile(record: DemandForecast, level: float) -> str:
    run = record.run
    units = record.quantiles[run.horizons.index(FOUR)][run.levels.index(level)]
    return f"{units:,.1f}"
