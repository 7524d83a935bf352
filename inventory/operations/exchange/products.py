"""Products and SKUs from a file: made and changed set by set."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q

from core import clock
from core.events import publish
from core.operations import operation
from inventory.events import StockChanged
from inventory.models import Product, Sku, StockLevel
from inventory.operations.catalog.costs import CostBefore, note_costs
from inventory.operations.exchange.plan import (
    CHANGED,
    NEW,
    UNCHANGED,
    FilePlan,
    Outcome,
    Row,
    repeated,
    shown,
    tell,
)

ON_PRODUCT = {"product_title": "title", "category": "category", "description": "description"}
CHUNK = 1000


@operation(permission="inventory.import_products")
def plan_products(rows: Sequence[Row], *, locked: bool = False) -> FilePlan:
    """Say what the file would make and change. `locked`: the SKUs stay so till the end."""
    known = _known([row.values["sku"] for row in rows], locked=locked)
    plan = FilePlan()
    plan.problems += repeated(rows, lambda r: r.values["sku"], "sku", "Row {row} has it, too.")
    for row in rows:
        _plan_row(plan, row, known.get(row.values["sku"]))
    plan.problems += _other_products(rows, known)
    plan.problems += _disagreeing(rows, known)
    plan.problems += _stocked(plan.outcomes)
    plan.problems += repeated(
        rows, lambda r: r.values.get("barcode"), "barcode", "Row {row} has it, too."
    )
    plan.settle()
    while taken := _taken_barcodes(plan.outcomes):  # a refused row keeps its barcode
        plan.problems += taken
        plan.settle()
    return plan


@operation(permission="inventory.import_products")
def write_products(plan: FilePlan, *, batch_id: int) -> None:
    """Do what a locked plan says. Publishes skus.imported, and stock.changed for (un)sold ones."""
    made = [one for one in plan.outcomes if one.what == NEW]
    changed = [one for one in plan.outcomes if one.what == CHANGED]
    made_ids, late = _make(made, _given_up(changed))
    tell(_change(changed, batch_id), "changed")
    save_skus(late, {"barcode"})  # one that a changed SKU had is free only now
    tell(made_ids, "created")


def _known(codes: list[str], *, locked: bool) -> dict[str, Sku]:
    found = Sku.objects.filter(code__in=codes).select_related("product").order_by("id")
    if locked:
        found = found.select_for_update(no_key=True, of=("self",))
    return {sku.code: sku for sku in found}


def _plan_row(plan: FilePlan, row: Row, sku: Sku | None) -> None:
    code = row.values["sku"]
    given = {name: value for name, value in row.values.items() if name not in {"sku", "product_id"}}
    if sku is None:
        if not given.get("title"):
            plan.problems.append((row.row, "title", f"{code} is new: give it a title."))
        changes = {name: ("", shown(value)) for name, value in given.items() if shown(value)}
        plan.outcomes.append(Outcome(row.row, code, NEW, changes, data=(row, None)))
        return
    changes = {}
    for name, value in given.items():
        there = _there(sku, name)
        if there != value:
            changes[name] = (shown(there), shown(value))
    what = CHANGED if changes else UNCHANGED
    plan.outcomes.append(Outcome(row.row, code, what, changes, data=(row, sku)))


def _there(sku: Sku, name: str) -> Any:
    if name in ON_PRODUCT:
        return getattr(sku.product, ON_PRODUCT[name])
    return getattr(sku, name)


def _other_products(rows: Sequence[Row], known: dict[str, Sku]) -> list[tuple[int, str, str]]:
    """Products that are not there; SKUs stay with the product that they are of."""
    wanted = {row.values["product_id"] for row in rows if row.values.get("product_id")}
    there = set(Product.objects.filter(public_id__in=wanted).values_list("public_id", flat=True))
    problems = []
    for row in rows:
        name, sku = row.values.get("product_id"), known.get(row.values["sku"])
        if name and name not in there:
            problems.append((row.row, "product_id", f"There is no product {name}."))
        elif name and sku is not None and sku.product.public_id != name:
            fix = f"{sku.code} is of product {sku.product.public_id}; a file does not move it."
            problems.append((row.row, "product_id", fix))
    return problems


def _disagreeing(rows: Sequence[Row], known: dict[str, Sku]) -> list[tuple[int, str, str]]:
    """Rows of one product that say different things of it."""
    first: dict[tuple[Any, str], tuple[int, Any]] = {}
    problems = []
    for row in rows:
        sku = known.get(row.values["sku"])
        product = sku.product.public_id if sku else _group(row)
        if product == "new":
            continue
        for name in ON_PRODUCT:
            if name not in row.values:
                continue
            number, value = first.setdefault((product, name), (row.row, row.values[name]))
            if value != row.values[name]:
                fix = f"Row {number} says “{str(value)[:60]}”; rows of one product must agree."
                problems.append((row.row, name, fix))
    return problems


def _group(row: Row) -> str:
    """What rows of new SKUs share when they are of one product."""
    return row.values.get("product_id") or f"new {row.values.get('product_title') or ''}".strip()


def _stocked(outcomes: list[Outcome]) -> list[tuple[int, str, str]]:
    ending = {
        one.data[1].pk: one for one in outcomes if one.data[1] and one.changes.get("active")
        and one.data[0].values["active"] is False
    }  # fmt: skip
    full = StockLevel.objects.filter(sku_id__in=ending).filter(
        Q(on_hand__gt=0) | Q(quarantine__gt=0) | Q(incoming__gt=0)
    )
    fix = "There is stock of it; it can end when that is gone."
    found = set(full.values_list("sku_id", flat=True))
    return [(ending[sku_id].row, "active", fix) for sku_id in sorted(found)]


def _taken_barcodes(outcomes: list[Outcome]) -> list[tuple[int, str, str]]:
    """Barcodes that another SKU keeps: one that the file leaves, or leaves as it is."""
    wanted = {
        one.data[0].values["barcode"]: one for one in outcomes
        if "barcode" in one.changes and one.data[0].values["barcode"]
    }  # fmt: skip
    giving = {one.data[1].pk for one in outcomes if one.data[1] and "barcode" in one.changes}
    taken = Sku.objects.filter(barcode__in=list(wanted)).exclude(pk__in=giving)
    return [
        (wanted[barcode or ""].row, "barcode", f"{code} has it already; give another.")
        for barcode, code in taken.values_list("barcode", "code")
    ]


def _make(outcomes: list[Outcome], given_up: set[str]) -> tuple[list[int], list[Sku]]:
    """Make them; return their ids, and those that get their barcode when it has become free."""
    products = _products_of([one.data[0] for one in outcomes])
    skus = []
    for one, product in zip(outcomes, products, strict=True):
        row = one.data[0]
        given = {
            name: value for name, value in row.values.items()
            if name not in {"sku", "product_id", *ON_PRODUCT}
        }  # fmt: skip
        fields = {"currency": settings.COMPANY_CURRENCY} | given
        skus.append(Sku(code=one.key, product=product, **fields))
    late = {sku.code: sku.barcode for sku in skus if sku.barcode in given_up}
    for sku in skus:
        sku.barcode = None if sku.code in late else sku.barcode
    Sku.objects.bulk_create(skus, batch_size=CHUNK)
    waiting = [sku for sku in skus if sku.code in late]
    for sku in waiting:
        sku.barcode = late[sku.code]
    return [sku.pk for sku in skus], waiting


def _given_up(changed: list[Outcome]) -> set[str]:
    """Barcodes that SKUs have until this file changes them."""
    return {one.changes["barcode"][0] for one in changed if "barcode" in one.changes}


def _products_of(rows: list[Any]) -> list[Product]:
    wanted = {row.values["product_id"] for row in rows if row.values.get("product_id")}
    found: dict[str, Product] = {
        product.public_id: product for product in Product.objects.filter(public_id__in=wanted)
    }
    made: list[Product] = []
    products = []
    for row in rows:
        group = _group(row)
        product = found.get(group) if group != "new" else None
        if product is None:
            fields = {to: row.values[name] for name, to in ON_PRODUCT.items() if name in row.values}
            product = Product(**{**fields, "title": fields.get("title") or row.values["title"]})
            made.append(product)
            if group != "new":
                found[group] = product
        products.append(product)
    Product.objects.bulk_create(made, batch_size=CHUNK)
    return products


def _change(outcomes: list[Outcome], batch_id: int) -> list[int]:
    skus: list[Sku] = []
    products: dict[int, Product] = {}
    costs: list[tuple[Sku, CostBefore]] = []
    sold: list[int] = []
    for one in outcomes:
        row, sku = one.data
        costs.append((sku, (sku.unit_cost, sku.currency)))
        for name in one.changes:
            if name in ON_PRODUCT:
                product = products.setdefault(sku.product_id, sku.product)
                setattr(product, ON_PRODUCT[name], row.values[name])
            else:
                setattr(sku, name, row.values[name])
        if set(one.changes) - set(ON_PRODUCT):
            skus.append(sku)
        if "active" in one.changes:
            sold.append(sku.pk)
    save_skus(skus, {name for one in outcomes for name in one.changes} - set(ON_PRODUCT))
    _save_products(products)
    note_costs(costs, reason="products from a file", batch_id=batch_id)
    for start in range(0, len(sold), CHUNK):
        publish(StockChanged(sku_ids=sold[start : start + CHUNK], why="sold or not, by a file"))
    return [one.data[1].pk for one in outcomes]


def save_skus(skus: list[Sku], names: set[str]) -> None:
    """Write these fields of locked SKUs, set by set."""
    if not skus or not names:
        return
    if "barcode" in names:  # two may change theirs with each other
        Sku.objects.filter(pk__in=[sku.pk for sku in skus]).update(barcode=None)
    now = clock.now()
    for sku in skus:
        sku.updated_at = now
    Sku.objects.bulk_create(  # ON CONFLICT DO UPDATE: one statement for a thousand rows
        skus, batch_size=CHUNK, update_conflicts=True, unique_fields=["id"],
        update_fields=[*sorted(names), "updated_at"],
    )  # fmt: skip


def _save_products(products: dict[int, Product]) -> None:
    if products:
        Product.objects.bulk_create(
            [products[key] for key in sorted(products)], batch_size=CHUNK, update_conflicts=True,
            unique_fields=["id"], update_fields=sorted(ON_PRODUCT.values()),
        )  # fmt: skip
