"""Keep stock for a cart or for a person: for a time, then anybody may have it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from core.statements import run_sql
from inventory.errors import ReservationOver, ReservationUsed
from inventory.events import ReservationEnded, ReservationMade, StockChanged
from inventory.models import Channel, Reservation, ReservationLine, Warehouse
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.booking import ensure_levels, lock_levels, require_all_units
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.states import ReservationStatus

HOLDER = "reservation_line"
MOST_MINUTES = 90 * 24 * 60
MOST_LINES = 500


@operation(permission="inventory.reserve_stock")
def reserve_stock(
    units: Mapping[int, int],
    *,
    key: str,
    channel_id: int | None = None,
    warehouse_id: int | None = None,
    minutes: int | None = None,
    note: str = "",
) -> Reservation:
    """Hold `units` (sku id -> units) in a warehouse, or in the first of a channel that has all.

    `key` names the cart: while one is held under it, the same again holds it for `minutes` more,
    and other units take its place. Without `minutes` it is held until somebody releases it, and
    belongs to a person. Raises BadValue, NotThere, OutOfStock; then what was held still is.
    Publishes reservation.made, stock.changed.
    """
    require_all_units(units)
    if len(units) > MOST_LINES:
        raise BadValue(field="lines", fix=f"Hold at most {MOST_LINES} SKUs at once.")
    if not key.strip() or len(key) > 100:
        raise BadValue(field="key", fix="Give a key of 1 to 100 characters.")
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise BadValue(field="minutes", fix=f"Give 1 to {MOST_MINUTES:,} minutes.")
    if minutes is None and current_actor().user_id is None:
        raise BadValue(field="minutes", fix="Say for how long; only people hold without an end.")
    places = _places(channel_id, warehouse_id)
    ends = clock.now() + timedelta(minutes=minutes) if minutes else None
    run_sql("inventory/lock_cart", key=key)  # two calls for a new cart would both find none
    held = Reservation.objects.held().select_for_update(no_key=True, of=("self",))
    known = held.filter(key=key).first()
    if known is not None:
        if not current_actor().reaches(known):
            raise NotThere(kind="reservation", field="key")
        if known.warehouse_id in places and _units_of(known) == dict(units):
            known.expires_at = ends
            known.save(update_fields=["expires_at", "updated_at"])
            _say(known)
            return known
        _lock_levels([known, *_due(units, places)], units, places)
        _end(known, ReservationStatus.RELEASED)
    free_expired(units, places)
    return _hold(units, places, key=key, ends=ends, note=note)


@operation(permission="inventory.release_reservation")
def release_reservation(reservation_id: int) -> Reservation:
    """Let go of it; harmless to repeat. Raises ReservationOver when it was used or has expired.

    Publishes reservation.ended, stock.changed.
    """
    row = lock(Reservation, reservation_id)
    if row.status == ReservationStatus.RELEASED:
        return row
    if row.status != ReservationStatus.HELD:
        raise ReservationOver(number=row.number, status=row.get_status_display().lower())
    _end(row, ReservationStatus.RELEASED)
    return row


@operation(permission="inventory.expire_reservations")
def expire_reservation(reservation_id: int) -> Reservation:
    """Let go of it when its time is over; else nothing. Harmless to repeat.

    Publishes reservation.ended, stock.changed.
    """
    row = lock(Reservation, reservation_id)
    over = row.expires_at is not None and row.expires_at <= clock.now()
    if row.status == ReservationStatus.HELD and over:
        _end(row, ReservationStatus.EXPIRED)
    return row


def free_expired(sku_ids: Collection[int], warehouse_ids: Sequence[int]) -> bool:
    """Inside an operation that wants these units: let go of what is held too long already.

    Whether there was any: nobody is refused for units that nobody holds any more.
    """
    rows = _due(sku_ids, warehouse_ids)
    if rows:
        _lock_levels(rows, sku_ids, warehouse_ids)
    for row in rows:
        _end(row, ReservationStatus.EXPIRED)
    return bool(rows)


def use_reservation(
    public_id: str, *, reference: str, sku_ids: Collection[int], warehouse_ids: Sequence[int]
) -> None:
    """Inside the placing of an order: its units are free again, for the order to take at once.

    One that has expired or was released holds nothing: the order asks for stock like any other.
    Raises NotThere for one in another warehouse than the order's, ReservationUsed for one that
    another order has used.
    """
    rows = Reservation.objects.select_for_update(no_key=True, of=("self",))
    row = rows.filter(public_id=public_id, warehouse__in=warehouse_ids).first()
    if row is None:
        raise NotThere(kind="reservation", field="reservation")
    if row.status == ReservationStatus.USED and row.used_by != reference:
        raise ReservationUsed(field="reservation", number=row.number, reference=row.used_by)
    if row.status == ReservationStatus.HELD:
        row.used_by = reference
        _lock_levels([row], sku_ids, warehouse_ids)
        _end(row, ReservationStatus.USED)


def _due(sku_ids: Collection[int], warehouse_ids: Sequence[int]) -> list[Reservation]:
    """Lock those that hold some of these units beyond their time, but for who is at it already."""
    of_these = ReservationLine.objects.filter(sku__in=sku_ids).values("reservation")
    due = Reservation.objects.due().filter(warehouse__in=warehouse_ids, pk__in=of_these)
    return list(due.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("id"))


def _lock_levels(
    rows: Sequence[Reservation], sku_ids: Collection[int], warehouse_ids: Sequence[int]
) -> None:
    """Lock what these hold and what is wanted as one, in order: nothing is freed before that."""
    held = ReservationLine.objects.filter(reservation__in=rows).values_list("sku", flat=True)
    lock_levels({*held, *sku_ids}, {*warehouse_ids, *(row.warehouse_id for row in rows)})


def _places(channel_id: int | None, warehouse_id: int | None) -> list[int]:
    if (channel_id is None) == (warehouse_id is None):
        raise BadValue(field="channel", fix="Name a channel or a warehouse.")
    if warehouse_id is not None:
        require_reach("warehouse", warehouse_id=warehouse_id)
        if not Warehouse.objects.active().filter(pk=warehouse_id).exists():
            raise BadValue(field="warehouse", fix="Choose a warehouse that is open.")
        return [warehouse_id]
    require_reach("channel", channel_id=channel_id or 0)
    channel = Channel.objects.active().filter(pk=channel_id).first()
    if channel is None:
        raise BadValue(field="channel", fix="Choose a channel that is open.")
    ranks = channel.ranks.filter(warehouse__active=True).order_by("rank")
    places = list(ranks.values_list("warehouse", flat=True))
    if not places:
        raise BadValue(field="channel", fix=f"{channel.code} sells from no warehouse.")
    return places


def _hold(
    units: Mapping[int, int], places: Sequence[int], *, key: str, ends: datetime | None, note: str
) -> Reservation:
    for place in places:
        ensure_levels(place, list(units))
    made = Reservation.objects.create(
        warehouse_id=places[0],
        key=key,
        owner_id=current_actor().user_id,
        note=mask_cards(note.strip())[0][:300],
        expires_at=ends,
        created_at=clock.now(),
    )
    lines = ReservationLine.objects.bulk_create(
        ReservationLine(reservation=made, sku_id=sku_id, units=number)
        for sku_id, number in sorted(units.items())
    )
    made.warehouse_id = allocate_lines(
        [(line.pk, line.sku_id, line.units) for line in lines],
        holder_kind=HOLDER,
        warehouse_ids=places,
    )
    made.save(update_fields=["warehouse_id"])
    _say(made)
    _tell(made, "reserved")
    return made


def _say(row: Reservation) -> None:
    publish(ReservationMade(reservation_id=row.pk, warehouse_id=row.warehouse_id))


def _end(row: Reservation, status: ReservationStatus) -> None:
    row.status, row.ended_at = status, clock.now()
    row.save()
    lines = list(row.lines.order_by("id").values_list("pk", flat=True))
    deallocate_stock(HOLDER, lines, reason=f"reservation {status.value}")
    publish(
        ReservationEnded(reservation_id=row.pk, warehouse_id=row.warehouse_id, outcome=status.value)
    )
    _tell(row, f"reservation {status.value}")


def _tell(row: Reservation, why: str) -> None:
    skus = sorted(row.lines.values_list("sku", flat=True))
    publish(StockChanged(sku_ids=skus, warehouse_id=row.warehouse_id, why=why))


def _units_of(row: Reservation) -> dict[int, int]:
    return dict(row.lines.values_list("sku", "units"))
