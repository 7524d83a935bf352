"""Figures over the API."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.actor import current_actor
from core.api.pages import MOST, size_of
from core.api.views import OpsViewSet
from core.errors import BadValue
from core.money import Money
from inventory.models import Channel, Warehouse
from kpis.api.serializers import FactOut, FactsOut, MetricFigures, MetricOut, TargetIn
from kpis.errors import NoSuchMetric
from kpis.figures import (
    Figure,
    broken_down,
    by_day,
    freshness,
    of_part,
    of_period,
    periods,
    split_down,
)
from kpis.metrics import METRICS, Metric
from kpis.models import Target
from kpis.narrowed import NO_CODE, split_of, where_of
from kpis.operations.set_target import set_target
from kpis.period import Period, period_of
from kpis.rows import page_behind

BY = ("day", "channel", "warehouse", "part")
ASKED = [
    OpenApiParameter("from", str, description="First business day, like 2026-01-31."),
    OpenApiParameter("to", str, description="Last business day; today when left out."),
    OpenApiParameter("days", int, description="So many days up to `to`, instead of `from`."),
    OpenApiParameter(
        "by",
        str,
        description="How to split the period: by day unless given, channel, warehouse, part, or"
        " one of the metric's `splits` (country, category, carrier …).",
    ),
]

NARROWED = [
    OpenApiParameter("channel", str, description=f"Its code; {NO_CODE} for none."),
    OpenApiParameter("warehouse", str, description=f"Its code; {NO_CODE} for none."),
    OpenApiParameter("part", str, description="One part of the metric."),
    OpenApiParameter("split", str, description="One of the metric's splits, with `slice`."),
    OpenApiParameter("slice", str, description="The slice whose rows are asked for."),
    OpenApiParameter("cursor", str),
    OpenApiParameter("limit", int, description=f"Rows of a page, at most {MOST}."),
]


class MetricViewSet(OpsViewSet):
    """GET /metrics, GET /metrics/{key}?from&to&by, GET …/rows, POST …/target."""

    permissions = {
        "list": "kpis.view_metric",
        "retrieve": "kpis.view_metric",
        "rows": "kpis.view_rows",
        "target": "kpis.change_target",
    }
    serializer_class = MetricOut
    queryset = Target.objects.none()
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9_]{1,40}"
    filter_backends = []
    versioned = False  # a metric is code

    @extend_schema(responses=MetricOut(many=True))
    def list(self, request: Request) -> Response:
        targets = {target.metric: target for target in Target.objects.all()}
        found = [_told(metric, targets.get(metric.key)) for metric in METRICS.values()]
        return Response({"results": found, "next": None, "previous": None})

    @extend_schema(responses=MetricFigures, parameters=ASKED)
    def retrieve(self, request: Request, key: str) -> Response:
        metric, period = _metric(key), period_of(request.query_params)
        by = request.query_params.get("by", "day")
        known = [*BY, *metric.splits]
        if by not in known:
            raise BadValue(field="by", fix=f"One of: {', '.join(known)}.")
        if by in metric.splits:
            split_of(metric, by, period, field="by")
        return Response(_figures(metric, period, by))

    @extend_schema(responses=FactsOut, parameters=[*ASKED[:3], *NARROWED])
    @action(detail=True)
    def rows(self, request: Request, key: str) -> Response:
        """The rows behind a figure, oldest first: together they are the figure."""
        asked = request.query_params
        where = where_of(asked, _metric(key))
        page = page_behind(
            METRICS[key], where, current_actor(),
            after=asked.get("cursor", ""), size=size_of(asked.get("limit", "")),
        )  # fmt: skip
        here = request.build_absolute_uri()
        links = {
            name: replace_query_param(here, "cursor", cursor) if cursor else None
            for name, cursor in (("next", page.next), ("previous", page.previous))
        }
        rows = [row | {"page": row["url"]} for row in page.rows]
        return Response({"results": FactOut(rows, many=True).data, **links})

    @extend_schema(request=TargetIn, responses=MetricOut)
    @action(detail=True, methods=["post"])
    def target(self, request: Request, key: str) -> Response:
        target = set_target(_metric(key).key, **self.read(TargetIn))
        return Response(_told(METRICS[key], target))


def _metric(key: str) -> Metric:
    if key not in METRICS:
        raise NoSuchMetric(key=key)
    return METRICS[key]


def _told(metric: Metric, target: Target | None) -> dict[str, Any]:
    names = ("key", "name", "area", "formula", "note", "anchor", "second", "mature_days")
    told: dict[str, Any] = {name: getattr(metric, name) for name in names}
    ends = None
    if target:
        ends = {"value": str(target.value), "warning": str(target.warning)}
    return told | {
        "unit": metric.unit.value,
        "direction": metric.direction.value,
        "dimensions": list(metric.dimensions),
        "splits": list(metric.splits),
        "target": ends,
    }


def _figures(metric: Metric, period: Period, by: str) -> dict[str, Any]:
    actor, where = current_actor(), period.where()
    days = by_day([metric.key], where, actor)[metric.key]
    whole = of_period(metric, days, periods([metric.key], where, actor).get(metric.key))
    fresh_at, waiting = freshness(metric, where)
    if by == "day":
        slices = [(str(day), figure) for day, figure in days.items()]
    else:
        slices = _split(metric, period, by)
    return {
        **_told(metric, Target.objects.filter(metric=metric.key).first()),
        "first": period.first,
        "last": period.last,
        "currency": settings.COMPANY_CURRENCY if metric.is_money else None,
        "figure": _figure(whole),
        "fresh_at": fresh_at,
        "days_waiting": waiting,
        "by": [{"slice": name, **_figure(figure)} for name, figure in slices],
    }


def _split(metric: Metric, period: Period, by: str) -> list[tuple[str | None, Figure]]:
    if by in metric.splits:
        return list(split_down(metric, period.where(split=by), current_actor()).items())
    column = by if by == "part" else f"{by}_id"
    found = broken_down(metric, period.where(), current_actor(), column)
    if by == "part":
        whole = sum((figure.den for figure in found.values()), Decimal(0))
        return sorted((name, of_part(figure, whole)) for name, figure in found.items())
    model = Channel if by == "channel" else Warehouse
    codes = dict(model.objects.values_list("id", "code"))
    named = [(codes.get(key), figure) for key, figure in found.items()]
    return sorted(named, key=lambda slice_: slice_[0] or "")


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": _text(figure.value, money=figure.metric.is_money),
        "second": _text(figure.second, money=False),
        "rows": figure.facts,
        "provisional": figure.provisional,
    }


def _text(value: Decimal | None, *, money: bool) -> str | None:
    if value is None:
        return None
    if money:
        return str(Money.rounded(value, settings.COMPANY_CURRENCY).amount)
    return f"{value:.4f}".rstrip("0").rstrip(".")
