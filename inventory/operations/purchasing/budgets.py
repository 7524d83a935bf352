"""Cost centers and their budgets by month."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from core.errors import BadValue
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from inventory.budget_use import Need, needs_of
from inventory.events import BudgetSet, CostCenterSaved
from inventory.models import Budget, CostCenter, PurchaseOrder, Warehouse
from inventory.operations.catalog import fields


def _warehouse(field: str, value: Any) -> Warehouse | None:
    """By its code, or none."""
    code = fields.text(16)(field, value)
    found = Warehouse.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise BadValue(field=field, fix=f"There is no warehouse {code}.")
    return found


CENTER_RULES: dict[str, fields.Clean] = {
    "code": fields.code(32),
    "name": fields.text(100, empty=False),
    "warehouse": _warehouse,
    "active": fields.yes_or_no,
}


@operation(permission="inventory.save_cost_center")
def save_cost_center(given: Mapping[str, Any], *, cost_center_id: int | None = None) -> CostCenter:
    """Add a cost center, or change what `given` names: the fields of CENTER_RULES.

    Orders that are there keep theirs. Raises BadValue, also for a code that is taken and for a
    warehouse that has another one. Publishes cost_center.saved.
    """
    center = CostCenter() if cost_center_id is None else lock(CostCenter, cost_center_id)
    clean = fields.cleaned(given, CENTER_RULES)
    for name in ("code", "name") if cost_center_id is None else ():
        if name not in clean:
            raise BadValue(field=name, fix="Fill it in.")
    for name, value in clean.items():
        setattr(center, name, value)
    others = CostCenter.objects.exclude(pk=center.pk)
    if others.filter(code=center.code).exists():
        raise BadValue(field="code", fix=f"{center.code} is taken; choose another code.")
    taken = others.filter(warehouse=center.warehouse).first() if center.warehouse else None
    if taken is not None:
        fix = f"{center.warehouse} has {taken}; take it away there first."
        raise BadValue(field="warehouse", fix=fix)
    center.save()
    publish(CostCenterSaved(cost_center_id=center.pk, code=center.code))
    return center


@operation(permission="inventory.set_budget")
def set_budget(cost_center_id: int, *, month: date, amount: Money | None) -> Budget | None:
    """Say how much may be bought in a month, in the company's currency; None: nothing is limited.

    What is approved already stays approved. Raises BadValue for another currency, a
    negative amount or a day that no month starts with. Publishes budget.set.
    """
    center = lock(CostCenter, cost_center_id)
    if month.day != 1:
        raise BadValue(field="month", fix="Give the first day of a month.")
    if amount is not None and (amount.currency != settings.COMPANY_CURRENCY or amount.minor < 0):
        raise BadValue(field="amount", fix=f"Give 0 or more in {settings.COMPANY_CURRENCY}.")
    budget = None
    if amount is None:
        Budget.objects.filter(cost_center=center, month=month).delete()
    else:
        budget, _ = Budget.objects.update_or_create(
            cost_center=center, month=month, defaults={"amount": amount}
        )
    said = "none" if amount is None else amount.shown()
    publish(BudgetSet(cost_center_id=center.pk, month=f"{month:%Y-%m}", amount=said))
    return budget


def cost_center_called(code: Any, *, field: str = "cost_center") -> CostCenter | None:
    """The one of that code that is in use; None for no code. Raises BadValue."""
    word = fields.text(32)(field, code)
    found = CostCenter.objects.filter(code=word, active=True).first() if word else None
    if word and found is None:
        raise BadValue(field=field, fix=f"There is no cost center {word} in use.")
    return found


def needs_decided_alone(order: PurchaseOrder) -> list[Need]:
    """What the order needs of its budgets, while nobody else approves for its cost center."""
    if order.cost_center_id is not None:
        CostCenter.objects.select_for_update(no_key=True).get(pk=order.cost_center_id)
    return needs_of(order)
