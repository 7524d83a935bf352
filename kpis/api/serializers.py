from rest_framework import serializers

from core.api.serializers import StrictSerializer
from kpis.models import DemandForecast, ForecastRun


class TargetOut(serializers.Serializer):
    value = serializers.CharField()
    warning = serializers.CharField()


class MetricOut(serializers.Serializer):
    """A metric's definition, with its target in the metric's unit (of sums: per day)."""

    key = serializers.CharField()
    name = serializers.CharField()
    area = serializers.CharField()
    formula = serializers.CharField()
    note = serializers.CharField()
    anchor = serializers.CharField()
    unit = serializers.ChoiceField(choices=["money", "count", "percent", "hours"])
    direction = serializers.ChoiceField(choices=["up", "down"])
    dimensions = serializers.ListField(child=serializers.CharField())
    splits = serializers.ListField(child=serializers.CharField())
    second = serializers.CharField()
    mature_days = serializers.IntegerField()
    target = TargetOut(allow_null=True)


class FigureOut(serializers.Serializer):
    """A value is a decimal as text, in the metric's unit; null is n/a, which is not 0."""

    slice = serializers.CharField(required=False, allow_null=True)
    value = serializers.CharField(allow_null=True)
    second = serializers.CharField(allow_null=True)
    rows = serializers.IntegerField()
    provisional = serializers.BooleanField()


class MetricFigures(MetricOut):
    first = serializers.DateField()
    last = serializers.DateField()
    currency = serializers.CharField(allow_null=True)
    figure = FigureOut()
    fresh_at = serializers.DateTimeField(allow_null=True)
    days_waiting = serializers.IntegerField()
    by = FigureOut(many=True)


class FactOut(serializers.Serializer):
    """One row behind a figure: it adds `counted`, and in a ratio `of`, as decimals in text."""

    at = serializers.DateTimeField()
    kind = serializers.CharField(
        help_text="order, order_line, refund, stock_level, count_line, risk."
    )
    label = serializers.CharField()
    page = serializers.CharField(help_text="Where it is seen.")
    channel = serializers.CharField()
    warehouse = serializers.CharField()
    part = serializers.CharField()
    counted = serializers.CharField()
    of = serializers.CharField()
    currency = serializers.CharField(help_text="Empty: no money.")
    hours = serializers.CharField()


class FactsOut(serializers.Serializer):
    results = FactOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class TargetIn(StrictSerializer):
    value = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    warning = serializers.DecimalField(max_digits=18, decimal_places=4, min_value=0)
    note = serializers.CharField(max_length=300, required=False, default="")


class ForecastRunOut(serializers.ModelSerializer):
    """A forecast of everything; its errors are of the first four weeks, null until these are over.

    Shares are numbers: 0.47 is 47 %.
    """

    id = serializers.CharField(source="public_id")

    class Meta:
        model = ForecastRun
        fields = [
            "id", "origin", "made_at", "weeks", "series", "horizons", "levels", "methods",
            "judged_at", "sold_units", "wape", "wape_average", "bias", "coverage_90",
            "coverage_95",
        ]  # fmt: skip


class DemandForecastOut(serializers.ModelSerializer):
    """Units of the first weeks together, per horizon of the run; quantiles per level, too."""

    sku = serializers.CharField(source="sku.code")
    warehouse = serializers.CharField(source="warehouse.code")

    class Meta:
        model = DemandForecast
        fields = ["sku", "warehouse", "method", "average_units", "points", "quantiles"]


class AskedOut(serializers.Serializer):
    asked = serializers.BooleanField()
