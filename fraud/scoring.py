"""From signals to a score, and from a score to an outcome: the same input, the same answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fraud.models import RiskPolicy, RiskRule
from fraud.rules import RULES
from fraud.states import Outcome


@dataclass(frozen=True)
class Score:
    """The points of one order, with everything that explains them."""

    points: int
    outcome: Outcome
    policy: str
    reasons: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    judged_by: dict[str, Any] = field(default_factory=dict)  # thresholds, and every rule asked

    @property
    def sentence(self) -> str:
        """The outcome and its heaviest reasons, in one line."""
        if not self.reasons:
            return f"{self.points} points: no rule applies."
        heaviest = sorted(self.reasons, key=lambda reason: -reason["points"])
        return f"{self.points} points: " + " ".join(r["sentence"] for r in heaviest[:3])


@dataclass(frozen=True)
class Policy:
    """Rules and thresholds as they are at one moment; read once for a whole batch."""

    thresholds: RiskPolicy
    rules: list[RiskRule]

    @classmethod
    def present(cls) -> "Policy":
        return cls(RiskPolicy.objects.get(pk=1), list(RiskRule.objects.in_force()))

    def outcome(self, points: int) -> Outcome:
        if points >= self.thresholds.decline_from:
            return Outcome.DECLINE
        return Outcome.REVIEW if points >= self.thresholds.review_from else Outcome.APPROVE

    def score(self, signals: Mapping[str, Any]) -> Score:
        """Ask every active rule. A rule whose signal is not known gives nothing, and is named."""
        reasons, unknown = _ask(self.rules, signals)
        points = max(0, sum(reason["points"] for reason in reasons))
        judged_by = {
            "review_from": self.thresholds.review_from,
            "decline_from": self.thresholds.decline_from,
            "rules": {row.code: row.points for row in self.rules if row.code in RULES},
        }
        return Score(
            points, self.outcome(points), str(self.thresholds), reasons, unknown, judged_by
        )


def _ask(
    rules: Iterable[RiskRule], signals: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[str]]:
    reasons, unknown = [], []
    for row in rules:
        known = RULES.get(row.code)
        if known is None:  # the row of a rule that this version no longer has
            continue
        if any(signals[name] is None for name in known.needs):
            unknown.append(row.code)
        elif found := known.look(signals, {**known.params, **row.params}):
            reasons.append(
                {
                    "code": row.code,
                    "title": row.title,
                    "points": row.points,
                    "sentence": found.sentence,
                    "value": found.value,
                }
            )
    return reasons, unknown
