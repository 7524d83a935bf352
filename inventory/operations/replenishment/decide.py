"""Decide reorder points of stock levels by their forecasts and rules; each with its why."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from core.decisions import record_decisions
from inventory.models import Replenishment, ReplenishmentRule, Sku
from inventory.operations.replenishment.points import (
    Curves,
    Floats,
    demand_within,
    points_of,
    whole_units,
)

CHUNK = 2_000
STEADY = 0.05  # points that would move by less stay: nobody orders by a change of one in twenty
POLICY = "lead-time quantile 1"


def decide_points(level_ids: Iterable[int]) -> int:
    """Set the points of these levels; return how many changed. For use inside an operation.

    A point that moves by less than a twentieth stays as it is unless the rule has changed.
    """
    ids, changed = sorted(set(level_ids)), 0
    for start in range(0, len(ids), CHUNK):
        rows = Replenishment.objects.select_related("level__sku", "level__warehouse")
        some = rows.filter(level_id__in=ids[start : start + CHUNK]).order_by("level_id")
        changed += _decide(list(some))
    return changed


def _decide(rows: list[Replenishment]) -> int:
    if not rows:
        return 0
    shapes = {(tuple(row.horizons), tuple(row.levels)) for row in rows}
    changed = 0
    for horizons, levels in sorted(shapes):
        alike = [
            row for row in rows if (tuple(row.horizons), tuple(row.levels)) == (horizons, levels)
        ]
        curves = Curves(horizons, levels, np.array([row.quantiles for row in alike], dtype=float))
        changed += _decide_alike(alike, curves)
    return changed


def _decide_alike(rows: list[Replenishment], curves: Curves) -> int:
    own = ReplenishmentRule.objects.in_bulk({row.level.sku_id for row in rows}, field_name="sku_id")
    rules = [own.get(row.level.sku_id) or default_rule(row.level.sku_id) for row in rows]
    service = [float(rule.service_percent) / 100 for rule in rules]
    lead, spread = [rule.lead_days for rule in rules], [rule.lead_spread_days for rule in rules]
    until = points_of(curves, lead=lead, spread=spread, service=service)
    usual = demand_within(curves, np.array(lead, dtype=float))[:, _middle(curves.levels)]
    later = [days + rule.cover_days for days, rule in zip(lead, rules, strict=True)]
    cover = points_of(curves, lead=later, spread=spread, service=service)
    moved = []
    for place, (row, rule) in enumerate(zip(rows, rules, strict=True)):
        point = whole_units(float(until[place]))
        up_to = max(point, whole_units(float(cover[place])))
        version = rule.version if rule.pk else 0
        if row.sentence and version == row.rule_version and _is_steady(row, point, up_to):
            continue
        row.reorder_point, row.order_up_to, row.rule_version = point, up_to, version
        row.sentence = sentence_of(row.weekly_units, rule, point)
        moved.append((row, rule, float(usual[place])))
    _record(moved)
    return len(moved)


def default_rule(sku_id: int) -> ReplenishmentRule:
    """What a SKU without a rule of its own is bought by; not saved."""
    return ReplenishmentRule(sku_id=sku_id)


def rule_of(sku: Sku) -> ReplenishmentRule:
    """How the SKU is bought: by its own rule, else by the defaults."""
    return ReplenishmentRule.objects.filter(sku=sku).first() or default_rule(sku.pk)


def _middle(levels: Sequence[float]) -> int:
    return min(range(len(levels)), key=lambda place: abs(levels[place] - 0.5))


def _is_steady(row: Replenishment, point: int, up_to: int) -> bool:
    return all(
        abs(new - old) <= STEADY * old
        for new, old in ((point, row.reorder_point), (up_to, row.order_up_to))
    )


def sentence_of(weekly: float, rule: ReplenishmentRule, point: int) -> str:
    """The why, without what is there now: that changes by the minute."""
    sold = f"{weekly:,.0f}" if weekly >= 10 else f"{weekly:,.1f}".removesuffix(".0")
    cases = in_words(rule.service_percent)
    return (
        f"You sell {sold} a week; in the {rule.lead_days} days until a delivery up to {point:,} "
        f"are sold in {cases}"
    )


def in_words(percent: Decimal) -> str:
    """95 % as people say it: 19 cases out of 20."""
    share = Decimal(percent) / 100
    for of in (2, 3, 4, 5, 10, 20, 40, 50, 100, 200):
        if (share * of) % 1 == 0:
            return f"{int(share * of)} cases out of {of}"
    return f"{percent.normalize():f} % of cases"


def _record(moved: list[tuple[Replenishment, ReplenishmentRule, float]]) -> None:
    parts = [_part(row, rule, usual) for row, rule, usual in moved]
    decisions = record_decisions("inventory.reorder_point", policy=POLICY, parts=parts)
    for (row, _, _), decision in zip(moved, decisions, strict=True):
        row.decision = decision
    Replenishment.objects.bulk_create(  # all are there: an upsert is ten times a bulk_update
        [row for row, _, _ in moved],
        update_conflicts=True,
        unique_fields=["level"],
        update_fields=["reorder_point", "order_up_to", "sentence", "rule_version", "decision"],
    )


def _part(row: Replenishment, rule: ReplenishmentRule, usual: float) -> dict[str, Any]:
    """The decision beside its alternatives: what other service levels would ask for."""
    curves = Curves(row.horizons, row.levels, np.array([row.quantiles], dtype=float))
    until: Floats = demand_within(curves, np.array([rule.lead_days], dtype=float))[0]
    others = [
        {"key": f"{level:g}", "label": f"{level:.0%} at exactly {rule.lead_days} days",
         "facts": {"units": whole_units(float(units))}}
        for level, units in zip(row.levels, until, strict=True) if level >= 0.5
    ]  # fmt: skip
    chosen = {
        "key": "chosen", "label": f"{rule.service_percent:f} % with a lead time of "
        f"{rule.lead_days} ± {rule.lead_spread_days} days",
        "facts": {"units": row.reorder_point, "order_up_to": row.order_up_to},
    }  # fmt: skip
    return {
        "subject": f"sku:{row.level.sku_id}",
        "candidates": [chosen, *others],
        "chosen": "chosen",
        "sentence": f"{row.level.sku.code} in {row.level.warehouse.code}: {row.why}"[:500],
        "inputs": {
            "run": row.run, "method": row.method, "weekly_units": round(row.weekly_units, 2),
            "service_percent": str(rule.service_percent), "lead_days": rule.lead_days,
            "lead_spread_days": rule.lead_spread_days, "cover_days": rule.cover_days,
            "median_until_delivery": round(usual, 1), "on_hand": row.level.on_hand,
            "allocated": row.level.allocated, "incoming": row.level.incoming,
            "warehouse": row.level.warehouse.code,
        },
    }  # fmt: skip
