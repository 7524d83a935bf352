"""Turn the credits of an imported file into returns of earlier orders, set by set."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, QuerySet, Sum

from core import clock
from core.events import historical, publish
from core.ids import new_public_id
from core.money import Money
from core.operations import operation
from inventory.operations.stock.restock_past import restock_past
from orders.models import ImportedReturnLine, Order, OrderLine, PaymentEvent
from orders.operations.imports.credits import PastCredit, book_credits, set_aside_credits
from orders.states import PaymentKind
from returns.events import ReturnsImported
from returns.matching import Credit, Matches, Piece, Sold, match
from returns.models import Refund, ReturnAuthorization, ReturnLine, ReturnUnits
from returns.numbers import next_numbers
from returns.operations.request import free_runs
from returns.states import Disposition, Grade, RefundKind, RefundState, ReturnReason, RmaStatus

CHUNK = 2_000
GATEWAY = "import"


@dataclass
class _Document:
    """What one credit document brings back of one order."""

    order_id: int
    ref: str
    at: datetime
    pieces: list[Piece] = field(default_factory=list)

    @property
    def amount(self) -> Money:
        return sum((piece.amount for piece in self.pieces[1:]), self.pieces[0].amount)


def match_imported_returns(batch_id: int) -> dict[str, int]:
    """Match all credits of the batch that still wait; {"matched": n, "unmatched": m}.

    Chunk by chunk, each in a transaction of its own: stopped in the middle and
    started again it takes up what is left, and a second time it changes nothing.
    """
    done = {"matched": 0, "unmatched": 0}
    while chunk := match_some_imported_returns(batch_id):
        done = {name: done[name] + chunk[name] for name in done}
    return done


@operation(permission="returns.import_return")
def match_some_imported_returns(batch_id: int) -> dict[str, int] | None:
    """Match one chunk of a batch's credits; None when none waits.

    A credit belongs to the customer's latest earlier order line of the SKU with
    units left (returns.matching). It becomes a closed return, historical, with its
    refund in the ledger; the goods are back in stock where they left from. What
    belongs nowhere becomes one exception per document. Publishes returns.imported.
    """
    waiting = ImportedReturnLine.objects.filter(batch_id=batch_id, state="waiting")
    rows = _chunk(waiting)
    if not rows:
        return None
    channel_id = rows[0].channel_id
    with historical():
        found = _match(rows)
        by_pk = {row.pk: row for row in rows}
        documents = _documents(found, by_pk)
        _write(documents)
        set_aside_credits(channel_id, found.unmatched)
        days = sorted({clock.day_of(row.processed_at).isoformat() for row in rows})
        publish(ReturnsImported(batch_id=batch_id, channel_id=channel_id, days=days))
    return {"matched": len(rows) - len(found.unmatched), "unmatched": len(found.unmatched)}


def _chunk(waiting: QuerySet[ImportedReturnLine]) -> list[ImportedReturnLine]:
    """Locked credits of the next customers, by time; a document is never cut in two."""
    order = [F("customer_id").asc(nulls_first=True), "processed_at", "id"]
    refs = set(waiting.order_by(*order).values_list("channel_ref", flat=True)[:CHUNK])
    whole = waiting.filter(channel_ref__in=refs)
    return list(whole.select_for_update(no_key=True, of=("self",)).order_by(*order))


def _match(rows: Sequence[ImportedReturnLine]) -> Matches:
    customers = {row.customer_id for row in rows if row.customer_id}
    skus = {row.sku_id for row in rows if row.sku_id}
    held = (
        ReturnUnits.objects.filter(
            order_line__order__customer_id__in=customers, order_line__sku_id__in=skus
        )
        .values_list("order_line_id")
        .annotate(held=Sum(F("last") - F("first") + 1))
    )
    taken = dict(held)
    lines = OrderLine.objects.filter(
        order__customer_id__in=customers,
        order__channel_id=rows[0].channel_id,
        sku_id__in=skus,
        units_shipped__gt=0,
    ).values_list(
        "id", "order_id", "order__customer_id", "sku_id", "order__placed_at", "units_shipped"
    )
    sold = [
        Sold(pk, order_id, customer_id, sku_id, placed_at, units - taken.get(pk, 0))
        for pk, order_id, customer_id, sku_id, placed_at, units in lines
    ]
    lines_back = [
        Credit(row.pk, row.customer_id, row.sku_id, row.units, row.amount, row.processed_at)
        for row in sorted(rows, key=lambda row: (row.processed_at, row.pk))
    ]
    return match(lines_back, sold, _left({line.order_id for line in sold}))


def _left(order_ids: set[int]) -> dict[int, int]:
    """Order id -> minor units captured, not given back and not promised."""
    left: dict[int, int] = defaultdict(int)
    signs = {PaymentKind.CAPTURED: 1, PaymentKind.REFUNDED: -1, PaymentKind.CHARGEBACK: -1}
    events = PaymentEvent.objects.filter(order_id__in=order_ids, kind__in=list(signs)).order_by()
    sums = events.values_list("order_id", "kind").annotate(Sum("amount"))
    for order_id, kind, minor in sums:
        left[order_id] += signs[PaymentKind(kind)] * int(minor)
    promised = Refund.objects.filter(order_id__in=order_ids).committed().order_by()
    for order_id, minor in promised.values_list("order_id").annotate(Sum("amount")):
        left[order_id] -= int(minor)
    return left


def _documents(found: Matches, rows: dict[int, ImportedReturnLine]) -> list[_Document]:
    documents: dict[tuple[str, int], _Document] = {}
    for piece in found.pieces:
        row = rows[piece.credit.pk]
        key = (row.channel_ref, piece.sold.order_id)
        document = documents.setdefault(
            key, _Document(piece.sold.order_id, row.channel_ref, row.processed_at)
        )
        document.pieces.append(piece)
    _name_apart(documents.values())
    return list(documents.values())


def _name_apart(documents: Collection[_Document]) -> None:
    """A document of which an earlier file has brought a part gets a name of its own."""
    rows = ReturnAuthorization.objects.filter(order__in={one.order_id for one in documents})
    known = set(rows.exclude(imported_ref="").values_list("order_id", "imported_ref"))
    for document in documents:
        ref, part = document.ref, 1
        while (document.order_id, document.ref) in known:
            part += 1
            document.ref = f"{ref[:56]}/{part}"


def _write(documents: list[_Document]) -> None:
    """The returns, their units and refunds; then orders' ledger and stock."""
    if not documents:
        return
    orders = Order.objects.in_bulk({document.order_id for document in documents})
    numbers = next_numbers("returns_rma_seq", "RMA", len(documents))
    rmas = [
        _rma(document, orders[document.order_id], number)
        for document, number in zip(documents, numbers, strict=True)
    ]
    ReturnAuthorization.objects.bulk_create(rmas)
    _write_units(documents, rmas)
    _write_refunds(documents, rmas, orders)
    book_credits(
        [
            PastCredit(
                credit_id=piece.credit.pk,
                order_id=document.order_id,
                order_line_id=piece.sold.line_id,
                units=piece.units,
                amount=piece.amount,
                reference=document.ref,
                at=document.at,
            )
            for document in documents
            for piece in document.pieces
        ],
        gateway=GATEWAY,
    )
    moves: dict[int, list[tuple[int, int, int, datetime]]] = defaultdict(list)
    for document, rma in zip(documents, rmas, strict=True):
        for piece in document.pieces:
            moves[rma.warehouse_id].append((piece.sold.sku_id, rma.pk, piece.units, document.at))
    for warehouse_id, rows in sorted(moves.items()):
        restock_past(warehouse_id, rows, source_kind="rma")  # last: stock rows are hot


