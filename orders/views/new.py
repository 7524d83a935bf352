"""Take an order by phone or counter."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.actor import current_actor
from core.errors import Refused
from core.http import may
from core.money import Money, exponent
from inventory.models import Channel, Sku
from orders.forms import LineFormSet, NewOrderForm
from orders.intake import LineIn
from orders.models import Order
from orders.operations.place import place_order

MORE = 5


@require_http_methods(["GET", "HEAD", "POST"])
@may("orders.place_order")
def order_new(request: HttpRequest) -> HttpResponse:
    channels = Channel.objects.visible_to(current_actor()).filter(active=True).order_by("name")
    form = NewOrderForm(request.POST or None, channels=channels)
    lines = LineFormSet(_with_more(request.POST) if request.POST else None, prefix="lines")
    if request.method == "POST" and "more" not in request.POST:
        order = _placed(form, lines)
        if order is not None:
            messages.success(request, f"Order {order} was placed.")
            return redirect(order)
    told = {"title": "New order", "form": form, "lines": lines}
    return render(request, "orders/new.html", told)


def _with_more(posted: Any) -> Any:
    """The lines as typed; five empty ones more when asked for."""
    if "more" not in posted:
        return posted
    data = posted.copy()
    count = data.get("lines-TOTAL_FORMS", "0")
    known = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    data["lines-TOTAL_FORMS"] = str(min(known + MORE, 100))
    return data


def _placed(form: NewOrderForm, lines: Any) -> Order | None:
    """Place it; None with the errors on the form."""
    if not (form.is_valid() and lines.is_valid()):
        return None
    channel = form.cleaned_data["channel"]
    wanted = _lines(lines, form)
    if wanted is None:
        return None
    try:
        total = sum(
            (Money.rounded(line.unit_price * line.units, channel.currency) for line in wanted),
            form.cleaned_data["shipping"] or Money.zero(channel.currency),
        )
        return place_order(channel.pk, form.order_in(wanted, total=total))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def too_fine(price: Decimal, currency: str) -> bool:
    """Whether a typed price has more decimals than the currency: a slip of the finger."""
    return price != round(price, exponent(currency))


def _lines(lines: Any, form: NewOrderForm) -> list[LineIn] | None:
    """The lines with a price each: the typed one, else the SKU's own, when its currency fits.

    None with the errors on the lines, or on the form when there is none.
    """
    currency = form.cleaned_data["channel"].currency
    filled = [line for line in lines if line.cleaned_data.get("sku")]
    given = [line.cleaned_data for line in filled]
    prices = {
        code: price
        for code, price, priced_in in Sku.objects.filter(
            code__in=[row["sku"] for row in given]
        ).values_list("code", "unit_price", "currency")
        if priced_in == currency
    }
    found = []
    for line, row in zip(filled, given, strict=True):
        price = row["unit_price"] if row["unit_price"] is not None else prices.get(row["sku"])
        if price is None:
            line.add_error("unit_price", f"{row['sku']} has no price in {currency}; type one.")
        elif row["unit_price"] is not None and too_fine(price, currency):
            most = exponent(currency)
            line.add_error("unit_price", f"A price in {currency} has at most {most} decimals.")
        else:
            found.append(LineIn(sku=row["sku"], units=row["units"], unit_price=price))
    if len(found) < len(given):
        return None
    if not found:
        form.add_error(None, "An order needs at least one line.")
        return None
    return found
