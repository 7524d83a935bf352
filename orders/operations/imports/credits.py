"""Book the credits of a file that returns has matched with orders, set by set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import clock
from core.actor import current_actor
from core.events import publish
from core.money import Money
from core.operations import operation
from core.statements import run_sql
from orders.events import ExceptionRaised
from orders.models import ImportedReturnLine, OrderException
from orders.states import ExceptionKind


@dataclass(frozen=True, kw_only=True)
class PastCredit:
    """Units of one order line that came back in the past, and what was given for them."""

    credit_id: int
    order_id: int
    order_line_id: int
    units: int
    amount: Money
    reference: str  # the credit document's number
    at: datetime


@operation(permission="orders.import_orders")
def book_credits(found: Sequence[PastCredit], *, gateway: str) -> None:
    """Write returned units, refunds and the derived statuses of the orders; all past.

    One refund per order and document. The caller has made sure that no order gives
    back more than was captured, and no line more units than have shipped.
    """
    run_sql(
        "orders/book_credits",
        credit_ids=[credit.credit_id for credit in found],
        order_ids=[credit.order_id for credit in found],
        line_ids=[credit.order_line_id for credit in found],
        units=[credit.units for credit in found],
        amounts=[credit.amount.minor for credit in found],
        references=[credit.reference for credit in found],
        moments=[credit.at for credit in found],
        gateway=gateway,
    )
    run_sql("orders/derive_after_credits", order_ids=sorted({credit.order_id for credit in found}))


@operation(permission="orders.import_orders")
def set_aside_credits(channel_id: int, reasons: Mapping[int, str]) -> None:
    """Mark credits (ImportedReturnLine id -> reason) as belonging nowhere.

    One open exception per credit document, however many of its lines it is about.
    """
    lines = list(ImportedReturnLine.objects.filter(pk__in=reasons).order_by("channel_ref", "id"))
    documents: dict[str, list[ImportedReturnLine]] = defaultdict(list)
    for line in lines:
        line.state, line.reason = "unmatched", reasons[line.pk][:200]
        documents[line.channel_ref].append(line)
    ImportedReturnLine.objects.bulk_update(lines, ["state", "reason"], batch_size=1000)
    rows = [_exception(channel_id, ref, found) for ref, found in documents.items()]
    fresh = OrderException.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    known = OrderException.objects.filter(
        public_id__in=[row.public_id for row in fresh]
    ).values_list("pk", flat=True)
    for pk in known:
        publish(ExceptionRaised(order_id=None, exception_id=pk, kind=ExceptionKind.IMPORT))


def _exception(channel_id: int, ref: str, lines: list[ImportedReturnLine]) -> OrderException:
    amount = sum((line.amount for line in lines[1:]), lines[0].amount)
    return OrderException(
        channel_id=channel_id,
        kind=ExceptionKind.IMPORT,
        severity=1,
        sentence=f"Credit {ref} of {amount.shown()} belongs to no order: {lines[0].reason}"[:300],
        facts={
            "credit": ref,
            "lines": [
                {"sku": line.channel_sku, "units": line.units, "reason": line.reason}
                for line in lines[:20]
            ],
        },
        fix="Find the order and open a return on it, or resolve this with a note.",
        source=current_actor().name,
        key=f"return {ref}"[:100],
        raised_at=clock.now(),
    )
