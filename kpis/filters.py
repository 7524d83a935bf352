"""What lists of forecasts can be cut down to; pages and API share these."""

import django_filters as filters

from inventory.filters import my_warehouses
from inventory.states import ForecastMethod
from kpis.models import DemandForecast, ForecastRun


class RunFilter(filters.FilterSet):
    judged = filters.BooleanFilter(
        field_name="judged_at", lookup_expr="isnull", exclude=True, label="Judged"
    )

    class Meta:
        model = ForecastRun
        fields = ["judged"]


class ForecastFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    method = filters.MultipleChoiceFilter(choices=ForecastMethod.choices)

    class Meta:
        model = DemandForecast
        fields = ["q", "sku", "warehouse", "method"]
