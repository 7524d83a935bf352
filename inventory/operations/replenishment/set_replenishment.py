"""Say how a SKU is bought: service level, lead time, packs, method."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from inventory.events import ReplenishmentChanged
from inventory.models import Replenishment, ReplenishmentRule, Sku
from inventory.operations.catalog import fields
from inventory.operations.replenishment.decide import decide_points, rule_of
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import ForecastMethod

MOST_DAYS = 730


def _needed(rule: fields.Clean) -> fields.Clean:
    def clean(field: str, value: Any) -> Any:
        if value in (None, ""):
            raise BadValue(field=field, fix="Fill it in.")
        return rule(field, value)

    return clean


def _service(field: str, value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
        good = 50 <= number <= Decimal("99.5") and number == number.quantize(Decimal("0.1"))
    except InvalidOperation:
        good = False
    if not good:
        raise BadValue(field=field, fix="Give a percentage from 50 to 99.5, one decimal at most.")
    return number


def _method(field: str, value: Any) -> str:
    if value not in ForecastMethod.values:
        raise BadValue(field=field, fix=f"Choose one of {', '.join(ForecastMethod.values)}.")
    return str(value)


RULES: dict[str, fields.Clean] = {
    "service_percent": _needed(_service),
    "method": _needed(_method),
    "lead_days": _needed(fields.whole(1, MOST_DAYS)),
    "lead_spread_days": _needed(fields.whole(0, 365)),
    "cover_days": _needed(fields.whole(1, MOST_DAYS)),
    "minimum_units": _needed(fields.whole(1, MOST_UNITS)),
    "pack_units": _needed(fields.whole(1, MOST_UNITS)),
}


@operation(permission="inventory.set_replenishment")
def set_replenishment(sku_id: int, changes: Mapping[str, Any]) -> ReplenishmentRule:
    """Change how a SKU is bought; its reorder points follow at once, in every warehouse.

    `changes` takes the fields of RULES; another method takes effect with the next forecast.
    Raises BadValue for what will not do. Publishes replenishment.changed.
    """
    sku = lock(Sku, sku_id)
    clean = fields.cleaned(changes, RULES)
    rule = rule_of(sku)
    changed = {name: value for name, value in clean.items() if getattr(rule, name) != value}
    if not changed:
        return rule
    said = ", ".join(
        f"{name.replace('_', ' ')} {getattr(rule, name)} → {value}"
        for name, value in changed.items()
    )
    rule.version += 1 if rule.pk else 0
    for name, value in changed.items():
        setattr(rule, name, value)
    rule.save()
    publish(ReplenishmentChanged(sku_id=sku.pk, changes=said, method_changed="method" in changed))
    decide_points(Replenishment.objects.filter(level__sku=sku).values_list("level_id", flat=True))
    return rule
