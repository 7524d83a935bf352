"""What happens to the risk of orders. Ids only; no personal data."""

from core.events import Event, event


@event("risk.assessed", "Risk scored {score}: {outcome}.")
class RiskAssessed(Event):
    """An order was scored, for the first time or again."""

    order_id: int
    orderrisk_id: int
    assessment_id: int
    score: int
    outcome: str


@event("risk.accepted", "Risk accepted: {reason}")
class RiskAccepted(Event):
    order_id: int
    orderrisk_id: int
    reason: str


@event("risk.rejected", "Risk rejected: {reason}")
class RiskRejected(Event):
    order_id: int
    orderrisk_id: int
    reason: str


@event("risk_rule.changed", "Rule {code} changed: {note}")
class RiskRuleChanged(Event):
    """`before` and `after` hold the fields that changed; the history of the rule."""

    riskrule_id: int
    code: str
    before: dict
    after: dict
    policy_version: int
    note: str


@event("risk_policy.changed", "Thresholds changed: {note}")
class RiskPolicyChanged(Event):
    """`before` and `after` hold the points from which orders are reviewed and declined."""

    riskpolicy_id: int
    before: dict
    after: dict
    policy_version: int
    note: str
