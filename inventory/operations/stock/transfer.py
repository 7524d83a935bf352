"""Send stock from one warehouse to another: request, ship, receive, end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import clock
from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation, require_reach
from inventory.errors import MoreThanSent, ReferenceUsed, TransferMoveNotAllowed
from inventory.events import (
    StockChanged,
    TransferCancelled,
    TransferClosed,
    TransferReceived,
    TransferRequested,
    TransferShipped,
)
from inventory.models import Transfer, TransferArrival, TransferLine, Warehouse
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.booking import (
    Source,
    Why,
    book,
    ensure_levels,
    lock_levels,
    require_all_units,
)
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.operations.stock.ship import ship_stock
from inventory.states import Counter, Movement, TransferStatus

HOLDER, SOURCE = "transfer_line", "transfer"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Units of a line that have come; `damaged` of them are no good."""

    units: int
    damaged: int = 0


@operation(permission="inventory.request_transfer")
def request_transfer(
    source_id: int,
    destination_id: int,
    *,
    units: Mapping[int, int],
    note: str = "",
    expected_on: date | None = None,
) -> Transfer:
    """Ask one warehouse to send `units` (sku id -> units) to another; they are promised at once.

    Raises BadValue for a warehouse that is closed or the same, NotThere, OutOfStock when it
    has not all of them free; then nothing has changed. Publishes transfer.requested, stock.changed.
    """
    require_reach("warehouse", warehouse_id=source_id)
    require_all_units(units)
    if source_id == destination_id:
        raise BadValue(field="destination", fix="Choose another warehouse than the one it is in.")
    for field, place in (("source", source_id), ("destination", destination_id)):
        if not Warehouse.objects.active().filter(pk=place).exists():
            raise BadValue(field=field, fix="Choose a warehouse that is open.")
    if expected_on is not None and expected_on < clock.today():
        raise BadValue(field="expected_on", fix="Name today or a day to come.")
    ensure_levels(source_id, list(units))
    transfer = Transfer.objects.create(
        source_id=source_id,
        destination_id=destination_id,
        note=note.strip()[:300],
        expected_on=expected_on,
        created_by_id=current_actor().user_id,
        created_at=clock.now(),
    )
    lines = [
        TransferLine.objects.create(transfer=transfer, sku_id=sku_id, units=number)
        for sku_id, number in sorted(units.items())
    ]
    allocate_lines(
        [(line.pk, line.sku_id, line.units) for line in lines],
        holder_kind=HOLDER,
        warehouse_ids=[source_id],
    )
    publish(
        TransferRequested(
            transfer_id=transfer.pk, source_id=source_id, destination_id=destination_id
        )
    )
    _tell(transfer, lines, source_id, "promised to a transfer")
    return transfer


@operation(permission="inventory.ship_transfer")
def ship_transfer(transfer_id: int) -> Transfer:
    """It has left: out of the source, incoming at the destination. A repeat changes nothing.

    Raises TransferMoveNotAllowed when it has ended. Publishes transfer.shipped.
    """
    transfer = lock(Transfer, transfer_id)
    require_reach("warehouse", warehouse_id=transfer.source_id)
    if transfer.status == TransferStatus.IN_TRANSIT:
        return transfer
    transfer.become(TransferStatus.IN_TRANSIT)
    transfer.shipped_at = clock.now()
    transfer.save()
    lines = _lines(transfer)
    skus = [line.sku_id for line in lines]
    ensure_levels(transfer.destination_id, skus)
    lock_levels(skus, [transfer.source_id, transfer.destination_id])  # two may cross on the way
    ship_stock(
        [(line.pk, line.units) for line in lines],
        holder_kind=HOLDER,
        source_kind=SOURCE,
        source_id=transfer.pk,
        key=f"transfer {transfer.pk}",
        warehouse_id=transfer.source_id,
    )
    _expect(transfer, [(line.sku_id, line.units) for line in lines], key="sent", why="on its way")
    publish(TransferShipped(transfer_id=transfer.pk))
    return transfer


@operation(permission="inventory.receive_transfer")
def receive_transfer(transfer_id: int, arrived: Mapping[int, Arrived], *, key: str) -> Transfer:
    """Take in what has come (line id -> units); good ones are for sale, damaged ones lie beside.

    `key` makes it happen once: the same again changes nothing, other units raise ReferenceUsed.
    What is all there closes the transfer. Raises TransferMoveNotAllowed unless it is in transit,
    MoreThanSent, BadValue. Publishes transfer.received, stock.changed, maybe transfer.closed.
    """
    transfer = lock(Transfer, transfer_id)
    require_reach("warehouse", warehouse_id=transfer.destination_id)
    if not key.strip() or len(key) > 60:
        raise BadValue(field="key", fix="Give a key of 1 to 60 characters.")
    lines = {line.pk: line for line in _lines(transfer)}
    if _there_already(lines, arrived, key):
        return transfer
    if transfer.status != TransferStatus.IN_TRANSIT:
        status = transfer.get_status_display().lower()
        raise TransferMoveNotAllowed(number=transfer.number, status=status, wanted="received")
    found = _checked(lines, arrived)
    moves = []
    for line, came in found:
        line.units_received += came.units
        line.units_damaged += came.damaged
        moves += [
            (line.sku_id, Counter.INCOMING, -came.units),
            (line.sku_id, Counter.ON_HAND, came.units - came.damaged),
            (line.sku_id, Counter.DAMAGED, came.damaged),
        ]
        TransferArrival.objects.create(
            line=line, units=came.units, damaged=came.damaged, key=key,
            actor=current_actor().name, arrived_at=clock.now(),
        )  # fmt: skip
    TransferLine.objects.bulk_update(
        [line for line, _ in found], ["units_received", "units_damaged"]
    )
    book(
        transfer.destination_id,
        [move for move in moves if move[2]],
        why=Why(kind=Movement.RECEIVE, reason="transfer", note=transfer.number),
        source=Source(kind=SOURCE, id=transfer.pk, key=f"transfer {transfer.pk} {key}"),
    )
    publish(
        TransferReceived(
            transfer_id=transfer.pk,
            units=sum(came.units for _, came in found),
            damaged=sum(came.damaged for _, came in found),
        )
    )
    _tell(transfer, [line for line, _ in found], transfer.destination_id, "transfer received")
    if not any(line.units_open for line in lines.values()):
        _close(transfer, lost=0, reason="")
    return transfer


