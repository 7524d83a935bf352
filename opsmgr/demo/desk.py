"""What the demo's people do at their desks: decide risks, settle exceptions, look after returns."""

from contextlib import suppress
from datetime import timedelta

from core import clock
from core.actor import acting
from core.approvals import decide_approval
from core.errors import Refused
from core.models import Approval
from core.money import Money
from fraud.models import OrderRisk
from fraud.operations.decide import accept_order, reject_order
from fraud.states import RiskState
from inventory.models import Listing, Sku
from inventory.operations.catalog.listings import map_listing
from opsmgr.demo.staff import Staff
from orders.models import Order, OrderException
from orders.operations.cancel import cancel_order
from orders.operations.cancel_short import cancel_short
from orders.operations.exceptions import resolve_exception
from orders.states import ExceptionKind
from returns.models import Refund, ReturnAuthorization
from returns.operations.approve import approve_return, cancel_return, reject_return
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.operations.refund import refund_lost, refund_order, refund_return
from returns.operations.settle import confirm_refund
from returns.states import RefundState
from shipping.models import Parcel
from shipping.operations.write_off import write_off_parcel
from shipping.states import ParcelState

PATIENCE = timedelta(days=4)  # then what is short is given up
SEARCH = timedelta(days=7)  # this long the carrier looks for what it lost
RESULTS = [
    ("A", "restock"),
    ("A", "restock"),
    ("B", "restock"),
    ("C", "quarantine"),
    ("D", "scrap"),
]
# What is said when an exception is settled; what is not here waits for what it is about.
SETTLED = {
    ExceptionKind.SHORT_PICK: "Counted the bin; the level is right again.",
    ExceptionKind.BAD_ADDRESS: "Rang the customer and told the carrier the right door.",
    ExceptionKind.CARD_NUMBER: "Told the sender; nothing of the card is kept.",
    ExceptionKind.PAYMENT_FAILED: "The bank has taken it at the second try.",
    ExceptionKind.IMPORT: "Credited before this shop was kept here; nothing is owed.",
    ExceptionKind.OTHER: "Spoke with the carrier and the customer; settled.",
}


def decide_reviews(staff: Staff) -> None:
    """Accept most orders that wait for a risk decision, reject a few, leave some for tomorrow."""
    with acting(staff.analyst):
        for risk in OrderRisk.objects.filter(state=RiskState.REVIEW).order_by("id")[:60]:
            odd = staff.chance.random()
            with suppress(Refused):
                if odd < 0.6:
                    accept_order(risk.pk, reason="Spoke with the customer; all in order.")
                elif odd < 0.68:
                    reject_order(risk.pk, reason="The card and the address do not belong together.")


def settle_exceptions(staff: Staff) -> None:
    """Look at the queue, the oldest first: settle what can be settled."""
    kinds = [ExceptionKind.UNKNOWN_SKU, *SETTLED]
    rows = OrderException.objects.filter(resolved_at=None, kind__in=kinds).select_related("order")
    for row in rows.order_by("raised_at")[:60]:
        if staff.chance.random() > 0.35:
            continue
        if row.kind == ExceptionKind.UNKNOWN_SKU:
            _map(staff, row)
        else:
            _settle(staff, row)


def _map(staff: Staff, row: OrderException) -> None:
    """Say what a channel's code sells: the SKU that it is spelled like."""
    code = str(row.facts.get("channel_sku", ""))
    sku = Sku.objects.filter(code=code.partition("/")[0], active=True).first()
    listing = Listing.objects.filter(channel_sku=code, sku=None).first()
    if sku is not None and listing is not None:
        with acting(staff.buyer), suppress(Refused):
            map_listing(listing.pk, sku.pk)


def _settle(staff: Staff, row: OrderException) -> None:
    with acting(staff.manager), suppress(Refused):
        if row.facts.get("code") == "damaged" and row.order is not None:
            tenth = Money(row.order.total.minor // 10, row.order.currency)
            if tenth:
                refund_order(row.order.pk, amount=tenth, reason="The carrier has damaged it")
        resolve_exception(row.pk, resolution=SETTLED[ExceptionKind(row.kind)])


def give_up_lost(staff: Staff) -> None:
    """What the carrier has not found in a week is sent again, mostly, or refunded."""
    lost = Parcel.objects.filter(state=ParcelState.LOST, written_off_at=None)
    told = lost.filter(tracking__code="lost", tracking__happened_at__lt=clock.now() - SEARCH)
    with acting(staff.agent):
        for parcel in told.distinct().order_by("id")[:40]:
            with suppress(Refused):
                if staff.chance.random() < 0.6:
                    write_off_parcel(parcel.pk, again=True)
                else:
                    refund_lost(parcel.pk)


def give_up(staff: Staff) -> None:
    """Cancel what is refused, and units that stay short for too long."""
    now = clock.now()
    refused = Order.objects.open().filter(why_code="risk_refused")
    short = Order.objects.open().filter(why_code="short", placed_at__lt=now - PATIENCE)
    with acting(staff.manager):
        for order in refused.filter(placed_at__lt=now - timedelta(days=1)).order_by("id")[:40]:
            if staff.chance.random() < 0.5:
                with suppress(Refused):
                    cancel_order(order.pk, reason="refused for risk")
        for order in short.order_by("id")[:40]:
            if staff.chance.random() < 0.3:
                with suppress(Refused):
                    cancel_short(order.pk, reason="no stock to be had")


# -- returns -----------------------------------------------------------------------------------


def look_after_returns(staff: Staff, arrived: list[ReturnAuthorization]) -> None:
    """Say yes or no to what was asked, receive what has come, inspect, refund."""
    returns = ReturnAuthorization.objects.order_by("id")
    with acting(staff.manager):
        for rma in returns.filter(status="requested"):
            _answer(staff, rma)
        for rma in arrived:
            receive_return(rma.pk)
        for rma in returns.filter(status="received"):
            if staff.chance.random() < 0.75:
                _inspect(staff, rma)
    with acting(staff.agent):
        for rma in returns.filter(status="inspected", refunds=None):
            if staff.chance.random() < 0.8:
                with suppress(Refused):
                    refund_return(rma.pk)
    decide_refunds(staff)


def _answer(staff: Staff, rma: ReturnAuthorization) -> None:
    odd = staff.chance.random()
    with suppress(Refused):
        if odd < 0.72:
            approve_return(rma.pk)
        elif odd < 0.76:
            reject_return(rma.pk, reason="Worn, says the customer's own photo.")
        elif odd < 0.78:
            cancel_return(rma.pk, reason="The customer keeps it after all.")


def _inspect(staff: Staff, rma: ReturnAuthorization) -> None:
    results = []
    for line in rma.lines.filter(units_received__gt=0):
        grade, disposition = staff.chance.choice(RESULTS)
        results.append(
            InspectionIn(
                line_id=line.pk, units=line.units_received, grade=grade, disposition=disposition
            )
        )
    with suppress(Refused):
        inspect_return(rma.pk, results=results)


def decide_refunds(staff: Staff) -> None:
    """The second person decides on large ones; what goes back by hand is transferred."""
    with acting(staff.finance):
        for approval in Approval.objects.filter(state="waiting").order_by("id"):
            if staff.chance.random() < 0.5:
                with suppress(Refused):
                    decide_approval(approval.pk, approve=True, note="Checked with the desk.")
        by_hand = Refund.objects.filter(state=RefundState.WAITING, by_hand=True)
        for refund in by_hand.order_by("id"):
            if staff.chance.random() < 0.4:
                with suppress(Refused):
                    confirm_refund(refund.pk, gateway_ref=f"BACS {refund.number}")
