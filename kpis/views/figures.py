"""Pages of KPIs: the board, one metric, the rows behind a figure."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.charts import Line, Series
from core.http import may
from core.pages import timeline
from inventory.models import Channel, Warehouse
from kpis.board import Tile, by_area, tiles
from kpis.facts import NONE, Where, total_behind
from kpis.figures import (
    Figure,
    broken_down,
    figure_of,
    freshness,
    of_part,
    part_shown,
    shown,
    split_down,
)
from kpis.forms import TargetForm
from kpis.metrics import METRICS, Metric
from kpis.metrics.base import How
from kpis.models import Target
from kpis.narrowed import NO_CODE, SPLIT_DAYS, split_of, where_of
from kpis.operations.set_target import set_target
from kpis.period import CHOICES, Period, period_of
from kpis.rows import all_behind, as_csv, page_behind
from kpis.targets import wanted


@require_safe
@may("kpis.view_metric")
def board(request: HttpRequest) -> HttpResponse:
    period = period_of(request.GET)
    found = tiles(METRICS, period, current_actor())
    context = {
        "title": "KPIs",
        "areas": [(area, [tile.told for tile in some]) for area, some in by_area(found)],
        "period": period,
        "choices": CHOICES,
    }
    return render(request, "kpis/board.html", context)


@require_safe
@may("kpis.view_metric")
def metric(request: HttpRequest, key: str) -> HttpResponse:
    one, period = METRICS[key], period_of(request.GET)
    tile = tiles([key], period, current_actor())[0]
    return _metric_page(request, one, period, tile, TargetForm(instance=tile.target))


def _metric_page(
    request: HttpRequest, one: Metric, period: Period, tile: Tile, form: TargetForm
) -> HttpResponse:
    fresh_at, waiting = freshness(one, period.where())
    context = {
        "title": one.name,
        "metric": one,
        "tile": tile,
        "figure": tile.figure,
        "told": tile.told,
        "period": period,
        "choices": CHOICES,
        "counted_in": _counted_in(one),
        "chart": _chart(one, tile),
        "breakdowns": [*_split(one, period, request), *_breakdowns(one, period)],
        "splits": list(one.splits) if period.length <= SPLIT_DAYS else [],
        "fresh_at": fresh_at,
        "waiting": waiting,
        "form": form,
        "can_change": current_actor().may("kpis.change_target"),
        "may_see_rows": current_actor().may("kpis.view_rows"),
        "timeline": timeline(f"target:{tile.target.pk}") if tile.target else [],
    }
    return render(request, "kpis/metric.html", context, status=422 if form.errors else 200)


@require_POST
@may("kpis.change_target")
def target_change(request: HttpRequest, key: str) -> HttpResponse:
    one, period = METRICS[key], period_of(request.GET)
    form = TargetForm(request.POST, instance=Target.objects.filter(metric=key).first())
    if not form.is_valid():
        tile = tiles([key], period, current_actor())[0]
        return _metric_page(request, one, period, tile, form)
    set_target(key, **form.cleaned_data)
    messages.success(request, f"The target of {one.name.lower()} was changed.")
    return redirect("kpis:metric", key=key)


@require_safe
@may("kpis.view_rows")
def rows(request: HttpRequest, key: str) -> HttpResponse | StreamingHttpResponse:
    one, actor = METRICS[key], current_actor()
    where = where_of(request.GET, one)
    if request.GET.get("export") == "csv":
        answer = StreamingHttpResponse(as_csv(all_behind(one, where, actor)), "text/csv")
        name = f"{key}-{where.first}-{where.last}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    total = total_behind(one, where, actor)
    context = {
        "title": f"{one.name}: the rows",
        "metric": one,
        "where": where,
        "page": page_behind(one, where, actor, after=request.GET.get("after", "")),
        "total": total,
        "value": _total_shown(one, where, total),
        "in_hours": one.how in (How.PERCENTILE, How.SNAPSHOT),
        "narrowed": _narrowed(one, where),
    }
    return render(request, "kpis/rows.html", context)


def _total_shown(one: Metric, where: Where, total: dict[str, Any]) -> str:
    """The figure that the listed rows make, with its second value."""
    found = figure_of(one, total)
    if where.part and one.base_part:
        if where.part == one.base_part:
            return f"together {part_shown(found, where.part)}"
        whole = total_behind(one, replace(where, part=None), current_actor())
        found = of_part(found, whole["den"])
    second = f"; {one.second.lower()} {found.second_shown}" if found.second is not None else ""
    what = "together" if one.how in (How.SUM, How.RATIO) else one.label.lower()
    return f"{what} {found.shown}{second}"


def _narrowed(one: Metric, where: Where) -> str:
    parts = [f"{where.first} to {where.last}" if where.first != where.last else f"{where.first}"]
    for name, model in (("channel", Channel), ("warehouse", Warehouse)):
        if (key := getattr(where, f"{name}_id")) is not None:
            parts.append(str(model.objects.get(pk=key)) if key != NONE else f"no {name}")
    if where.part is not None:
        parts.append(one.parts.get(where.part, where.part))
    if where.split:
        parts.append(f"{where.split} {where.slice or 'not known'}")
    return ", ".join(parts)


def _chart(one: Metric, tile: Tile) -> Line:
    ends = wanted(tile.target, 1) if tile.target else None
    return Line(
        title=f"{one.name} by day",
        unit=_counted_in(one),
        labels=[f"{day:%b} {day.day}" for day in tile.period.days],
        series=[Series(one.name, tile.values)],
        urls=[f"rows/?from={day}&to={day}" for day in tile.period.days],
        target=float(ends[0]) if ends else None,
        band=(float(min(ends)), float(max(ends))) if ends else None,
        said=lambda value: _short(value, one),
    )


def _counted_in(one: Metric) -> str:
    return settings.COMPANY_CURRENCY if one.is_money else one.unit.value


def _short(value: float, one: Metric) -> str:
    """For the axis and the table beside it: no pence on thousands."""
    said = shown(value, one.unit)
    return said.rpartition(".")[0] if one.is_money and abs(value) >= 1000 and "." in said else said


def _split(one: Metric, period: Period, request: HttpRequest) -> list[dict[str, Any]]:
    """The split that is asked for: its facts are cut now, so it is not shown unasked."""
    if not (by := request.GET.get("by", "")):
        return []
    split_of(one, by, period, field="by")
    figures = split_down(one, period.where(split=by), current_actor())
    lines = [
        (name or "not known", urlencode({"split": by, "slice": name}), figure, "")
        for name, figure in figures.items()
    ]
    return [_listed(f"By {by}", lines)]


def _breakdowns(one: Metric, period: Period) -> list[dict[str, Any]]:
    actor, found = current_actor(), []
    names = {
        "channel": dict(Channel.objects.values_list("id", "code")),
        "warehouse": dict(Warehouse.objects.values_list("id", "code")),
    }
    for by in one.dimensions:
        figures = broken_down(one, period.where(), actor, f"{by}_id")
        lines = [
            (names[by].get(key, "none"), f"{by}={names[by].get(key, NO_CODE)}", one_, "")
            for key, one_ in figures.items()
        ]
        found.append(_listed(f"By {by}", lines))
    if one.parts or one.key in ("manual_review_rate", "open_backlog_age"):
        figures = broken_down(one, period.where(), actor, "part")
        whole = sum((figure.den for figure in figures.values()), Decimal(0))
        lines = [
            (
                one.parts.get(key, str(key).replace("_", " ") or "–"),
                f"part={key}",
                of_part(one_, whole),
                key,
            )
            for key, one_ in figures.items()
        ]
        found.append(_listed("By part", lines))
    return found


def _listed(title: str, lines: list[tuple[str, str, Figure, str]]) -> dict[str, Any]:
    """One breakdown for the page: (name, how its rows are asked for, figure, as it reads)."""
    lines.sort(key=lambda line: line[0])
    told = [(name, asked, one, part_shown(one, part)) for name, asked, one, part in lines]
    return {"title": title, "lines": told}
