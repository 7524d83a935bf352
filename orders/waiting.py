"""What waits for somebody: the counts of the rail and the lanes of Today."""

from datetime import datetime

from core import clock
from core.actor import Actor
from core.lists import CAP
from core.pages import (
    Lane,
    NavItem,
    SearchProvider,
    Shortcut,
    bulk_acts,
    lanes,
    nav,
    search,
    shortcuts,
)
from orders.bulk import EXCEPTION_ACTS, ORDER_ACTS
from orders.links import find_customers, find_orders
from orders.models import Order, OrderException
from orders.models.fulfillment import OrderExceptionQuerySet
from orders.models.orders import OrderQuerySet
from orders.states import ExceptionKind

OTHER_KINDS = "&".join(f"kind={kind}" for kind in ExceptionKind if kind != ExceptionKind.OVERSOLD)


def late(actor: Actor) -> OrderQuerySet:
    """Orders past their ship-by time, the longest first."""
    rows = Order.objects.visible_to(actor).late_to_ship(clock.now())
    return rows.order_by("ship_by", "id")


def short(actor: Actor) -> OrderQuerySet:
    """Open orders with units that no warehouse has promised, the oldest first."""
    rows = Order.objects.visible_to(actor).open().filter(why_code="short")
    return rows.order_by("ship_by", "id")


def exceptions(actor: Actor) -> OrderExceptionQuerySet:
    """The exceptions queue, without the oversold, which have their own lane."""
    rows = OrderException.objects.visible_to(actor).waiting(clock.now())
    return rows.exclude(kind=ExceptionKind.OVERSOLD).order_by("urgent_at", "id")


def exceptions_waiting(actor: Actor) -> int:
    """How many exceptions wait, capped."""
    rows = OrderException.objects.visible_to(actor).waiting(clock.now())
    return rows.order_by()[:CAP].count()


def late_waiting(actor: Actor) -> int:
    """How many orders are late, capped."""
    return late(actor).order_by()[:CAP].count()


def late_row(order: Order) -> tuple[str, str, datetime]:
    """How the lane shows a late order."""
    return (f"Order {order.number}", order.get_absolute_url(), order.ship_by)


def short_row(order: Order) -> tuple[str, str, datetime]:
    """How the lane shows an order that is short."""
    return (f"Order {order.number}", order.get_absolute_url(), order.placed_at)


def exception_row(row: OrderException) -> tuple[str, str, datetime]:
    """How the lane shows an exception."""
    return (row.sentence, row.get_absolute_url(), row.raised_at)


def register() -> None:
    """Put orders into the frame of every page."""
    _nav()
    shortcuts.add(
        "10 order",
        Shortcut(label="New order", url="orders:order_new", permission="orders.place_order"),
    )
    search.add("10 orders", SearchProvider(permission="orders.view_order", find=find_orders))
    search.add(
        "20 customers", SearchProvider(permission="orders.view_customer", find=find_customers)
    )
    seen, listed = "orders.view_order", "/orders/"
    lanes.add(
        "10 late to ship",
        Lane(title="Late to ship", permission=seen, url=f"{listed}?late=true", rows=late,
             row=late_row, roles=("manager", "agent", "picker")),
    )  # fmt: skip
    lanes.add(
        "30 oversold",
        Lane(title="Oversold", permission=seen, url=f"{listed}?why=short", rows=short,
             row=short_row, roles=("manager", "buyer")),
    )  # fmt: skip
    lanes.add(
        "35 exceptions",
        Lane(title="Exceptions", permission="orders.view_orderexception",
             url=f"/orders/exceptions/?{OTHER_KINDS}", rows=exceptions, row=exception_row,
             roles=("manager", "agent")),
    )  # fmt: skip
    for key, act in ORDER_ACTS.items():
        bulk_acts.add(f"orders.order_list {key}", act)
    for key, act in EXCEPTION_ACTS.items():
        bulk_acts.add(f"orders.exception_list {key}", act)


def _nav() -> None:
    nav.add(
        "10 orders",
        NavItem(section="Orders", label="Orders", url="orders:order_list",
                permission="orders.view_order", icon="shopping-cart", count=late_waiting,
                counted="late to ship"),
    )  # fmt: skip
    nav.add(
        "11 exceptions",
        NavItem(section="Orders", label="Exceptions", url="orders:exception_list",
                permission="orders.view_orderexception", icon="triangle-alert",
                count=exceptions_waiting, counted="open and not snoozed"),
    )  # fmt: skip
    nav.add(
        "40 inbound",
        NavItem(section="Purchasing", label="Inbound", url="orders:inbound",
                permission="inventory.view_purchaseorder", icon="calendar-days"),
    )  # fmt: skip
    nav.add(
        "12 customers",
        NavItem(section="Orders", label="Customers", url="orders:customer_list",
                permission="orders.view_customer", icon="users"),
    )  # fmt: skip
    nav.add(
        "14 import orders",
        NavItem(section="Orders", label="Import", url="orders:import",
                permission="orders.import_orders", icon="upload"),
    )  # fmt: skip
    nav.add(
        "15 import profiles",
        NavItem(section="Orders", label="Import profiles", url="orders:profile_list",
                permission="orders.view_importprofile", icon="list-checks"),
    )  # fmt: skip
    nav.add(
        "20 fulfillment orders",
        NavItem(section="Fulfillment", label="Fulfillment orders", url="orders:fulfillment_list",
                permission="orders.view_fulfillmentorder", icon="package-check"),
    )  # fmt: skip
