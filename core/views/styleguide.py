"""The style guide: every part of the page kit once, with made-up figures."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.charts import Bar, Line, Series, Sparkline
from core.gauges import Bullet, Funnel, Heat
from core.http import may
from core.mentions import Known, marked
from core.money import Money
from core.pages import Figure
from core.timeline import Entry

DAYS = [f"Nov {day}" for day in range(1, 15)]
ORDERS = [182, 176, 201, 190, 214, 240, 233, 198, 205, None, 221, 236, 262, 271]
GRACE = Known(2, "Grace Hopper", "grace@example.com")
SHIPPED = [170, 171, 188, 195, 200, 221, 236, 210, 199, 205, 215, 228, 240, 259]


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As it is printed on the label.")
    country = forms.ChoiceField(choices=[("GB", "United Kingdom"), ("US", "United States")])
    service = forms.ChoiceField(
        choices=[("std", "Standard"), ("next", "Next day")], widget=forms.RadioSelect, initial="std"
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
    gift = forms.BooleanField(required=False, label="Wrap it as a gift")
    weight_grams = forms.IntegerField(min_value=1, label="Weight in grams")


@require_safe
@may("core.view_styleguide")
def styleguide(request: HttpRequest) -> HttpResponse:
    form = SampleForm({"name": "Ada Byron", "weight_grams": "-5", "service": "std"})
    context = {
        "title": "Style guide",
        "swatches": (
            "ground surface sunken selected ink accent good warning bad info".split()  # noqa: SIM905
        ),
        "states": ["open", "waiting", "delivered", "failed", "closed"],
        "icons": "search truck package boxes undo-2 shield-alert message-circle chart-line".split(),  # noqa: SIM905
        "form": form,
        "now": clock.now(),
        "earlier": clock.now() - timedelta(hours=3),
        "amount": Money.of("12340.50", "GBP"),
        "figures": figures(),
        "entries": entries(),
        "told": [
            ("at-sign", "Mentioned you on order 1042", "@Grace the customer called.", True),
            ("user-check", "Needs your yes or no: Refund £120.00 of order 1038", "", True),
            ("layers", "Done: Import orders.csv", "", False),
        ],
        "colleagues": [GRACE, Known(3, "Grant Woods", "grant@example.com")],
        "rows": rows(),
        "lane_rows": [
            ("1042 · Ada Byron", "#lane", clock.now() - timedelta(hours=26)),
            ("1051 · Grace Hopper", "#lane", clock.now() - timedelta(hours=5)),
            ("1057 · Alan Kay", "#lane", clock.now() - timedelta(minutes=40)),
        ],
        **charts(),
    }
    return render(request, "core/styleguide.html", context)


def figures() -> list[Figure]:
    """Tiles as Today shows them."""
    spark = Sparkline(title="Orders, 14 days", values=ORDERS, url="#charts")
    return [
        Figure(label="Orders", value="271", url="#charts", trend="+3.4%", tone="good", spark=spark,
               definition="Orders placed on the business day, cancelled ones included."),
        Figure(label="On-time ship rate", value="94.2", unit="%", target="97%", trend="-1.1 pt",
               tone="bad", spark=spark),
        Figure(label="Net sales", value="£12,340", target="£12,000", trend="+2.0%", tone="good"),
        Figure(label="Open backlog age", value="7.5", unit="h", target="12 h"),
    ]  # fmt: skip


def entries() -> list[Entry]:
    """A timeline of every kind of line."""
    now = clock.now()
    return [
        Entry(now - timedelta(minutes=4), "Ada Byron", "Note added", "sticky-note",
              marked("@Grace the customer called: leave it with number 12.", [GRACE])),
        Entry(now - timedelta(hours=2), "System", "Label bought from Northway, £4.10", "tag"),
        Entry(now - timedelta(hours=5), "Grace Hopper", "Hold ended: address checked"),
        Entry(now - timedelta(days=3), "Shop (API)", "Placed on channel web", "shopping-cart",
              past=True),
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """A table as lists show it."""
    now = clock.now()
    samples = [
        ("1061", "Ada Byron", 3, "delivered", "42.00"),
        ("1060", "Grace Hopper", 1, "in transit", "9.99"),
        ("1059", "Alan Kay", 12, "on hold", "1240.50"),
        ("1058", "Edsger Dijkstra", 2, "failed", "18.00"),
        ("1057", "Barbara Liskov", 4, "closed", "77.25"),
    ]  # fmt: skip
    return [
        {"number": number, "name": name, "units": units, "state": state,
         "total": Money.of(total, "GBP"), "at": now - timedelta(hours=3 * place + 1)}
        for place, (number, name, units, state, total) in enumerate(samples)
    ]  # fmt: skip


def charts() -> dict[str, Any]:
    """One chart of each kind."""
    hours = [f"{hour:02}" for hour in range(8, 20)]
    week = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    links = ["#charts"] * len(DAYS)
    busy = [[(row * 7 + at * at * 3) % 61 for at in range(12)] for row in range(5)]
    return {
        "line": Line(title="Orders and shipped orders", unit="a day", labels=DAYS, urls=links,
                     series=[Series("Orders", ORDERS), Series("Shipped", SHIPPED)], target=220),
        "bar": Bar(title="Returns by reason", unit="units", urls=links,
                   labels=["Too small", "Damaged", "Late", "Other"],
                   series=[Series("Units", [42, 17, 9, 23])]),
        "bullet": Bullet(title="On-time ship rate", unit="% of orders", value=94.2, target=97,
                         most=100, url="#charts"),
        "funnel": Funnel(title="From order to door", unit="orders", urls=links,
                         labels=["Placed", "Released", "Packed", "Handed over", "Delivered"],
                         values=[1200, 1130, 1080, 1066, 990]),
        "heat": Heat(title="Orders by hour", unit="orders", labels=hours, rows=week,
                     cells=busy),
    }  # fmt: skip
