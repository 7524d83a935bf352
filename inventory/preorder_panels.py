"""What preorder offers add to every page: navigation, what is at risk, panels of order and SKU."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse_lazy
from django.utils.text import format_lazy

from core.actor import Actor, current_actor
from core.clock import start_of
from core.lists import CAP
from core.pages import Hit, Lane, NavItem, SearchProvider, lanes, nav, search
from core.registry import Panel
from inventory.models import PreorderOffer, PurchaseOrder, Sku
from inventory.ports import purchase_panels, sku_panels
from inventory.preorder_room import offers_on

SEEN = "inventory.view_preorderoffer"
TEMPLATE = "inventory/purchasing/preorder_panel.html"
SHOWN = 20


def add_preorders_to_pages() -> None:
    """Fill the registries; once, from `apps.py`."""
    nav.add(
        "42 preorders",
        NavItem(section="Purchasing", label="Preorders", url="purchasing:preorder_list",
                permission=SEEN, icon="calendar-clock", count=_count,
                counted="late or not covered"),
    )  # fmt: skip
    lanes.add(
        "57 preorders at risk",
        Lane(
            title="Preorders late or not covered",
            permission="inventory.change_preorder",
            url=format_lazy("{}?at_risk=true", reverse_lazy("purchasing:preorder_list")),
            rows=lambda actor: _at_risk(actor).for_list().order_by("first_expected", "id"),
            row=lambda row: (
                f"{row.sku}: {row.waiting:,} wait, {row.risk.lower()}",
                row.get_absolute_url(),
                start_of(row.first_expected),
            ),
            roles=("buyer", "manager"),
        ),
    )
    search.add("29 preorders", SearchProvider(permission=SEEN, find=_find))
    purchase_panels.add(
        "10 preorders", Panel(template=TEMPLATE, permission=SEEN, context=_of_purchase)
    )
    sku_panels.add("15 preorders", Panel(template=TEMPLATE, permission=SEEN, context=_of_sku))


def _at_risk(actor: Actor) -> Any:
    return PreorderOffer.objects.visible_to(actor).at_risk()


def _count(actor: Actor) -> int:
    return int(_at_risk(actor).order_by()[:CAP].count())


def _find(words: str, actor: Actor) -> Iterable[Hit]:
    """By the whole number."""
    number = words.strip().upper().removeprefix("PR-")
    if words.strip().upper() == number or not (number.isascii() and number.isdigit()):
        return
    rows = PreorderOffer.objects.visible_to(actor).for_list()
    for offer in rows.filter(pk=int(number[:18])):
        yield Hit(
            label=offer.number,
            url=offer.get_absolute_url(),
            kind="Preorder offer",
            note=f"{offer.sku}, {offer.sold:,} of {offer.cap:,} sold",
            exact=True,
        )


def _of_purchase(order: PurchaseOrder) -> dict[str, Any]:
    """The offers on an order's lines; what is still to come may be offered."""
    lines = list(order.lines.all())
    open_lines = any(line.units_open for line in lines)
    return {
        "offers": offers_on([line.pk for line in lines])[:SHOWN],
        "offer_more": f"order={order.number}" if open_lines and order.sent_at else "",
    }


def _of_sku(sku: Sku) -> dict[str, Any]:
    """Open offers of a SKU, and those that people still wait for."""
    rows = PreorderOffer.objects.visible_to(current_actor()).filter(sku=sku)
    live = rows.open() | rows.waiting()
    return {"offers": list(live.for_list().order_by("-id")[:SHOWN]), "offer_more": ""}
