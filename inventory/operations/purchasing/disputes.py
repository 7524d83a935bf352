"""What a vendor is to answer for: opened, with evidence, stage by stage, until it is decided."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from core import clock
from core.actor import current_actor
from core.approvals import approved_by, ask_approval
from core.errors import BadValue
from core.events import publish
from core.models import Approval
from core.money import Money
from core.operations import lock, operation
from inventory.errors import DisputeMoveNotAllowed, DisputeOpen
from inventory.events.bills import DisputeClosed, DisputeMoved, DisputeOpened, EvidenceAdded
from inventory.models import Bill, BillLine, Dispute, Evidence, PurchaseOrder
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.bills import money_in, not_possible, over_own_limit
from inventory.operations.purchasing.matching import stand_again
from inventory.operations.purchasing.papers import keep_paper
from inventory.operations.purchasing.rates import rate_on
from inventory.states import (
    STAGES,
    BillStatus,
    DisputeKind,
    DisputeOutcome,
    DisputeStage,
)

DAYS_TO_ANSWER = 14
DISPUTE_RULES: dict[str, fields.Clean] = {
    "kind": own.choice(DisputeKind.values),
    "about": fields.text(500, empty=False),
    "amount": lambda field, value: value,
    "due_on": own.day,
}


@operation(permission="inventory.open_dispute")
def open_dispute(order_id: int, given: Mapping[str, Any], *, bill_id: int | None = None) -> Dispute:
    """Ask a vendor to answer for an amount; a bill that it is about is not paid meanwhile.

    `given` takes kind, about, due_on (in 14 days unless given) and amount (Money in the order's
    currency; for units, price and charge what matching has found unless given). Raises BadValue,
    DisputeOpen for a second one of a kind on a bill, BillMoveNotAllowed. Publishes
    dispute.opened.
    """
    order = lock(PurchaseOrder, order_id)
    clean = fields.cleaned({"kind": "", "about": "", **given}, DISPUTE_RULES)
    bill = lock(Bill, bill_id) if bill_id is not None else None
    if bill is not None:
        _require_disputable(order, bill, clean["kind"])
    due_on = clean.get("due_on") or clock.today() + timedelta(days=DAYS_TO_ANSWER)
    _require_ahead(due_on)
    dispute = Dispute.objects.create(
        number=_next_number(),
        vendor_id=order.vendor_id,
        order=order,
        bill=bill,
        warehouse_id=order.warehouse_id,
        kind=clean["kind"],
        currency=order.currency,
        rate=rate_on(order.currency, clock.today()),
        amount=_amount(order, bill, clean),
        settled=Money.zero(order.currency),
        about=clean["about"],
        due_on=due_on,
        owner_id=current_actor().user_id,
        opened_at=clock.now(),
        stage_at=clock.now(),
    )
    if bill is not None:
        stand_again(bill)
    publish(
        DisputeOpened(
            dispute_id=dispute.pk,
            vendor_id=order.vendor_id,
            purchase_order_id=order.pk,
            bill_id=bill_id,
            number=dispute.number,
            amount=dispute.amount.shown(),
        )
    )
    return dispute


def _require_disputable(order: PurchaseOrder, bill: Bill, kind: str) -> None:
    if bill.order_id != order.pk:
        raise BadValue(field="bill", fix=f"It is not a bill for order {order.number}.")
    if bill.status == BillStatus.CANCELLED:
        raise not_possible(bill, "disputed")
    known = bill.disputes.open().filter(kind=kind).first()  # type: ignore[attr-defined]
    if known is not None:
        raise DisputeOpen(field="kind", number=known.number)


def _require_ahead(day: Any) -> None:
    if day <= clock.today():
        raise BadValue(field="due_on", fix="Give a day after today.")


def found_amount(bill: Bill, kind: str) -> Money:
    """What matching has found of that kind; nothing for kinds that matching knows nothing of."""
    rows = list(BillLine.objects.filter(bill=bill).select_related("bill"))
    zero = Money.zero(bill.currency)
    if kind == DisputeKind.UNITS:
        return sum((row.units_difference for row in rows), zero)
    wanted = {DisputeKind.PRICE: False, DisputeKind.CHARGE: True}
    if kind not in wanted:
        return zero
    charges = wanted[DisputeKind(kind)]
    mine = (row for row in rows if (row.line_id is None) is charges)
    return sum((row.price_difference for row in mine), zero)


def _amount(order: PurchaseOrder, bill: Bill | None, clean: dict[str, Any]) -> Money:
    given = clean.get("amount")
    if given is None and bill is not None:
        given = found_amount(bill, clean["kind"])
    amount = money_in("amount", given, order.currency)
    if not amount:
        raise BadValue(field="amount", fix="Say how much the vendor is to answer for.")
    if bill is not None and amount > _left_of(bill):
        fix = f"{_left_of(bill).shown()} of bill {bill.number} can be disputed yet."
        raise BadValue(field="amount", fix=fix)
    return amount


def _left_of(bill: Bill) -> Money:
    """What is neither given back already nor in dispute."""
    asked = sum(one.amount.minor for one in bill.disputes.open())  # type: ignore[attr-defined]
    return Money(bill.payable.minor - asked, bill.currency)


def _locked(dispute_id: int) -> Dispute:
    """The dispute, locked and open: its order first, then its bill, as matching does."""
    found = Dispute.objects.filter(pk=dispute_id).values_list("order_id", "bill_id").first()
    if found is not None:
        PurchaseOrder.objects.select_for_update(no_key=True).get(pk=found[0])
        if found[1] is not None:
            Bill.objects.select_for_update(no_key=True).get(pk=found[1])
    return lock(Dispute, dispute_id)


def _not_possible(dispute: Dispute, wanted: str) -> DisputeMoveNotAllowed:
    stage = dispute.get_stage_display().lower()
    return DisputeMoveNotAllowed(number=dispute.number, stage=stage, wanted=wanted)


@operation(permission="inventory.add_evidence")
def add_evidence(dispute_id: int, *, text: str = "", file: Any = None) -> Evidence:
    """Add what was said or shown: words, a PDF, a picture. It stays as it is.

    Raises DisputeMoveNotAllowed once it is closed, BadValue for nothing at all or for a file
    that is neither. Publishes dispute.evidence.
    """
    dispute = _locked(dispute_id)
    if not dispute.is_open:
        raise _not_possible(dispute, "added to")
    said = fields.text(2000)("text", text)
    if not said and file is None:
        raise BadValue(field="text", fix="Write something, or attach a file.")
    return _add(dispute, said, file)


def _add(dispute: Dispute, text: str, file: Any = None) -> Evidence:
    made = Evidence(
        dispute=dispute,
        stage=dispute.stage,
        text=text,
        actor=current_actor().name,
        added_at=clock.now(),
    )
    if file is not None:
        keep_paper(made.file, made.public_id, field="file", file=file)
    made.save()
    publish(EvidenceAdded(dispute_id=dispute.pk, vendor_id=dispute.vendor_id))
    return made


@operation(permission="inventory.move_dispute")
def move_dispute(dispute_id: int, *, stage: str, due_on: Any, note: str = "") -> Dispute:
    """Take a dispute on to a later stage, or give it another day; the note becomes evidence.

    Raises DisputeMoveNotAllowed for an earlier stage or a closed dispute, BadValue for a day
    that is not ahead. Publishes dispute.moved.
    """
    dispute = _locked(dispute_id)
    wanted = own.choice(STAGES[:-1])("stage", stage)
    if not dispute.is_open or STAGES.index(wanted) < STAGES.index(dispute.stage):
        raise _not_possible(dispute, f"taken to {DisputeStage(wanted).label.lower()}")
    day = own.some_day("due_on", due_on)
    _require_ahead(day)
    if wanted != dispute.stage:
        dispute.stage, dispute.stage_at = wanted, clock.now()
    dispute.due_on = day
    dispute.save(update_fields=["stage", "stage_at", "due_on", "updated_at"])
    said = fields.text(2000)("note", note)
    if said:
        _add(dispute, said)
    publish(
        DisputeMoved(
            dispute_id=dispute.pk,
            vendor_id=dispute.vendor_id,
            number=dispute.number,
            stage=dispute.get_stage_display().lower(),
            due_on=day.isoformat(),
        )
    )
    return dispute


@operation(permission="inventory.close_dispute")
def close_dispute(
    dispute_id: int, *, outcome: str, settled: Money | Mapping[str, str] | None = None, note: str
) -> Dispute | Approval:
    """Close a dispute with what the vendor gives; its bill is to be paid less that.

    `settled` is needed for part of it. What is given up above one's own limit asks a second
    person, and returns the question. Raises DisputeMoveNotAllowed, BadValue. Publishes
    dispute.closed.
    """
    dispute = _locked(dispute_id)
    if not dispute.is_open:
        raise _not_possible(dispute, "closed again")
    chosen = DisputeOutcome(own.choice(DisputeOutcome.values)("outcome", outcome))
    said = fields.text(500, empty=False)("note", note)
    gives = _settled(dispute, chosen, settled)
    lost = dispute.amount - gives
    if (
        chosen in (DisputeOutcome.PARTLY, DisputeOutcome.THEIRS)
        and approved_by() is None
        and over_own_limit(lost, dispute.rate)
    ):
        return _ask(dispute, chosen, gives, said)
    dispute.stage, dispute.outcome, dispute.outcome_note = DisputeStage.CLOSED, chosen, said
    dispute.settled = gives
    dispute.company_settled = gives.converted(dispute.rate, settings.COMPANY_CURRENCY)
    dispute.closed_at = dispute.stage_at = clock.now()
    dispute.save()
    if dispute.bill_id is not None:
        stand_again(Bill.objects.get(pk=dispute.bill_id))
    publish(
        DisputeClosed(
            dispute_id=dispute.pk,
            vendor_id=dispute.vendor_id,
            purchase_order_id=dispute.order_id,
            bill_id=dispute.bill_id,
            number=dispute.number,
            outcome=chosen.label.lower(),
            settled=gives.shown(),
        )
    )
    return dispute


def _settled(dispute: Dispute, outcome: DisputeOutcome, given: Any) -> Money:
    if outcome == DisputeOutcome.OURS:
        return dispute.amount
    if outcome != DisputeOutcome.PARTLY:
        return Money.zero(dispute.currency)
    if isinstance(given, Mapping):  # as an approval keeps it
        given = Money.of(given["amount"], given["currency"])
    settled = money_in("settled", given, dispute.currency)
    if not Money.zero(dispute.currency) < settled < dispute.amount:
        fix = f"Give more than nothing and less than {dispute.amount.shown()}."
        raise BadValue(field="settled", fix=fix)
    return settled


def _ask(dispute: Dispute, outcome: DisputeOutcome, gives: Money, note: str) -> Approval:
    lost = dispute.amount - gives
    return ask_approval(
        "inventory.close_dispute",
        {
            "dispute_id": dispute.pk,
            "outcome": outcome.value,
            "settled": gives.as_json(),
            "note": note,
        },
        sentence=f"Give up {lost.shown()} in dispute {dispute.number} with {dispute.vendor}",
        facts={
            "dispute": dispute.number,
            "vendor": dispute.vendor.name,
            "amount": dispute.amount.as_json(),
            "settled": gives.as_json(),
            "note": note,
        },
        permission="inventory.approve_purchase_over_limit",
        subject=f"dispute:{dispute.pk}",
    )


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inventory_dispute_seq')")
        return f"DP-{cursor.fetchone()[0]}"