def _rma(document: _Document, order: Order, number: str) -> ReturnAuthorization:
    at = document.at
    return ReturnAuthorization(
        number=number,
        order=order,
        channel_id=order.channel_id,
        warehouse_id=order.warehouse_id,
        status=RmaStatus.CLOSED,
        rule="Imported: the credit was given already.",
        imported_ref=document.ref,
        historical=True,
        requested_at=at,
        approved_at=at,
        received_at=at,
        inspected_at=at,
        closed_at=at,
    )


def _write_units(documents: list[_Document], rmas: list[ReturnAuthorization]) -> None:
    lines: dict[tuple[int, int], ReturnLine] = {}
    for document, rma in zip(documents, rmas, strict=True):
        for piece in document.pieces:
            line = lines.setdefault(
                (rma.pk, piece.sold.line_id),
                ReturnLine(
                    rma=rma,
                    order_line_id=piece.sold.line_id,
                    units=0,
                    units_received=0,
                    reason=ReturnReason.UNKNOWN,
                ),
            )
            line.units += piece.units
            line.units_received += piece.units
    ReturnLine.objects.bulk_create(lines.values())
    taken: dict[int, list[ReturnUnits]] = defaultdict(list)
    held = ReturnUnits.objects.filter(order_line_id__in={line_id for _, line_id in lines})
    for run in held.order_by("first"):
        taken[run.order_line_id].append(run)
    runs: list[ReturnUnits] = []
    for document, rma in zip(documents, rmas, strict=True):
        for piece in document.pieces:
            fresh = _runs(piece, lines[rma.pk, piece.sold.line_id], taken[piece.sold.line_id])
            runs += fresh
            mine = taken[piece.sold.line_id]
            mine.extend(fresh)
            mine.sort(key=lambda run: run.first)
    ReturnUnits.objects.bulk_create(runs, batch_size=1000)


def _runs(piece: Piece, line: ReturnLine, taken: list[ReturnUnits]) -> list[ReturnUnits]:
    """Runs for the piece's units; what was given for them is the file's word, not the price."""
    spans = free_runs(taken, piece.units)
    parts = piece.amount.split([last - first + 1 for first, last in spans])
    return [
        ReturnUnits(
            line=line,
            order_line_id=piece.sold.line_id,
            first=first,
            last=last,
            grade=Grade.A,
            disposition=Disposition.RESTOCK,
            currency=part.currency,
            owed=part,
        )
        for (first, last), part in zip(spans, parts, strict=True)
    ]


def _write_refunds(
    documents: list[_Document], rmas: list[ReturnAuthorization], orders: dict[int, Order]
) -> None:
    paid = [(doc, rma) for doc, rma in zip(documents, rmas, strict=True) if doc.amount]
    numbers = next_numbers("returns_refund_seq", "RF", len(paid))
    refunds = []
    for (document, rma), number in zip(paid, numbers, strict=True):
        order, amount, public_id = orders[document.order_id], document.amount, new_public_id()
        refunds.append(
            Refund(
                public_id=public_id,
                number=number,
                order=order,
                channel_id=order.channel_id,
                rma=rma,
                kind=RefundKind.RETURN,
                currency=amount.currency,
                amount=amount,
                company_amount=amount.converted(order.rate, order.company_total.currency),
                reason=f"Imported credit {document.ref}",
                gateway=GATEWAY,
                reference=f"refund-{public_id}",
                gateway_ref=document.ref,
                state=RefundState.DONE,
                historical=True,
                requested_by="import",
                requested_at=document.at,
                done_at=document.at,
            )
        )
    Refund.objects.bulk_create(refunds)
