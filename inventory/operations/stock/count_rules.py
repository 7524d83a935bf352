"""What is counted by itself: rules per warehouse, and the counts that they start."""

from datetime import timedelta

from core import clock
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from core.statements import run_sql
from inventory.events import CountRuleChanged
from inventory.models import CountRule, StockCount, Warehouse
from inventory.operations.stock.counts import MOST_LINES, start_count
from inventory.states import NOT_FOUND, CountWhy

MOST_DAYS = 3650
SOLD_DAYS = timedelta(days=90)  # what sells most: those that make 80 % of the units in these days
BY_RULE = [  # the most pressing first: what one has started is on no second count
    CountWhy.NOT_FOUND, CountWhy.ACCURACY, CountWhy.TURNOVER, CountWhy.PERIOD,
]  # fmt: skip


@operation(permission="inventory.change_countrule")
def set_count_rule(
    warehouse_id: int, *, why: str, days: int, most: int = 25, active: bool = True
) -> CountRule:
    """Say what a warehouse counts by itself; one rule of a kind, the same again changes nothing.

    Raises NotThere, BadValue. Publishes count_rule.changed.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    if not Warehouse.objects.filter(pk=warehouse_id).exists():
        raise NotThere(kind="warehouse", field="warehouse")
    if why not in BY_RULE:
        raise BadValue(field="why", fix=f"One of: {', '.join(BY_RULE)}.")
    if not 1 <= days <= MOST_DAYS:
        raise BadValue(field="days", fix=f"Give 1 to {MOST_DAYS:,} days.")
    if not 1 <= most <= MOST_LINES:
        raise BadValue(field="most", fix=f"Give 1 to {MOST_LINES:,} SKUs.")
    CountRule.objects.bulk_create(
        [CountRule(warehouse_id=warehouse_id, why=why, days=days, most=most, active=active)],
        ignore_conflicts=True,
    )
    rule = lock(CountRule, CountRule.objects.get(warehouse_id=warehouse_id, why=why).pk)
    rule.days, rule.most, rule.active = days, most, active
    rule.save()
    publish(CountRuleChanged(count_rule_id=rule.pk, warehouse_id=warehouse_id))
    return rule


@operation(permission="inventory.start_count")
def start_due_counts(warehouse_id: int) -> list[StockCount]:
    """Start what the rules of a warehouse ask for now; a rule whose count is open waits for it.

    Harmless to repeat: what is on a count is on no second one. Publishes count.started.
    """
    require_reach("warehouse", warehouse_id=warehouse_id)
    place = lock(Warehouse, warehouse_id)  # two who plan at once would count everything twice
    busy = set(StockCount.objects.open().filter(warehouse=place).values_list("why", flat=True))
    rules = CountRule.objects.filter(warehouse=place, active=True).exclude(why__in=busy)
    if not place.active:
        return []
    started = [_start(rule) for rule in sorted(rules, key=lambda rule: BY_RULE.index(rule.why))]
    return [count for count in started if count is not None]


def _start(rule: CountRule) -> StockCount | None:
    skus = _due(rule)
    return start_count(rule.warehouse_id, sku_ids=skus, why=CountWhy(rule.why)) if skus else None


def _due(rule: CountRule) -> list[int]:
    rows = run_sql(
        "inventory/to_count",
        warehouse_id=rule.warehouse_id,
        why=rule.why,
        since=clock.now() - timedelta(days=rule.days),
        sold_since=clock.now() - SOLD_DAYS,
        not_found=NOT_FOUND,
        most=rule.most,
    )
    return [row["sku_id"] for row in rows]
