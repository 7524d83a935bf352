"""Unit costs from a file, each change with its line in the ledger."""

from collections.abc import Sequence

from core.operations import operation
from inventory.models import Sku
from inventory.operations.catalog.costs import note_costs
from inventory.operations.exchange.plan import (
    CHANGED,
    UNCHANGED,
    FilePlan,
    Outcome,
    Row,
    repeated,
    shown,
    tell,
)
from inventory.operations.exchange.products import save_skus


@operation(permission="inventory.import_costs")
def plan_costs(rows: Sequence[Row], *, locked: bool = False) -> FilePlan:
    """Say which unit costs the file would change. `locked`: the SKUs stay so till the end."""
    found = Sku.objects.filter(code__in=[row.values["sku"] for row in rows]).order_by("id")
    if locked:
        found = found.select_for_update(no_key=True)
    known = {sku.code: sku for sku in found}
    plan = FilePlan()
    plan.problems += repeated(rows, lambda r: r.values["sku"], "sku", "Row {row} has it, too.")
    for row in rows:
        code = row.values["sku"]
        if code not in known:
            plan.problems.append((row.row, "sku", f"There is no SKU {code}."))
            continue
        _plan_row(plan, row, known[code])
    plan.settle()
    return plan


def _plan_row(plan: FilePlan, row: Row, sku: Sku) -> None:
    changes = {
        name: (shown(getattr(sku, name)), shown(row.values[name]))
        for name in ("unit_cost", "currency")
        if name in row.values and getattr(sku, name) != row.values[name]
    }
    if "currency" in changes and "unit_cost" not in row.values:
        plan.problems.append((row.row, "unit_cost", "Another currency: give the cost in it."))
    if "currency" in changes and sku.unit_price is not None:
        fix = f"The price of {sku.code} is in {sku.currency}; change both on its page."
        plan.problems.append((row.row, "currency", fix))
    what = CHANGED if changes else UNCHANGED
    plan.outcomes.append(Outcome(row.row, sku.code, what, changes, data=(row, sku)))


@operation(permission="inventory.import_costs")
def write_costs(plan: FilePlan, *, batch_id: int, reason: str = "") -> None:
    """Do what a locked plan says. Publishes skus.imported."""
    changed = [one for one in plan.outcomes if one.what == CHANGED]
    before = [(one.data[1], (one.data[1].unit_cost, one.data[1].currency)) for one in changed]
    for one in changed:
        for name in one.changes:
            setattr(one.data[1], name, one.data[0].values[name])
    save_skus([sku for sku, _ in before], {"unit_cost", "currency"})
    note_costs(before, reason=reason, batch_id=batch_id)
    tell([sku.pk for sku, _ in before], "set the cost of")
