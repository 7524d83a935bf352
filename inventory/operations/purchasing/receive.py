"""Take in what a vendor has delivered for an order: exactly, once, at its cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotPermitted
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from inventory.errors import MoreThanOrdered, PurchaseMoveNotAllowed, ReferenceUsed
from inventory.events import PurchaseReceived, StockChanged
from inventory.models import PurchaseLine, PurchaseOrder, Receipt, ReceiptLine
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.operations.purchasing.costing import add_layer, lock_costs
from inventory.operations.purchasing.draft import add_up
from inventory.operations.purchasing.end import finish, tolerated
from inventory.operations.purchasing.preorders import fill_preorders
from inventory.operations.purchasing.rates import rate_on
from inventory.operations.stock.booking import MOST_UNITS, Source, Why, book
from inventory.states import EXPECTED, Counter, Movement, PurchaseStatus

SOURCE = "purchase_receipt"
OVER = "inventory.receive_over_tolerance"


@dataclass(frozen=True, kw_only=True)
class ArrivedLine:
    """So many units of a SKU that came; `damaged` of them are no good.

    `over_reason` lets more come in than is tolerated, said by somebody who may.
    """

    sku_id: int
    units: int
    damaged: int = 0
    over_reason: str = ""


@operation(permission="inventory.receive_purchase")
def receive_purchase(
    order_id: int, lines: Sequence[ArrivedLine], *, key: str, delivery_note: str = ""
) -> Receipt:
    """Take in units of an order; good ones are for sale at once, damaged ones lie beside them.

    What was preordered of a line is kept for those who wait, before anybody else has it. `key`
    makes it happen once: the same again returns the receipt, other units raise
    ReferenceUsed. Goods of one `delivery_note` belong to one receipt. An order whose lines are
    all there is closed. Raises PurchaseMoveNotAllowed, MoreThanOrdered beyond the tolerance,
    NotPermitted, BadValue (by line: `lines.0.units`). Publishes purchase_order.received,
    stock.changed, maybe purchase_order.closed.
    """
    order = lock(PurchaseOrder, order_id)
    word = fields.code(60)("key", key)
    if known := _booked_before(order, word, lines):
        return known
    if order.status not in EXPECTED:
        status = order.get_status_display().lower()
        raise PurchaseMoveNotAllowed(number=order.number, status=status, wanted="received")
    found = _checked(order, lines)
    receipt = _receipt(order, delivery_note)
    there = lock_costs(order.warehouse_id, [line.sku_id for line, _ in found])
    _book_units(order, receipt, found, word)
    for line, arrived in found:
        row = _write(receipt, line, arrived, word)
        add_layer(row, sku_id=line.sku_id, there=there[line.sku_id])
    fill_preorders(order, {line.pk: arrived.units - arrived.damaged for line, arrived in found})
    _move_on(order)
    publish(
        PurchaseReceived(
            purchase_order_id=order.pk,
            receipt_id=receipt.pk,
            units=sum(arrived.units for _, arrived in found),
            damaged=sum(arrived.damaged for _, arrived in found),
        )
    )
    _tell(order, found)
    return receipt


Found = list[tuple[PurchaseLine, ArrivedLine]]


def _booked_before(order: PurchaseOrder, key: str, lines: Sequence[ArrivedLine]) -> Receipt | None:
    booked = list(
        ReceiptLine.objects.filter(receipt__order=order, key=key).select_related(
            "receipt", "line__sku"
        )
    )
    if not booked:
        return None
    there = {row.line.sku_id: (row.units, row.damaged) for row in booked}
    asked = {line.sku_id: (line.units, line.damaged) for line in lines}
    if there != asked:
        differs = (row for row in booked if asked.get(row.line.sku_id) != there[row.line.sku_id])
        other = next(differs, booked[0])
        raise ReferenceUsed(
            field="key",
            reference=key,
            sku=other.line.sku.code,
            booked=other.units,
            units=asked.get(other.line.sku_id, (0, 0))[0],
        )
    return booked[0].receipt


def _checked(order: PurchaseOrder, lines: Sequence[ArrivedLine]) -> Found:
    if not lines:
        raise BadValue(field="lines", fix="Say what has come.")
    known = {line.sku_id: line for line in order.lines.select_related("sku")}
    found: Found = []
    seen: set[int] = set()
    for place, arrived in enumerate(lines):
        at = f"lines.{place}."
        line = known.get(arrived.sku_id)
        if line is None:
            fix = f"It is not on order {order.number}; park it, or put it on another order."
            raise BadValue(field=f"{at}sku", fix=fix)
        if line.pk in seen:
            raise BadValue(field=f"{at}sku", fix=f"{line.sku} is named twice; add them up.")
        seen.add(line.pk)
        own.units(f"{at}units", arrived.units)
        own.number(0, arrived.units)(f"{at}damaged", arrived.damaged)
        line.order = order
        _require_tolerated(order, line, arrived, at)
        found.append((line, arrived))
    return sorted(found, key=lambda pair: pair[0].sku_id)


def _require_tolerated(
    order: PurchaseOrder, line: PurchaseLine, arrived: ArrivedLine, at: str
) -> None:
    total = line.units_received + arrived.units
    allowed = tolerated(order, line)
    if total > MOST_UNITS:
        raise BadValue(field=f"{at}units", fix=f"Give at most {MOST_UNITS} units in all.")
    if total <= line.units + allowed:
        return
    may = current_actor().may(OVER)
    reason = fields.text(200)(f"{at}over_reason", arrived.over_reason)
    if reason and not may:
        raise NotPermitted(permission=OVER)
    if not reason:
        fix = "Say why they are taken in." if may else "Ask an inventory manager to take them in."
        raise MoreThanOrdered(
            field=f"{at}units",
            sku=line.sku.code,
            units=arrived.units,
            total=total,
            ordered=line.units,
            allowed=allowed,
            fix=fix,
        )


def _receipt(order: PurchaseOrder, delivery_note: str) -> Receipt:
    note = fields.text(60)("delivery_note", delivery_note)
    if note and (known := order.receipts.filter(delivery_note=note).first()):
        return known
    number = _next_number()
    return Receipt.objects.create(
        number=number,
        order=order,
        warehouse_id=order.warehouse_id,
        delivery_note=note or number,
        currency=order.currency,
        rate=rate_on(order.currency, clock.today()),
        received_at=clock.now(),
        actor=current_actor().name,
    )


def _book_units(order: PurchaseOrder, receipt: Receipt, found: Found, key: str) -> None:
    """Counters of all lines at once: what came is there, and no longer incoming."""
    moves: list[tuple[int, Counter, int]] = []
    for line, arrived in found:
        open_units = min(arrived.units, line.units_open)
        moves += [
            (line.sku_id, Counter.ON_HAND, arrived.units - arrived.damaged),
            (line.sku_id, Counter.DAMAGED, arrived.damaged),
            (line.sku_id, Counter.INCOMING, -open_units),
        ]
    book(
        order.warehouse_id,
        [move for move in moves if move[2]],
        why=Why(kind=Movement.RECEIVE, reason=receipt.number, note=receipt.delivery_note),
        source=Source(kind=SOURCE, id=receipt.pk, key=f"receipt {receipt.pk} {key}"),
    )


def _write(receipt: Receipt, line: PurchaseLine, arrived: ArrivedLine, key: str) -> ReceiptLine:
    amount = amount_of(line, arrived.units)
    line.units_received += arrived.units
    line.units_damaged += arrived.damaged
    line.save(update_fields=["units_received", "units_damaged"])
    row = ReceiptLine(
        receipt=receipt,
        line=line,
        key=key,
        units=arrived.units,
        damaged=arrived.damaged,
        amount=amount,
        over_reason=arrived.over_reason.strip()[:200],
        actor=current_actor().name,
        received_at=clock.now(),
    )
    row.cost = amount.converted(receipt.rate, row.cost.currency)
    row.save()
    return row


def amount_of(line: PurchaseLine, units: int) -> Money:
    """What the next `units` of the line cost: deliveries in part add up to the line's total."""
    before = min(line.units_received, line.units)
    after = min(line.units_received + units, line.units)
    total, of = line.total.minor, line.units
    within = Money(total * after // of - total * before // of, line.total.currency)
    over = units - (after - before)
    return within + Money.rounded(line.price * over, line.total.currency)


def _move_on(order: PurchaseOrder) -> None:
    lines = list(order.lines.all())
    if order.status == PurchaseStatus.SENT:
        order.become(PurchaseStatus.PARTLY_RECEIVED)
    add_up(order)
    if not any(line.units_open for line in lines):
        finish(order, reason="")


def _tell(order: PurchaseOrder, found: Found) -> None:
    skus = [line.sku_id for line, arrived in found if arrived.units > arrived.damaged]
    for start in range(0, len(skus), 1000):
        publish(
            StockChanged(
                sku_ids=skus[start : start + 1000], warehouse_id=order.warehouse_id, why="received"
            )
        )


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inventory_receipt_seq')")
        return f"RC-{cursor.fetchone()[0]}"