@operation(permission="inventory.close_transfer")
def close_transfer(transfer_id: int, *, reason: str) -> Transfer:
    """Give up on what has not come: it is lost on the way, for a reason.

    Raises TransferMoveNotAllowed unless it is in transit, BadValue without a reason. Publishes
    transfer.closed.
    """
    transfer = lock(Transfer, transfer_id)
    require_reach("warehouse", warehouse_id=transfer.destination_id)
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words where the units went.")
    lines = [line for line in _lines(transfer) if line.units_open]
    lost = [(line.sku_id, -line.units_open) for line in lines]
    _close(transfer, lost=-sum(units for _, units in lost), reason=reason.strip()[:200])
    for line in lines:
        line.units_lost += line.units_open
    TransferLine.objects.bulk_update(lines, ["units_lost"])
    if lost:
        _expect(transfer, lost, key="lost", why="lost on the way")
    return transfer


@operation(permission="inventory.request_transfer")
def cancel_transfer(transfer_id: int, *, reason: str) -> Transfer:
    """Call it off while it is in the house; its units are free again. Raises as closing does.

    Publishes transfer.cancelled, stock.changed.
    """
    transfer = lock(Transfer, transfer_id)
    require_reach("warehouse", warehouse_id=transfer.source_id)
    if not reason.strip():
        raise BadValue(field="reason", fix="Say in a few words why.")
    transfer.become(TransferStatus.CANCELLED)
    transfer.ended_at, transfer.end_reason = clock.now(), reason.strip()[:200]
    transfer.save()
    lines = _lines(transfer)
    deallocate_stock(HOLDER, [line.pk for line in lines], reason="transfer cancelled")
    publish(TransferCancelled(transfer_id=transfer.pk, reason=transfer.end_reason))
    _tell(transfer, lines, transfer.source_id, "transfer cancelled")
    return transfer


def _lines(transfer: Transfer) -> list[TransferLine]:
    return list(transfer.lines.select_related("sku").order_by("sku_id"))


def _there_already(
    lines: Mapping[int, TransferLine], arrived: Mapping[int, Arrived], key: str
) -> bool:
    """Whether this act is booked. Raises ReferenceUsed when it was about other units."""
    booked = {row.line_id: row for row in TransferArrival.objects.filter(line__in=lines, key=key)}
    if not booked:
        return False
    for line_id in {*booked, *arrived}:
        row, came = booked.get(line_id), arrived.get(line_id, Arrived(units=0))
        if row is None or (row.units, row.damaged) != (came.units, came.damaged):
            raise ReferenceUsed(
                field="key", reference=key, booked=row.units if row else 0, units=came.units,
                sku=lines[line_id].sku.code if line_id in lines else "another SKU",
            )  # fmt: skip
    return True


def _checked(
    lines: Mapping[int, TransferLine], arrived: Mapping[int, Arrived]
) -> list[tuple[TransferLine, Arrived]]:
    found = []
    for line_id, came in sorted(arrived.items()):
        line = lines.get(line_id)
        if line is None:
            raise BadValue(field="lines", fix="It is not on this transfer; receive it otherwise.")
        if came.units < 1 or not 0 <= came.damaged <= came.units:
            fix = f"Of {line.sku}: whole units above 0, and no more damaged than came."
            raise BadValue(field="units", fix=fix)
        if came.units > line.units_open:
            raise MoreThanSent(
                field="units", units=came.units, sku=line.sku.code, left=line.units_open
            )
        found.append((line, came))
    if not found:
        raise BadValue(field="lines", fix="Say what has come.")
    return found


def _close(transfer: Transfer, *, lost: int, reason: str) -> None:
    transfer.become(TransferStatus.CLOSED)
    transfer.ended_at, transfer.end_reason = clock.now(), reason
    transfer.save()
    publish(TransferClosed(transfer_id=transfer.pk, units_lost=lost, reason=reason))


def _expect(transfer: Transfer, units: Sequence[tuple[int, int]], *, key: str, why: str) -> None:
    book(
        transfer.destination_id,
        [(sku_id, Counter.INCOMING, number) for sku_id, number in units],
        why=Why(kind=Movement.EXPECT, reason=why, note=transfer.number),
        source=Source(kind=SOURCE, id=transfer.pk, key=f"transfer {transfer.pk} {key}"),
    )


def _tell(transfer: Transfer, lines: Sequence[TransferLine], warehouse_id: int, why: str) -> None:
    skus = sorted(line.sku_id for line in lines)
    publish(StockChanged(sku_ids=skus, warehouse_id=warehouse_id, why=why))
