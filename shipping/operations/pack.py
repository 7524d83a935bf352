"""Pack: check each unit into the carton, close the carton, undo a parcel that has not left."""

from django.db.models import Sum

from core import clock
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from inventory.models import Sku
from inventory.operations.catalog.find import units_scanned
from orders.models import FulfillmentLine, FulfillmentOrder
from orders.operations.exceptions import settle_exceptions
from orders.operations.fulfillment.locking import locked
from orders.operations.fulfillment.ship import finish_packing
from orders.states import ExceptionKind, FulfillmentOrderStatus
from shipping.errors import (
    NoSuchCarton,
    NothingToPack,
    NotPicked,
    PackedTwice,
    TooMany,
    WrongItem,
)
from shipping.events import ParcelCancelled, ParcelPacked
from shipping.models import Carton, PackScan, Parcel, ParcelLine
from shipping.operations.label import give_back, without_card_on
from shipping.rating.cartons import item_of
from shipping.states import AT_THE_BENCH, ParcelState

MOST_GRAMS = 1_000_000


@operation(permission="shipping.pack_parcel")
def scan_pack(fulfillment_id: int, *, barcode: str, units: int = 1) -> PackScan:
    """Check units into the carton that is open; the wrong item is refused.

    A case's barcode is all the units in it, `units` times; the answer's `taken` says how many
    that was. Raises NotPicked, NothingToPack, WrongItem, TooMany.
    """
    fulfillment, left = _to_pack(fulfillment_id)
    scans = {scan.fulfillment_line_id: scan for scan in _scans(fulfillment)}
    meant = units_scanned(barcode, [line.order_line.sku for line in left])
    for line, units_left in left.items():
        if line.order_line.sku_id not in meant:
            continue
        taken = units * meant[line.order_line.sku_id]
        scan = scans.get(line.pk) or PackScan(fulfillment_line=line, fulfillment=fulfillment)
        if 1 <= taken <= units_left - scan.units:
            scan.units += taken
            scan.save()
            scan.taken = taken
            return scan
        if units_left > scan.units:
            raise TooMany(units=taken, left=units_left - scan.units, field="units")
    wanted = [
        line.order_line.sku.code
        for line, units_left in left.items()
        if not (scan := scans.get(line.pk)) or scan.units < units_left
    ]
    what = ", ".join(wanted[:5]) or "nothing more: close the carton"
    raise WrongItem(scanned=barcode[:64], wanted=what, field="barcode")


@operation(permission="shipping.pack_parcel")
def clear_scans(fulfillment_id: int) -> None:
    """Take everything out of the open carton again, to start checking afresh."""
    fulfillment, _ = locked(fulfillment_id)
    _scans(fulfillment).delete()


@operation(permission="shipping.pack_parcel")
def pack_parcel(
    fulfillment_id: int,
    *,
    carton_code: str,
    weight_grams: int | None = None,
    units: dict[int, int] | None = None,
) -> Parcel:
    """Close one carton of a fulfillment order and make it a parcel.

    `units`: fulfillment line id -> units; None takes what was scanned, or all
    that is left when nothing was. `weight_grams` is the scale's, with carton;
    None: computed. An empty `carton_code` ships the goods as they are. When it
    was the last, orders learns that all is packed. Raises NotPicked,
    NothingToPack, PackedTwice, NoSuchCarton, BadValue. Publishes parcel.packed.
    """
    fulfillment, left = _to_pack(fulfillment_id)
    taken = _taken(fulfillment, left, units)
    carton = _carton(carton_code)
    goods = [item_of(line.pk, count, line.order_line.sku) for line, count in taken.items()]
    computed = sum(item.grams * item.units for item in goods) + (carton.tare_grams if carton else 0)
    sides = carton.outside_mm if carton else max((i.sides_mm for i in goods), key=sorted)
    parcel = Parcel.objects.create(
        number=_number(fulfillment),
        fulfillment=fulfillment,
        warehouse_id=fulfillment.warehouse_id,
        carton=carton,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        weight_grams=_weight(weight_grams, computed),
        packed_at=clock.now(),
    )
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, fulfillment_line=line, units=count)
        for line, count in taken.items()
    )
    _scans(fulfillment).delete()
    publish(
        ParcelPacked(
            parcel_id=parcel.pk, order_id=fulfillment.order_id,
            fulfillment_id=fulfillment.pk, number=parcel.number,
        )
    )  # fmt: skip
    if taken == left and fulfillment.status == FulfillmentOrderStatus.PICKED:
        finish_packing(fulfillment.pk)
    return parcel


