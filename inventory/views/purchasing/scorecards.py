"""How vendors keep their word: all of them, and one with the lines behind its score."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from inventory.models import PurchaseLine, Vendor
from inventory.scorecard import lines_behind, scores, span_of

SHOWN = 200


@require_safe
@may("inventory.view_vendor")
def scorecards(request: HttpRequest) -> HttpResponse:
    span = span_of(request.GET)
    told = {"title": "Scorecards", "span": span, "scores": scores(span, current_actor())}
    return render(request, "inventory/purchasing/scorecards.html", told)


@require_safe
@may("inventory.view_vendor")
def scorecard(request: HttpRequest, public_id: str) -> HttpResponse:
    vendor = get_object_or_404(Vendor, public_id=public_id)
    span, actor = span_of(request.GET), current_actor()
    lines = list(lines_behind(span, actor, vendor)[: SHOWN + 1])
    told = {
        "title": f"Scorecard of {vendor.name}",
        "vendor": vendor,
        "span": span,
        "score": next(iter(scores(span, actor, vendor_id=vendor.pk)), None),
        "lines": [(line, *_verdict(line)) for line in lines[:SHOWN]],
        "more": len(lines) > SHOWN,
    }
    return render(request, "inventory/purchasing/scorecard.html", told)


def _verdict(line: Any) -> tuple[str, str]:
    """What is said of one line, and in which tone."""
    arrived = clock.day_of(line.last_at) if line.last_at else None
    if line.good >= line.units and arrived is not None:
        late = (arrived - line.first_promised).days
        return ("in time", "good") if late <= 0 else (f"{late} days late", "warning")
    if line.first_promised >= clock.today():
        return "not due yet", "neutral"
    return _open(line)


def _open(line: PurchaseLine) -> tuple[str, str]:
    return ("came short", "bad") if line.units_open == 0 else ("overdue", "bad")
