"""Products and SKUs from a file: made and changed set by set."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from core import clock
from core.operations import operation
from inventory.models import Product, Sku
from inventory.models.barcodes import key_of
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.costs import CostBefore, note_costs
from inventory.operations.catalog.needs import all_needs
from inventory.operations.exchange.barcodes import barcode_problems, write_barcodes
from inventory.operations.exchange.plan import (
    CHANGED,
    NEW,
    UNCHANGED,
    FilePlan,
    Outcome,
    Problem,
    Row,
    repeated,
    shown,
    tell,
)

ON_PRODUCT = {"product_title": "title", "category": "category", "description": "description"}
APART = {*ON_PRODUCT, "active"}
CHUNK, MOST_AWAY = 1000, 500


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
    plan.problems += _needed(plan.outcomes)
    plan.problems += repeated(
        rows, lambda r: key_of(r.values.get("barcode") or ""), "barcode", "Row {row} has it, too."
    )
    plan.settle()
    while taken := barcode_problems(plan.outcomes):  # a refused row keeps its barcode
        plan.problems += taken
        plan.settle()
    return plan


@operation(permission="inventory.import_products")
def write_products(plan: FilePlan, *, batch_id: int) -> None:
    """Do what a locked plan says. Publishes skus.imported, and what archiving publishes."""
    made = [one for one in plan.outcomes if one.what == NEW]
    changed = [one for one in plan.outcomes if one.what == CHANGED]
    made_ids, late = _make(made, _given_up(changed))
    tell(_change(changed, batch_id), "changed")
    save_skus(late, {"barcode"})  # one that a changed SKU had is free only now
    write_barcodes(plan.outcomes)
    for one in changed:
        if "active" in one.changes:
            act = restore_sku if one.data[0].values["active"] else archive_sku
            act(one.data[1].pk)
    tell(made_ids, "created")


def _known(codes: list[str], *, locked: bool) -> dict[str, Sku]:
    found = (
        Sku.objects.filter(code__in=codes).select_related("product", "merged_into").order_by("id")
    )
    if locked:
        found = found.select_for_update(no_key=True, of=("self",))
    return {sku.code: sku for sku in found}


def _plan_row(plan: FilePlan, row: Row, sku: Sku | None) -> None:
    code = row.values["sku"]
    plan.problems += _unclassed(row, sku)
    if sku is not None and sku.merged_into_id is not None:
        plan.problems.append((row.row, "sku", f"{code} went up in {sku.merged_into}; name that."))
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


def _needed(outcomes: list[Outcome]) -> list[Problem]:
    """SKUs that the file puts away although something still needs them."""
    ending = [
        one for one in outcomes
        if one.data[1] and one.changes.get("active") and one.data[0].values["active"] is False
    ]  # fmt: skip
    fix = f"A file puts away {MOST_AWAY} SKUs at most; leave the others for another one."
    problems = [(one.row, "active", fix) for one in ending[MOST_AWAY:]]
    asked = [(one, all_needs(one.data[1])) for one in ending[:MOST_AWAY]]
    return problems + [
        (one.row, "active", f"It is still needed: {'; '.join(needs)}.")
        for one, needs in asked
        if needs
    ]


def _unclassed(row: Row, sku: Sku | None) -> list[Problem]:
    """A UN number without its class."""
    number, kind = (
        row.values.get(name, getattr(sku, name, "")) for name in ("un_number", "hazard_class")
    )
    fix = "Say which class goods of that UN number are of."
    return [(row.row, "hazard_class", fix)] if number and not kind else []


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
        if fields.get("active") is False:
            fields["archived_at"] = clock.now()
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
    for one in outcomes:
        row, sku = one.data
        costs.append((sku, (sku.unit_cost, sku.currency)))
        for name in one.changes:
            if name in ON_PRODUCT:
                product = products.setdefault(sku.product_id, sku.product)
                setattr(product, ON_PRODUCT[name], row.values[name])
            elif name != "active":  # an operation of its own
                setattr(sku, name, row.values[name])
        if set(one.changes) - APART:
            skus.append(sku)
    save_skus(skus, {name for one in outcomes for name in one.changes} - APART)
    _save_products(products)
    note_costs(costs, reason="products from a file", batch_id=batch_id)
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
