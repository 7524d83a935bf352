"""Rates: the cards in force, and what each service would ask for a parcel."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.actor import current_actor
from core.http import may
from inventory.models import Warehouse
from shipping.forms import QuoteForm
from shipping.rating.ask import ask_rates
from shipping.rating.book import Card, Offer, RateBook, rate_book


@require_safe
@may("shipping.view_rates")
def rates(request: HttpRequest) -> HttpResponse:
    houses = Warehouse.objects.visible_to(current_actor()).filter(active=True).order_by("code")
    asked = "weight_grams" in request.GET
    form = QuoteForm(request.GET if asked else None, warehouses=houses)
    rows: list[dict[str, Any]] = []
    if asked and form.is_valid():
        rows = _quoted(form.cleaned_data)
    today = clock.today()
    book = rate_book()
    told = {
        "title": "Rates",
        "form": form,
        "asked": asked,
        "rows": rows,
        "cards": [_card(book, offer, today) for offer in book.offers],
    }
    return render(request, "shipping/rates.html", told)


def _quoted(given: dict[str, Any]) -> list[dict[str, Any]]:
    found, chosen = ask_rates(
        given["warehouse"],
        country=given["country"],
        postal_code=given["postal_code"],
        weight_grams=given["weight_grams"],
        sides_mm=tuple(given[f"{side}_mm"] or 0 for side in ("length", "width", "height")),
        deliver_by=given["deliver_by"],
        level=given["level"],
    )
    return [quote.facts() | {"chosen": quote is chosen} for quote in found]


def _card(book: RateBook, offer: Offer, today: date) -> dict[str, Any]:
    """One service with its present card, lane by lane."""
    card: Card | None = offer.card_on(today)
    lanes = [
        {
            "way": f"{book.zone_codes.get(origin, '?')} → {book.zone_codes.get(destination, '?')}",
            "days": offer.days.get((origin, destination)),
            "prices": list(zip(limits, prices, strict=True)),
        }
        for (origin, destination), (limits, prices) in (card.breaks.items() if card else ())
    ]
    return {"offer": offer, "card": card, "lanes": sorted(lanes, key=lambda lane: lane["way"])}
