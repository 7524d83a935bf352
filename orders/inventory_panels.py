"""What pages of inventory show of orders: those that go short, and those that wait."""

from typing import Any

from django.db.models import F, QuerySet, Sum, Window

from core.actor import ALL, current_actor
from inventory.models import Preorder, PreorderOffer, PurchaseOrder, Sku, StockCount
from orders.inbound import hurt_by
from orders.models import OrderLine
from orders.operations.short_for_count import missing_of
from orders.states import OrderStatus

SHOWN, NAMED = 20, 5


def of_purchase(order: PurchaseOrder) -> dict[str, Any]:
    """The oldest orders that wait for what an order to a vendor is to bring."""
    rows = list(hurt_by(order, current_actor())[: SHOWN + 1])
    return {"waiting": rows[:SHOWN], "more": len(rows) > SHOWN}


def of_preorder(offer: PreorderOffer) -> dict[str, Any]:
    """Who waits for an offer's units, the youngest first: those go short when too few come.

    Each with how much later it comes than they were told.
    """
    upto = Window(Sum(F("units") - F("units_filled")), order_by=[F("since").asc(), F("id").asc()])
    queue = Preorder.objects.filter(
        offer=offer, holder_kind="order_line", units__gt=F("units_filled")
    ).annotate(upto=upto)
    rows = list(queue.order_by("-since", "-id")[: SHOWN + 1])
    lines = OrderLine.objects.filter(pk__in=[row.holder_id for row in rows])
    channels: Any = current_actor().ids("channel_id")
    if channels is not ALL:
        lines = lines.filter(order__channel__in=channels)
    known = {line.pk: line for line in lines.select_related("order__channel")}
    day = offer.expected_on
    waiting = [
        {
            "preorder": row, "order": known[row.holder_id].order,
            "uncovered": row.upto > offer.to_come,
            "late": max((day - row.told_on).days, 0) if day else 0,
        }
        for row in rows[:SHOWN] if row.holder_id in known
    ]  # fmt: skip
    return {"offer": offer, "waiting": waiting, "more": len(rows) > SHOWN}


def of_sku(sku: Sku) -> dict[str, Any]:
    """The open orders that want it and have not all of it yet, the first to leave first."""
    channels: Any = current_actor().ids("channel_id")
    lines = _open_lines(sku.pk)
    if channels is not ALL:
        lines = lines.filter(order__channel__in=channels)
    rows = list(lines.select_related("order").order_by("order__ship_by", "id")[: SHOWN + 1])
    return {"sku": sku, "wanted": rows[:SHOWN], "more": len(rows) > SHOWN}


def needs_of(sku_id: int) -> list[str]:
    """Open orders that want a SKU, whoever asks: it is not put away under them."""
    numbers = _open_lines(sku_id).order_by("order_id").values_list("order__number", flat=True)
    shown = list(dict.fromkeys(numbers[: 2 * NAMED]))
    if not shown:
        return []
    more = " and more" if len(shown) > NAMED else ""
    return [f"wanted by order {', '.join(shown[:NAMED])}{more}"]


def _open_lines(sku_id: int) -> QuerySet[OrderLine]:
    wanted = F("units") + F("units_lost") - F("units_cancelled")
    return OrderLine.objects.filter(
        sku=sku_id, order__status=OrderStatus.OPEN, units_shipped__lt=wanted
    )


def of_count(count: StockCount) -> dict[str, Any]:
    """Nothing to show where enough was found."""
    return {
        "count": count,
        "missing": [] if count.hides_books and not _settled(count) else missing_of(count),
        "may_short": current_actor().may("orders.short_for_count"),
    }


def _settled(count: StockCount) -> bool:
    """Whether all is counted: a blind count tells nothing before."""
    return not count.lines.filter(live=True).left().exists()
