"""Vendors' bills: entered, matched with order and receipts, accepted, paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval
from core.errors import BadValue, SecondPersonNeeded
from core.events import publish
from core.models import Approval
from core.money import LIMIT, Money
from core.operations import lock, operation
from inventory.errors import (
    BillChanged,
    BillKnown,
    BillMoveNotAllowed,
    DisputeOpen,
    PurchaseMoveNotAllowed,
)
from inventory.events.bills import BillAccepted, BillCancelled, BillEntered, BillPaid
from inventory.models import Bill, BillLimit, BillLine, PurchaseLine, PurchaseOrder
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.matching import match_again, undecided
from inventory.operations.purchasing.papers import keep_paper
from inventory.operations.purchasing.rates import rate_on
from inventory.operations.stock.limits import own_limit
from inventory.states import BILLS_UNDECIDED, EXPECTED, BillStatus, PurchaseStatus

MOST_CHARGES = 20
BILLED = (*EXPECTED, PurchaseStatus.CLOSED)  # orders that a vendor may send a bill for
BILL_RULES: dict[str, fields.Clean] = {
    "number": fields.code(60),
    "billed_on": own.some_day,
    "due_on": own.day,
    "tax": lambda field, value: value,
    "total": lambda field, value: value,
}


@dataclass(frozen=True, kw_only=True)
class BilledLine:
    """So many units of a SKU of the order, at a price each."""

    sku_id: int
    units: int
    price: Decimal | str


@dataclass(frozen=True, kw_only=True)
class Charge:
    """An amount on a bill that is for no line of the order: freight, a surcharge."""

    text: str
    amount: Decimal | str


@dataclass(frozen=True, kw_only=True)
class AcceptOutcome:
    """The bill, accepted; or the question that a second person now has."""

    bill: Bill
    approval: Approval | None = None


@operation(permission="inventory.enter_bill")
def enter_bill(
    order_id: int,
    *,
    lines: Sequence[BilledLine],
    given: Mapping[str, Any],
    charges: Sequence[Charge] = (),
    document: Any = None,
) -> Bill:
    """Enter a vendor's bill for an order, and match it with what was ordered and has come.

    `given` takes number, billed_on and total, and maybe tax (Money in the order's currency) and
    due_on (else by the order's terms). The total must be the sum of lines, charges and tax.
    `document` is a PDF or picture. Raises BadValue (by line: `lines.0.units`), BillKnown,
    PurchaseMoveNotAllowed. Publishes bill.entered, bill.matched.
    """
    order = lock(PurchaseOrder, order_id)
    if order.status not in BILLED:
        status = order.get_status_display().lower()
        raise PurchaseMoveNotAllowed(number=order.number, status=status, wanted="billed")
    clean = fields.cleaned({"number": "", "billed_on": None, "total": None, **given}, BILL_RULES)
    _require_new(order, clean["number"])
    rows = [*_lines(order, lines), *_charges(order, charges)]
    if not rows:
        raise BadValue(field="lines", fix="Say what is billed.")
    bill = _made(order, clean, rows)
    if document is not None:
        keep_paper(bill.document, bill.public_id, field="document", file=document)
    bill.save()
    for row in rows:
        row.bill = bill
    BillLine.objects.bulk_create(rows)
    publish(
        BillEntered(
            bill_id=bill.pk,
            purchase_order_id=order.pk,
            vendor_id=order.vendor_id,
            number=bill.number,
            total=bill.total.shown(),
        )
    )
    match_again(order)
    bill.refresh_from_db()
    bill.right_first = bill.status in (BillStatus.TO_PAY, BillStatus.WAITING)
    bill.save(update_fields=["right_first"])
    return bill


def _require_new(order: PurchaseOrder, number: str) -> None:
    known = order.bills.live().filter(number__iexact=number).first()  # type: ignore[attr-defined]
    if known is not None:
        raise BillKnown(
            field="number", number=number, order=order.number,
            known=f"{known.total.shown()} of {known.billed_on:%d %b %Y}",
        )  # fmt: skip


def _made(order: PurchaseOrder, clean: dict[str, Any], rows: list[BillLine]) -> Bill:
    billed_on = clean["billed_on"]
    if billed_on > clock.today():
        raise BadValue(field="billed_on", fix="Give the day of the bill; it is not after today.")
    due_on = clean.get("due_on") or billed_on + timedelta(days=order.payment_days)
    own.require_order(billed_on, due_on, field="due_on")
    net = Money(sum(_total(row, order.currency).minor for row in rows), order.currency)
    tax = money_in("tax", clean.get("tax") or Money.zero(order.currency), order.currency)
    total = money_in("total", clean["total"], order.currency)
    if total.minor > LIMIT or total != net + tax:
        fix = f"Lines, charges and tax come to {(net + tax).shown()}, not {total.shown()}."
        raise BadValue(field="total", fix=fix)
    rate = rate_on(order.currency, billed_on)
    return Bill(
        number=clean["number"],
        vendor_id=order.vendor_id,
        order=order,
        warehouse_id=order.warehouse_id,
        status=BillStatus.WAITING,  # until it is matched, in the same transaction
        billed_on=billed_on,
        due_on=due_on,
        currency=order.currency,
        rate=rate,
        net=net,
        tax=tax,
        total=total,
        company_net=net.converted(rate, settings.COMPANY_CURRENCY),
        difference=Money.zero(order.currency),
        actor=current_actor().name,
        entered_at=clock.now(),
    )


def _total(row: BillLine, currency: str) -> Money:
    """What a line comes to; put onto it."""
    total = Money.rounded(row.price * row.units, currency)
    if total.minor > LIMIT:
        raise BadValue(field="lines", fix="That is more than can be billed at once.")
    row.total = total
    return total


def _lines(order: PurchaseOrder, lines: Sequence[BilledLine]) -> list[BillLine]:
    known: dict[int, PurchaseLine] = {line.sku_id: line for line in order.lines.all()}
    found: dict[int, BillLine] = {}
    for place, billed in enumerate(lines):
        at = f"lines.{place}."
        line = known.get(billed.sku_id)
        if line is None:
            fix = f"It is not on order {order.number}; enter it as a charge, or leave it out."
            raise BadValue(field=f"{at}sku", fix=fix)
        if line.pk in found:
            raise BadValue(field=f"{at}sku", fix="It is named twice; add the units up.")
        found[line.pk] = BillLine(
            line=line,
            units=own.units(f"{at}units", billed.units),
            price=own.price(f"{at}price", billed.price),
        )
    return [found[pk] for pk in sorted(found)]


def _charges(order: PurchaseOrder, charges: Sequence[Charge]) -> list[BillLine]:
    if len(charges) > MOST_CHARGES:
        raise BadValue(field="charges", fix=f"Enter at most {MOST_CHARGES} charges.")
    found = []
    for place, charge in enumerate(charges):
        at = f"charges.{place}."
        amount = own.price(f"{at}amount", charge.amount)
        if not Money.rounded(amount, order.currency):
            raise BadValue(field=f"{at}amount", fix="Give an amount above nothing.")
        text = fields.text(100, empty=False)(f"{at}text", charge.text)
        found.append(BillLine(text=text, units=1, price=amount))
    return found


def money_in(field: str, given: Any, currency: str) -> Money:
    """An amount of 0 or more in a document's currency. Raises BadValue."""
    if not isinstance(given, Money) or given.currency != currency or given.minor < 0:
        raise BadValue(field=field, fix=f"Give an amount of 0 or more in {currency}.")
    return given


def lock_bill(bill_id: int) -> Bill:
    """The bill, locked: its order first, as matching does. Raises NotThere."""
    order_id = Bill.objects.filter(pk=bill_id).values_list("order_id", flat=True).first()
    if order_id is not None:
        PurchaseOrder.objects.select_for_update(no_key=True).get(pk=order_id)
    return lock(Bill, bill_id)


@operation(permission="inventory.accept_bill")
def accept_bill(
    bill_id: int, *, reason: str, expected: Mapping[str, str] | None = None
) -> AcceptOutcome:
    """Pay a bill although it differs, or before the goods are here; above one's limit ask.

    `expected` is the difference that was seen, as JSON: another one by now is refused. Raises
    BillMoveNotAllowed unless it waits or differs, BillChanged, SecondPersonNeeded, BadValue
    without a reason. Publishes bill.accepted.
    """
    bill = lock_bill(bill_id)
    if bill.status not in BILLS_UNDECIDED:
        raise not_possible(bill, "accepted")
    said = fields.text(200, empty=False)("reason", reason)
    differs = undecided(bill)
    if expected is not None and dict(expected) != differs.as_json():
        raise BillChanged(
            number=bill.number, difference=differs.shown(),
            expected=f"{expected.get('amount')} {expected.get('currency')}",
        )  # fmt: skip
    if approved_by() is None and over_own_limit(differs, bill.rate):
        return AcceptOutcome(bill=bill, approval=_ask(bill, differs, said))
    bill.accepted_by_id, bill.accepted_reason = current_actor().user_id, said
    bill.accepted_at, bill.status = clock.now(), BillStatus.TO_PAY
    bill.save()
    publish(
        BillAccepted(
            bill_id=bill.pk,
            purchase_order_id=bill.order_id,
            difference=differs.shown(),
            reason=said,
        )
    )
    return AcceptOutcome(bill=bill)


def over_own_limit(amount: Money, rate: Decimal) -> bool:
    """Whether giving that amount away is above what the person decides alone."""
    limit = own_limit(BillLimit, current_actor().user_id)
    return limit is not None and amount.converted(rate, limit.currency) > limit


def _ask(bill: Bill, differs: Money, reason: str) -> Approval:
    return ask_approval(
        "inventory.accept_bill",
        {"bill_id": bill.pk, "reason": reason, "expected": differs.as_json()},
        sentence=f"Pay {differs.shown()} more than is right: bill {bill.number}, {bill.vendor}",
        facts={
            "bill": bill.number,
            "vendor": bill.vendor.name,
            "order": bill.order.number,
            "total": bill.total.as_json(),
            "difference": differs.as_json(),
            "reason": reason,
        },
        permission="inventory.approve_purchase_over_limit",
        subject=f"bill:{bill.pk}",
    )


@operation(permission="inventory.pay_bill")
def pay_bill(bill_id: int, *, paid_on: Any, reference: str = "") -> Bill:
    """Note that a bill was paid, less what the vendor has given back. Publishes bill.paid.

    Raises BillMoveNotAllowed unless it is to be paid, SecondPersonNeeded for whoever accepted
    its difference, BadValue for a day after today.
    """
    bill = lock_bill(bill_id)
    if bill.status != BillStatus.TO_PAY:
        raise not_possible(bill, "paid")
    if bill.accepted_by_id is not None and bill.accepted_by_id == current_actor().user_id:
        raise SecondPersonNeeded
    day = own.some_day("paid_on", paid_on)
    if day > clock.today():
        raise BadValue(field="paid_on", fix="Give the day on which it was paid, today or before.")
    bill.paid_on, bill.status = day, BillStatus.PAID
    bill.paid_reference = fields.text(60)("reference", reference)
    bill.save()
    publish(
        BillPaid(
            bill_id=bill.pk,
            purchase_order_id=bill.order_id,
            amount=bill.payable.shown(),
            day=day.isoformat(),
        )
    )
    return bill


@operation(permission="inventory.cancel_bill")
def cancel_bill(bill_id: int, *, reason: str) -> Bill:
    """Set a bill aside that was entered wrongly or taken back; the others are matched again.

    Raises BillMoveNotAllowed once it is paid, DisputeOpen while one is open, BadValue without a
    reason. Publishes bill.cancelled.
    """
    bill = lock_bill(bill_id)
    if bill.status in (BillStatus.PAID, BillStatus.CANCELLED):
        raise not_possible(bill, "cancelled")
    said = fields.text(200, empty=False)("reason", reason)
    waiting = bill.disputes.open().first()  # type: ignore[attr-defined]
    if waiting is not None:
        raise DisputeOpen(field="bill", number=waiting.number)
    bill.status, bill.end_reason = BillStatus.CANCELLED, said
    bill.save()
    publish(BillCancelled(bill_id=bill.pk, purchase_order_id=bill.order_id, reason=said))
    match_again(bill.order)
    return bill


def not_possible(bill: Bill, wanted: str) -> BillMoveNotAllowed:
    """The refusal of an act that a bill's status does not allow."""
    status = bill.get_status_display().lower()
    return BillMoveNotAllowed(number=bill.number, status=status, wanted=wanted)
