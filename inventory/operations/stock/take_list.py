"""Book a whole list of stock: all of it, or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings

from core.actor import current_actor
from core.errors import BadValue, Refused
from core.events import publish
from core.operations import operation
from inventory.events import StockChanged
from inventory.models import Barcode, Product, Sku, StockLevel, StockMovement, Warehouse
from inventory.models.barcodes import key_of
from inventory.operations.catalog.barcodes import as_row
from inventory.operations.catalog.fields import cleaned
from inventory.operations.catalog.find import skus_by_code
from inventory.operations.catalog.skus import SKU_RULES
from inventory.operations.stock.booking import Source, Why, book, ensure_levels, lock_levels
from inventory.states import Counter, Movement

MODES = ("receive", "count")
SHOWN = 1000


class ListRow(Protocol):
    """One row of the list; `master` describes the SKU, for those that are made.

    `expected`: what a count thinks was on hand; None where nobody has said.
    """

    row: int
    sku: str
    warehouse: str
    units: int
    expected: int | None
    master: dict[str, Any]


class ListRefused(Refused):
    """Rows of the list will not do; nothing of it is booked."""

    code = "list_refused"
    status = 422
    sentence = "{count} cells will not do; nothing was booked. Row {row}, {column}: {fix}"


@dataclass(frozen=True)
class Plan:
    """What booking a list would do, or what stands against it."""

    units: dict[tuple[int, int], int] = field(default_factory=dict)  # (sku id, warehouse id)
    places: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)  # codes -> ids
    made: list[ListRow] = field(default_factory=list)  # first rows of SKUs that are not there yet
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # row, column, fix


@operation(permission="inventory.import_stock")
def check_list(rows: Sequence[ListRow], *, mode: str, create_missing: bool = False) -> Plan:
    """Say what booking the list would do, without doing it."""
    return _planned(rows, mode, create_missing=create_missing)


@operation(permission="inventory.import_stock")
def take_list(
    rows: Sequence[ListRow], *, mode: str, source_id: int, create_missing: bool = False
) -> dict[str, int]:
    """Book the list: `receive` adds its units, `count` says that they are what is on hand.

    Two rows of one SKU and warehouse are summed when received, refused when counted. SKUs that are
    missing are made from their rows when `create_missing`. A count that names what it expected is
    refused where something else is on hand by now. The same `source_id` (the batch) twice changes
    nothing. Returns how many levels and units changed and SKUs were made. Raises ListRefused with
    every problem. Publishes stock.changed.
    """
    if StockMovement.objects.filter(source_kind="import", source_id=source_id).exists():
        return {"levels": 0, "units": 0, "skus": 0}
    plan = _planned(rows, mode, create_missing=create_missing)
    if plan.problems:
        raise refused(plan.problems)
    made = len(plan.made)
    if made:
        _make_skus(plan.made)
        plan = _planned(rows, mode, create_missing=False)
    wanted = _differences(plan, rows) if mode == "count" else plan.units
    kind = Movement.RECEIVE if mode == "receive" else Movement.CORRECT
    source = Source(kind="import", id=source_id, key=f"import {source_id}")
    booked: list[dict[str, int]] = []
    for warehouse_id in sorted({warehouse_id for _, warehouse_id in wanted}):
        moves = [
            (sku_id, Counter.ON_HAND, units)
            for (sku_id, place), units in wanted.items()
            if place == warehouse_id and units
        ]
        ensure_levels(warehouse_id, [sku_id for sku_id, _, _ in moves])
        booked += book(warehouse_id, moves, why=Why(kind=kind, reason=mode), source=source)
    _tell(row["sku_id"] for row in booked)
    return {
        "levels": len(booked),
        "units": sum(row["on_hand"] for row in booked),
        "skus": made,
    }


def refused(problems: Sequence[tuple[int, str, str]]) -> ListRefused:
    """The refusal that names all problems, the first of them in its sentence."""
    row, column, fix = problems[0]
    shown = [{"row": r, "column": c, "fix": f} for r, c, f in problems[:SHOWN]]
    return ListRefused(
        field="file", count=len(problems), row=row, column=column or "row", fix=fix, problems=shown
    )


def _planned(rows: Sequence[ListRow], mode: str, *, create_missing: bool) -> Plan:
    if mode not in MODES:
        raise BadValue(field="mode", fix=f"Choose one of {', '.join(MODES)}.")
    plan = Plan()
    known = skus_by_code({row.sku for row in rows})
    skus = {code: sku.pk for code, sku in known.items()}
    seen = Warehouse.objects.visible_to(current_actor()).active()
    places = dict(seen.values_list("code", "pk"))
    first: dict[tuple[int | str, str], int] = {}
    new: dict[str, ListRow] = {}
    for row in rows:
        if row.warehouse not in places:
            plan.problems.append((row.row, "warehouse", f"There is no warehouse {row.warehouse}."))
        if row.sku not in skus:
            _plan_new(row, plan, new, create_missing=create_missing)
        pair = (skus.get(row.sku, row.sku), row.warehouse)  # the old code of a merged one, too
        if pair in first and mode == "count":
            fix = f"It is counted in row {first[pair]} already."
            plan.problems.append((row.row, "sku", fix))
        first.setdefault(pair, row.row)
        if row.sku in skus and row.warehouse in places:
            key = (skus[row.sku], places[row.warehouse])
            plan.units[key] = plan.units.get(key, 0) + row.units
            plan.places[row.sku, row.warehouse] = key
    plan.made.extend(new.values())
    plan.problems.extend(_archived(rows, known))
    plan.problems.extend(_taken_barcodes(plan.made))
    plan.problems.extend(_unclear_codes(plan.made))
    if mode == "count":
        plan.problems.extend(_below_promised(plan.units, first, places))
        plan.problems.extend(_moved(plan, rows, _on_hand(plan.units)))
    return plan


def _plan_new(row: ListRow, plan: Plan, new: dict[str, ListRow], *, create_missing: bool) -> None:
    if not create_missing:
        fix = f"There is no SKU {row.sku}; create it first, or let missing ones be created."
        plan.problems.append((row.row, "sku", fix))
    elif row.sku not in new and not row.master.get("title"):
        plan.problems.append((row.row, "title", f"{row.sku} is new: give it a title."))
    else:
        new.setdefault(row.sku, row)
        if row.master.get("un_number") and not row.master.get("hazard_class"):
            fix = "Say which class goods of that UN number are of."
            plan.problems.append((row.row, "hazard_class", fix))


def _archived(rows: Iterable[ListRow], known: Mapping[str, Sku]) -> list[tuple[int, str, str]]:
    away = {code for code, sku in known.items() if sku.archived_at is not None}
    fix = "It is archived; bring it back first."
    return [(row.row, "sku", fix) for row in rows if row.sku in away]


def _taken_barcodes(made: Iterable[ListRow]) -> list[tuple[int, str, str]]:
    wanted: dict[str, int] = {}
    problems = []
    for row in made:
        key = key_of(row.master.get("barcode") or "")
        if key and key in wanted:
            problems.append((row.row, "barcode", f"Row {wanted[key]} has it, too."))
        elif key:
            wanted[key] = row.row
    taken = Barcode.objects.filter(key__in=wanted).values_list("key", "sku__code")
    fix = "{} has it already; give another."
    problems += [(wanted[key], "barcode", fix.format(code)) for key, code in taken]
    return problems


def _unclear_codes(made: Iterable[ListRow]) -> list[tuple[int, str, str]]:
    """New codes that scanners know as a barcode of another SKU, and barcodes that are its code."""
    keys = {key_of(row.sku): row for row in made}
    held = Barcode.objects.filter(key__in=keys).values_list("key", "sku__code")
    texts = {row.master.get("barcode") or "": row for row in keys.values()}
    coded = Sku.objects.filter(code__in=[text for text in texts if text])
    fix = "It is a barcode of {}; give another."
    found = [(keys[key].row, "sku", fix.format(code)) for key, code in held]
    fix = "It is the code of another SKU; give another."
    return found + [(texts[sku.code].row, "barcode", fix) for sku in coded]


def _below_promised(
    units: Mapping[tuple[int, int], int],
    first: Mapping[tuple[int | str, str], int],
    places: Mapping[str, int],
) -> list[tuple[int, str, str]]:
    """Counts of less than is promised: orders would have to lose theirs first."""
    rows = {(sku_id, places.get(place)): number for (sku_id, place), number in first.items()}
    promised = StockLevel.objects.filter(
        sku_id__in={sku_id for sku_id, _ in units},
        warehouse_id__in={place for _, place in units},
        allocated__gt=0,
    )
    return [
        (rows[key], "units", f"{allocated} are promised; count them, or give promises back first.")
        for sku_id, place, allocated in promised.values_list("sku_id", "warehouse_id", "allocated")
        if units.get(key := (sku_id, place), allocated) < allocated
    ]


def _differences(plan: Plan, rows: Sequence[ListRow]) -> dict[tuple[int, int], int]:
    """The signed differences to what is on hand, under lock until the operation ends."""
    units = plan.units
    for warehouse_id in sorted({place for _, place in units}):
        ensure_levels(warehouse_id, [sku for sku, place in units if place == warehouse_id])
    lock_levels({sku for sku, _ in units}, {place for _, place in units})
    there = _on_hand(units)
    if moved := _moved(plan, rows, there):
        raise refused(moved)
    return {key: wanted - there[key] for key, wanted in units.items()}


def _on_hand(units: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    keys = list(units)
    levels = StockLevel.objects.filter(
        sku_id__in={sku_id for sku_id, _ in keys}, warehouse_id__in={place for _, place in keys}
    )
    return {
        (sku_id, place): on_hand
        for sku_id, place, on_hand in levels.values_list("sku_id", "warehouse_id", "on_hand")
    }


def _moved(
    plan: Plan, rows: Sequence[ListRow], there: Mapping[tuple[int, int], int]
) -> list[tuple[int, str, str]]:
    """Counts that expected something else on hand than there is: stock has moved since."""
    problems = []
    for row in rows:
        key = plan.places.get((row.sku, row.warehouse))
        if row.expected is None or key is None or there.get(key, 0) == row.expected:
            continue
        fix = f"{there.get(key, 0)} are on hand by now, not {row.expected}; count again."
        problems.append((row.row, "expected", fix))
    return problems


def _make_skus(rows: Sequence[ListRow]) -> None:
    products = Product.objects.bulk_create(
        [Product(title=row.master["title"]) for row in rows], batch_size=1000
    )
    currency = settings.COMPANY_CURRENCY
    made = Sku.objects.bulk_create(
        [
            Sku(
                **({"currency": currency} | cleaned(row.master, SKU_RULES)),
                code=row.sku,
                product=product,
            )
            for row, product in zip(rows, products, strict=True)
        ],
        batch_size=1000,
    )
    coded = [as_row(sku, sku.barcode) for sku in made if sku.barcode]
    Barcode.objects.bulk_create(coded, batch_size=1000)


def _tell(sku_ids: Iterable[int]) -> None:
    changed = sorted(set(sku_ids))
    for start in range(0, len(changed), 1000):
        publish(StockChanged(sku_ids=changed[start : start + 1000], why="imported"))
