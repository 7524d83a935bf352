"""Where returns plugs into core's registries and other apps' pages; called by apps.py."""

from core.books import book_checks
from core.money import Money
from core.pages import BulkAct, Lane, NavItem, SearchProvider, bulk_acts, lanes, nav, search
from core.registry import Panel
from inventory.ports import returns_said
from orders.models import Order
from orders.ports import (
    SecondPerson,
    cancel_refund,
    customer_panels,
    order_panels,
    recorded_refund,
)
from returns import books, panels
from returns.amounts import left_to_refund
from returns.operations.capture import capture_order
from returns.operations.refund import given_alone, over_limit
from returns.said import ReturnReasons
from shipping.ports import parcel_panels


def add_books() -> None:
    """Let `check_books` ask what must hold."""
    book_checks.add(
        "returns: each refund is in its order's ledger", books.refunds_are_in_the_ledger
    )
    book_checks.add(
        "returns: no more is promised than was captured",
        books.no_more_is_promised_than_was_captured,
    )
    book_checks.add(
        "returns: each capture is in its order's ledger", books.captures_are_in_the_ledger
    )
    book_checks.add("returns: returned units were received", books.returned_units_were_received)
    book_checks.add("returns: what was inspected is in stock", books.inspections_are_in_stock)
    book_checks.add(
        "returns: none gives back more than its units are worth",
        books.returns_give_back_what_they_owe,
    )


def add_pages() -> None:
    """Navigation, search, Today's lanes, and panels on orders' pages."""
    nav.add(
        "60 returns",
        NavItem(
            section="Returns",
            label="Returns",
            url="returns:rma_list",
            permission="returns.view_return",
            icon="undo-2",
            count=panels.count_under_way,
            counted="to approve, to inspect or to refund",
        ),
    )
    nav.add(
        "61 returns desk",
        NavItem(
            section="Returns",
            label="Returns desk",
            url="returns:desk",
            permission="returns.receive_return",
            icon="scan-barcode",
        ),
    )
    nav.add(
        "62 refunds",
        NavItem(
            section="Returns",
            label="Refunds",
            url="returns:refund_list",
            permission="returns.view_refund",
            icon="banknote",
            count=panels.count_stuck,
            counted="refunds that need a person",
        ),
    )
    nav.add(
        "63 captures",
        NavItem(
            section="Returns",
            label="Captures",
            url="returns:capture_list",
            permission="returns.view_capture",
            icon="credit-card",
            count=panels.count_captures_stuck,
        ),
    )
    search.add("60 returns", SearchProvider(permission="returns.view_return", find=panels.find))
    order_panels.add(
        "60 returns",
        Panel(
            template="returns/order_panel.html",
            permission="returns.view_return",
            context=panels.of_order,
        ),
    )
    customer_panels.add(
        "60 returns",
        Panel(
            template="returns/customer_panel.html",
            permission="returns.view_return",
            context=panels.of_customer,
        ),
    )
    parcel_panels.add(
        "60 returns",
        Panel(
            template="returns/parcel_panel.html",
            permission="returns.view_refund",
            context=panels.of_parcel,
        ),
    )
    _add_lanes()
    add_bulk_acts()


def _add_lanes() -> None:
    lanes.add(
        "50 returns to inspect",
        Lane(
            title="Returns to inspect",
            permission="returns.inspect_return",
            url="/returns/?status=received&sort=requested_at",
            rows=panels.to_inspect,
            row=panels.desk_row,
            roles=("picker", "buyer", "manager"),
        ),
    )
    lanes.add(
        "49 returns to refund",
        Lane(
            title="Returns to refund",
            permission="returns.refund_return",
            url="/returns/?status=inspected&sort=requested_at",
            rows=panels.to_refund,
            row=panels.to_refund_row,
            roles=("finance", "agent", "manager"),
        ),
    )
    lanes.add(
        "51 returns to approve",
        Lane(
            title="Returns to approve",
            permission="returns.approve_return",
            url="/returns/?status=requested&sort=requested_at",
            rows=panels.to_approve,
            row=panels.rma_row,
            roles=("agent", "manager"),
        ),
    )
    lanes.add(
        "52 refunds stuck",
        Lane(
            title="Refunds that need a person",
            permission="returns.refund_order",
            url="/returns/refunds/?stuck=true&sort=requested_at",
            rows=panels.stuck,
            row=panels.refund_row,
            roles=("finance", "manager"),
        ),
    )
    lanes.add(
        "53 shipped, not captured",
        Lane(
            title="Shipped, not captured",
            permission="returns.capture_order",
            url="/orders/?uncaptured=true",
            rows=panels.uncaptured,
            row=panels.order_row,
            roles=("finance", "manager"),
        ),
    )
    lanes.add(
        "54 captures stuck",
        Lane(
            title="Captures that need a person",
            permission="returns.capture_order",
            url="/returns/captures/?stuck=true&sort=requested_at",
            rows=panels.captures_stuck,
            row=panels.capture_row,
            roles=("finance", "manager"),
        ),
    )


class OverLimit:
    """Cancelling above the refund limit asks whoever may approve refunds."""

    name, version = "refund limit", "1"

    def needs(self, order: Order) -> SecondPerson | None:
        left = left_to_refund(order)
        limit = over_limit(left, order) if left else None
        if limit is None:
            return None
        return SecondPerson(amount=left, limit=limit, permission="returns.approve_refund")


class OverLimitTogether:
    """Refunds noted down count with what else of the order went back without a second person."""

    name, version = "refund limit", "1"

    def needs(self, order: Order, amount: Money) -> SecondPerson | None:
        together = amount + given_alone(order)
        limit = over_limit(together, order)
        if limit is None:
            return None
        return SecondPerson(amount=together, limit=limit, permission="returns.approve_refund")


def fill_ports() -> None:
    """Answer what orders asks of its money, and what inventory asks of reasons."""
    returns_said.fill(ReturnReasons())
    cancel_refund.fill(OverLimit())
    recorded_refund.fill(OverLimitTogether())


def add_bulk_acts() -> None:
    """Acts on many orders that returns offer."""
    bulk_acts.add(
        "orders.order_list capture",
        BulkAct(label="Capture", permission="returns.capture_order", act=capture),
    )


def capture(order_id: int) -> str:
    """Take what is due of one order."""
    made = capture_order(order_id)
    return f"Asked for: {', '.join(f'{row.number} {row.amount.shown()}' for row in made)}"
