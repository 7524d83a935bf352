"""Where a number comes from: its movements, and what it was at a past moment."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.http import may
from inventory.ledger import SHOWN, moment_in, proof_of, stock_as_of, with_balance
from inventory.models import Sku, StockLevel
from inventory.states import Counter


@require_safe
@may("inventory.view_stockmovement")
def proof(request: HttpRequest, public_id: str) -> HttpResponse:
    """One counter of a SKU in a warehouse, beside the sum of its movements."""
    sku = get_object_or_404(Sku, public_id=public_id)
    level = get_object_or_404(
        StockLevel.objects.visible_to(current_actor()).select_related("warehouse", "sku", "proof"),
        sku=sku,
        warehouse__code=request.GET.get("warehouse", "")[:16],
    )
    asked = request.GET.get("counter", "")
    counter = Counter(asked) if asked in Counter.values else Counter.ON_HAND
    told = {
        "title": f"{counter.label} of {sku} in {level.warehouse}",
        "sku": sku,
        "level": level,
        "proof": proof_of(level, counter),
        "counters": Counter.choices,
        "counter": counter,
        "movements": with_balance(level, counter)[:SHOWN],
        "shown": SHOWN,
        "last": getattr(level, "proof", None),
    }
    return render(request, "inventory/proof.html", told)


@require_safe
@may("inventory.view_stockmovement")
def then(request: HttpRequest, public_id: str) -> HttpResponse:
    """What there was of a SKU at a moment; and what was known of it then."""
    sku = get_object_or_404(Sku, public_id=public_id)
    at, known_at = _moments(request)
    told: dict[str, Any] = {
        "title": f"Stock of {sku} at a past moment",
        "sku": sku,
        "at": at,
        "known_at": known_at,
        "asked_at": request.GET.get("at", ""),
        "asked_known": request.GET.get("known_at", ""),
        "rows": stock_as_of(sku.pk, current_actor(), at=at, known_at=known_at),
    }
    return render(request, "inventory/then.html", told)


def _moments(request: HttpRequest) -> tuple[datetime | None, datetime | None]:
    at, known_at = (moment_in(request.GET.get(name, ""), name) for name in ("at", "known_at"))
    return at, known_at
