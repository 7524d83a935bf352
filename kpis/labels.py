"""Give the rows behind a figure their names and pages; one query per kind of row."""

from collections.abc import Callable, Iterable
from typing import Any

from fraud.models import OrderRisk
from inventory.models import CountLine, StockLevel
from orders.models import Order, OrderLine
from returns.models import Refund

Named = dict[int, tuple[str, str]]  # id -> (label, url)


def _orders(ids: list[int]) -> Named:
    rows = Order.objects.filter(pk__in=ids).only("id", "number", "public_id")
    return {row.pk: (row.number, row.get_absolute_url()) for row in rows}


def _lines(ids: list[int]) -> Named:
    rows = OrderLine.objects.filter(pk__in=ids).select_related("order", "sku")
    return {
        row.pk: (f"{row.order.number}: {row.sku or row.channel_sku}", row.order.get_absolute_url())
        for row in rows
    }


def _refunds(ids: list[int]) -> Named:
    rows = Refund.objects.filter(pk__in=ids).select_related("order")
    return {
        row.pk: (f"{row.number} of order {row.order.number}", row.order.get_absolute_url())
        for row in rows
    }


def _levels(ids: list[int]) -> Named:
    rows = StockLevel.objects.filter(pk__in=ids).select_related("sku")
    return {row.pk: (row.sku.code, row.sku.get_absolute_url()) for row in rows}


def _counted(ids: list[int]) -> Named:
    rows = CountLine.objects.filter(pk__in=ids).select_related("count", "level__sku")
    return {
        row.pk: (f"{row.count}: {row.level.sku.code}", row.count.get_absolute_url()) for row in rows
    }


def _risks(ids: list[int]) -> Named:
    rows = OrderRisk.objects.filter(pk__in=ids).select_related("order")
    return {row.pk: (row.order.number, row.get_absolute_url()) for row in rows}


NAMES: dict[str, Callable[[list[int]], Named]] = {
    "order": _orders,
    "order_line": _lines,
    "refund": _refunds,
    "stock_level": _levels,
    "count_line": _counted,
    "risk": _risks,
}


def name_rows(rows: Iterable[dict[str, Any]]) -> None:
    """Add `label` and `url` to each row."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    for kind, found in by_kind.items():
        named = NAMES[kind]([row["id"] for row in found])
        for row in found:
            row["label"], row["url"] = named.get(row["id"], (f"{kind} {row['id']}", ""))
