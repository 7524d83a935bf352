"""How operations book moves of stock: levels made when missing, ledger and counter as one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core import clock
from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.statements import run_sql
from inventory.errors import NotThatMuch, ReferenceUsed
from inventory.models import StockLevel, StockMovement, Warehouse
from inventory.operations.catalog.in_use import require_open
from inventory.states import Bucket, Counter, Movement

MOST_UNITS = 1_000_000_000  # of one SKU at once; far below INTEGER, so counters never overflow


@dataclass(frozen=True, kw_only=True)
class Source:
    """What moves the stock: the row it happens for, and the key that makes it happen once."""

    kind: str
    id: int
    key: str


@dataclass(frozen=True, kw_only=True)
class Why:
    """How the ledger explains a move."""

    kind: Movement
    reason: str = ""
    note: str = ""


def book(
    warehouse_id: int, moves: Iterable[tuple[int, Counter, int]], *, why: Why, source: Source
) -> list[dict[str, int]]:
    """Book (sku id, counter, signed units) moves; return what has changed, per level.

    Moves whose key is in the ledger already are left out, so that repeating changes nothing.
    """
    rows = list(moves)
    return run_sql(
        "inventory/move",
        warehouse_id=warehouse_id,
        sku_ids=[sku_id for sku_id, _, _ in rows],
        counters=[str(counter) for _, counter, _ in rows],
        units=[units for _, _, units in rows],
        kind=str(why.kind),
        reason=why.reason[:64],
        note=why.note[:200],
        source_kind=source.kind,
        source_id=source.id,
        key=source.key[:100],
        actor=current_actor().name,
        at=clock.now(),
    )


def ensure_levels(warehouse_id: int, sku_ids: Sequence[int]) -> None:
    """Make the missing levels; until the operation ends nobody archives or merges the SKUs.

    Raises NotThere for a SKU or warehouse that does not exist, SkuArchived, SkuMerged.
    """
    if not Warehouse.objects.filter(pk=warehouse_id).exists():
        raise NotThere(kind="warehouse")
    require_open(sku_ids)
    make_levels(warehouse_id, sku_ids)


def make_levels(warehouse_id: int, sku_ids: Sequence[int]) -> None:
    """Make the missing levels, whatever has become of the SKUs. All of these are there."""
    run_sql("inventory/ensure_levels", warehouse_id=warehouse_id, sku_ids=sorted(set(sku_ids)))


def locked_level(sku_id: int, warehouse_id: int) -> StockLevel:
    """Return the one level, made when missing, locked until the operation ends."""
    ensure_levels(warehouse_id, [sku_id])
    return (
        StockLevel.objects.select_for_update(no_key=True, of=("self",))
        .select_related("sku", "warehouse")
        .get(sku_id=sku_id, warehouse_id=warehouse_id)
    )


def lock_levels(sku_ids: Iterable[int], warehouse_ids: Iterable[int]) -> None:
    """Lock the levels of these SKUs there in (sku, warehouse) order, till the operation ends.

    For who goes through several warehouses one by one: whoever else does then waits, and no two
    of them lock each other out.
    """
    rows = StockLevel.objects.select_for_update(no_key=True, of=("self",)).filter(
        sku_id__in=set(sku_ids), warehouse_id__in=set(warehouse_ids)
    )
    list(rows.order_by("sku_id", "warehouse_id").values_list("pk"))


def lock_held(holder_kind: str, holder_ids: Sequence[int]) -> None:
    """Lock the levels of which these holders have units, in the same order, likewise."""
    run_sql("inventory/lock_held", holder_kind=holder_kind, holder_ids=list(holder_ids))


def booked_before(
    level: StockLevel, counter: Counter | Bucket, key: str, units: int | None
) -> bool:
    """Whether this act is in the ledger. Raises ReferenceUsed when it was about other units."""
    known = StockMovement.objects.filter(level=level, counter=str(counter), key=key).first()
    if known is None:
        return False
    if units is not None and known.units != units:
        raise ReferenceUsed(
            field="reference",
            reference=key.partition(" ")[2] or key,
            sku=level.sku.code,
            booked=abs(known.units),
            units=abs(units),
        )
    return True


def require_free(level: StockLevel, bucket: Bucket, units: int) -> None:
    """Refuse to take more than the bucket has; promised units are not free."""
    promised = level.allocated if bucket == Bucket.ON_HAND else 0
    free = getattr(level, bucket) - promised
    if units > free:
        raise NotThatMuch(
            field="units",
            sku=level.sku.code,
            warehouse=level.warehouse.code,
            bucket=bucket.label.lower(),
            units=units,
            free=free,
            promised=promised,
        )


def require_units(units: int, *, field: str = "units", signed: bool = False) -> None:
    """Refuse what is no number of units: 0, absurdly many, or negative unless `signed`."""
    if not units or abs(units) > MOST_UNITS or (units < 0 and not signed):
        fix = f"Give a whole number of units{', not 0' if signed else ' above 0'}."
        raise BadValue(field=field, fix=fix)


def require_all_units(units: Mapping[int, int]) -> None:
    """Refuse an empty mapping, and numbers that are no units."""
    if not units:
        raise BadValue(field="units", fix="Name at least one SKU.")
    for number in units.values():
        require_units(number)
