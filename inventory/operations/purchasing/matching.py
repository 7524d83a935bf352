"""Match bills with the order and what has come: nobody pays for what is not there, or for more."""

from collections import Counter
from decimal import Decimal

from core.events import publish
from core.money import Money
from core.operations import lock, operation
from inventory.events.bills import BillMatched
from inventory.models import Bill, BillLine, PurchaseLine, PurchaseOrder
from inventory.states import BillStatus, DisputeKind, DisputeOutcome, DisputeStage

ABOUT_DIFFERENCES = (DisputeKind.UNITS, DisputeKind.PRICE, DisputeKind.CHARGE)


@operation(permission="inventory.enter_bill")
def match_bills(order_id: int) -> None:
    """Match the bills of an order again, after something has come in.

    Publishes bill.matched for each that stands otherwise now.
    """
    order = lock(PurchaseOrder, order_id)
    match_again(order)


def match_again(order: PurchaseOrder) -> None:
    """Match each bill of a locked order that is neither accepted nor paid; the oldest first.

    What has come belongs to the oldest bill first.
    """
    rows = Bill.objects.live().filter(order=order).order_by("id")
    bills = list(rows.select_for_update(no_key=True, of=("self",)))
    lines = {line.pk: line for line in order.lines.all()}
    tolerance = order.vendor.price_tolerance_percent
    before: Counter[int] = Counter()
    coming: Counter[int] = Counter({pk: line.units_open for pk, line in lines.items()})
    for bill in bills:
        bill.order = order
        fixed = bill.accepted_at is not None or bill.status == BillStatus.PAID
        billed = list(bill.lines.order_by("id"))
        for row in billed:
            if not fixed:
                line = lines[row.line_id] if row.line_id else None
                _judge(row, line, before=before, coming=coming, tolerance=tolerance)
            if row.line_id:
                before[row.line_id] += row.units
        if not fixed:
            _write(bill, billed)


def _judge(
    row: BillLine,
    line: PurchaseLine | None,
    *,
    before: Counter[int],
    coming: Counter[int],
    tolerance: Decimal,
) -> None:
    """Put onto one line of a bill what is wrong with it."""
    if line is None:  # a charge: nobody has ordered it
        row.price_difference = row.total
        return
    row.line = line
    row.received = line.units_received - line.units_damaged
    row.billed_before = before[line.pk]
    covered = min(max(row.received - row.billed_before, 0), row.units)
    row.units_over = row.units - covered
    row.units_expected = min(row.units_over, max(coming[line.pk], 0))
    coming[line.pk] -= row.units_expected
    row.units_difference = row.total - part(row, covered)
    row.price_difference = Money.zero(row.total.currency)
    if row.price > line.price * (1 + tolerance / 100):
        dearer = Money.rounded((row.price - line.price) * covered, row.total.currency)
        row.price_difference = min(dearer, part(row, covered))


def part(row: BillLine, units: int) -> Money:
    """What so many units of a line come to: the parts of a line add up to it."""
    return Money(row.total.minor * units // row.units, row.total.currency)


def _write(bill: Bill, billed: list[BillLine]) -> None:
    was = (bill.status, bill.difference)
    BillLine.objects.bulk_update(
        billed,
        ["received", "billed_before", "units_over", "units_expected", "units_difference",
         "price_difference"],
    )  # fmt: skip
    zero = Money.zero(bill.currency)
    bill.difference = sum((row.difference for row in billed), zero)
    bill.status = status_of(bill, billed)
    bill.save(update_fields=["difference", "status", "updated_at"])
    if was != (bill.status, bill.difference):
        publish(
            BillMatched(
                bill_id=bill.pk,
                purchase_order_id=bill.order_id,
                status=bill.get_status_display().lower(),
                difference=bill.difference.shown(),
            )
        )


def undecided(bill: Bill) -> Money:
    """What differs, less what disputes have decided; one that was withdrawn has decided nothing."""
    closed = bill.disputes.filter(stage=DisputeStage.CLOSED, kind__in=ABOUT_DIFFERENCES)
    decided = sum(one.amount.minor for one in closed.exclude(outcome=DisputeOutcome.WITHDRAWN))
    return Money(max(bill.difference.minor - decided, 0), bill.currency)


def status_of(bill: Bill, billed: list[BillLine]) -> BillStatus:
    """How a bill stands that is neither paid nor cancelled."""
    if bill.disputes.exclude(stage=DisputeStage.CLOSED).exists():
        return BillStatus.DISPUTED
    if bill.accepted_at is not None or not undecided(bill):
        return BillStatus.TO_PAY
    if all(row.waits for row in billed if row.difference):
        return BillStatus.WAITING
    return BillStatus.DIFFERS


def stand_again(bill: Bill) -> None:
    """Let a locked bill stand as its disputes and its matching say; paid stays paid."""
    if bill.status == BillStatus.PAID:
        return
    bill.status = status_of(bill, list(bill.lines.order_by("id")))
    bill.save(update_fields=["status", "updated_at"])
