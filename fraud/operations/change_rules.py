"""Change what counts as risk; every change is kept, with who, when and why."""

from typing import Any

from core.events import publish
from core.operations import lock, operation
from fraud.errors import BadRule, ReasonNeeded, ThresholdsCross
from fraud.events import RiskPolicyChanged, RiskRuleChanged
from fraud.models import RiskPolicy, RiskRule
from fraud.rules import RULES

THRESHOLDS = ("review_from", "decline_from", "velocity_hours", "link_days")


@operation(permission="fraud.change_riskrule")
def change_rule(
    rule_id: int,
    *,
    points: int | None = None,
    params: dict[str, Any] | None = None,
    active: bool | None = None,
    note: str,
) -> RiskRule:
    """Change points, parameters or whether a rule is in force; orders scored later use it.

    `points` are -100..100; `params` must have the rule's own names and kinds of value.
    Raises NotThere, ReasonNeeded, BadRule. Publishes risk_rule.changed.
    """
    rule = lock(RiskRule, rule_id)
    wanted = {"points": points, "params": params, "active": active}
    given = {name: value for name, value in wanted.items() if value is not None}
    _must_make_sense(rule, given, note)
    before = {name: getattr(rule, name) for name in given}
    changed = {name: value for name, value in given.items() if value != before[name]}
    if not changed:
        return rule
    for name, value in changed.items():
        setattr(rule, name, value)
    rule.version += 1
    rule.save()
    publish(
        RiskRuleChanged(
            riskrule_id=rule.pk, code=rule.code, before={name: before[name] for name in changed},
            after=changed, policy_version=_next_version().version, note=note.strip()[:300],
        )
    )  # fmt: skip
    return rule


@operation(permission="fraud.change_riskpolicy")
def change_thresholds(*, note: str, **thresholds: int) -> RiskPolicy:
    """Change from how many points orders are reviewed and declined, or how far back it looks.

    `review_from`, `decline_from` (points), `velocity_hours`, `link_days`: those that are
    given. Raises ReasonNeeded, ThresholdsCross, BadRule. Publishes risk_policy.changed.
    """
    policy = lock(RiskPolicy, 1)
    if not note.strip():
        raise ReasonNeeded(field="note")
    for name, value in thresholds.items():
        if name not in THRESHOLDS or not 1 <= value <= 1000:
            raise BadRule(field=name, fix="Send a whole number from 1 to 1000.")
    before = {name: getattr(policy, name) for name in thresholds}
    changed = {name: value for name, value in thresholds.items() if value != before[name]}
    for name, value in changed.items():
        setattr(policy, name, value)
    if not 0 < policy.review_from < policy.decline_from:
        raise ThresholdsCross(field="review_from", decline_from=policy.decline_from)
    if changed:
        policy.version += 1
        policy.save()
        publish(
            RiskPolicyChanged(
                riskpolicy_id=policy.pk, before={name: before[name] for name in changed},
                after=changed, policy_version=policy.version, note=note.strip()[:300],
            )
        )  # fmt: skip
    return policy


def _next_version() -> RiskPolicy:
    """Rules and thresholds count changes together: a score names one number."""
    policy = lock(RiskPolicy, 1)
    policy.version += 1
    policy.save(update_fields=["version", "updated_at"])
    return policy


def _must_make_sense(rule: RiskRule, given: dict[str, Any], note: str) -> None:
    if not note.strip():
        raise ReasonNeeded(field="note")
    if not -100 <= given.get("points", 0) <= 100:
        raise BadRule(field="points", fix="Send a whole number from -100 to 100.")
    known = RULES[rule.code].params if rule.code in RULES else {}
    for name, value in given.get("params", {}).items():
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            raise BadRule(field="params", fix=f"This rule takes: {names}.")
        if not _alike(value, known[name]):
            raise BadRule(field="params", fix=f"{name} must look like {known[name]!r}.")


def _alike(value: Any, example: Any) -> bool:
    if isinstance(example, list):
        return isinstance(value, list) and len(value) <= 500 and all(
            isinstance(item, str) and 0 < len(item) <= 100 for item in value
        )  # fmt: skip
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000