@operation(permission="shipping.cancel_parcel")
def cancel_parcel(parcel_id: int, *, reason: str) -> Parcel:
    """Undo a parcel that has not left: its units are to be packed again, its label goes back.

    Raises ParcelMoveNotAllowed once it was handed over. Publishes parcel.cancelled.
    """
    parcel = lock(Parcel, parcel_id)
    number, reason = parcel.number, without_card_on(parcel, reason)
    if parcel.state in AT_THE_BENCH:
        give_back(parcel, reason=reason)  # of a draft too: its label may be asked for any moment
    parcel.become(ParcelState.CANCELLED)
    parcel.problem = ""
    parcel.save()
    settle_exceptions(ExceptionKind.CARRIER_FAILED, number, resolution="The parcel was undone.")
    publish(
        ParcelCancelled(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id,
            fulfillment_id=parcel.fulfillment_id, number=number, reason=reason[:100],
        )
    )  # fmt: skip
    return parcel


def units_to_pack(fulfillment: FulfillmentOrder) -> dict[FulfillmentLine, int]:
    """Picked units that are in no live parcel yet, by line; lines with none are left out."""
    packed = dict(
        ParcelLine.objects.filter(fulfillment_line__fulfillment=fulfillment)
        .exclude(parcel__state=ParcelState.CANCELLED)
        .values_list("fulfillment_line")
        .annotate(Sum("units"))
    )
    lines = FulfillmentLine.objects.filter(fulfillment=fulfillment).select_related(
        "order_line__sku"
    )
    left = {line: line.units_picked - packed.get(line.pk, 0) for line in lines.order_by("id")}
    return {line: units for line, units in left.items() if units > 0}


def _to_pack(fulfillment_id: int) -> tuple[FulfillmentOrder, dict[FulfillmentLine, int]]:
    """The work, locked, and its units that are in no parcel yet."""
    fulfillment, _ = locked(fulfillment_id)
    # PACKED too: a parcel that was undone is packed again
    if fulfillment.status not in {FulfillmentOrderStatus.PICKED, FulfillmentOrderStatus.PACKED}:
        raise NotPicked(number=fulfillment.number, status=fulfillment.status)
    left = units_to_pack(fulfillment)
    if not left:
        raise NothingToPack(number=fulfillment.number)
    return fulfillment, left


def _taken(
    fulfillment: FulfillmentOrder,
    left: dict[FulfillmentLine, int],
    units: dict[int, int] | None,
) -> dict[FulfillmentLine, int]:
    if units is None:
        units = {scan.fulfillment_line_id: scan.units for scan in _scans(fulfillment)}
        units = units or {line.pk: count for line, count in left.items()}
    by_id = {line.pk: line for line in left}
    for line_id, count in units.items():
        line = by_id.get(line_id)
        if line is None or not 1 <= count <= left[line]:
            sku: Sku | None = line.order_line.sku if line else None
            raise PackedTwice(
                units=count, sku=sku or line_id, left=left[line] if line else 0, field="units"
            )
    return {line: units[line.pk] for line in left if line.pk in units}


def _scans(fulfillment: FulfillmentOrder):
    return PackScan.objects.filter(fulfillment=fulfillment)


def _carton(code: str) -> Carton | None:
    if not code:
        return None
    found = Carton.objects.filter(code=code, active=True).first()
    if found is None:
        raise NoSuchCarton(carton=code[:32], field="carton_code")
    return found


def _number(fulfillment: FulfillmentOrder) -> str:
    """The next one of this fulfillment order, whose row is locked; numbers are never reused."""
    return f"{fulfillment.number}-P{Parcel.objects.filter(fulfillment=fulfillment).count() + 1}"


def _weight(given: int | None, computed: int) -> int:
    if given is None:
        return max(1, computed)
    if not 1 <= given <= MOST_GRAMS:
        raise BadValue(field="weight_grams", fix=f"Send whole grams from 1 to {MOST_GRAMS}.")
    return given
