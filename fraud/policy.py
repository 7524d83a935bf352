"""Reference data: a row for each rule the code knows, and the thresholds."""

from fraud.models import RiskPolicy, RiskRule
from fraud.rules import RULES


def ensure_rules() -> None:
    """Add what is missing; what an administrator has edited stays as it is."""
    RiskPolicy.objects.get_or_create(pk=1)
    RiskRule.objects.bulk_create(
        [
            RiskRule(
                code=rule.code,
                title=rule.title,
                points=rule.points,
                params=rule.params,
                position=10 * place,
            )
            for place, rule in enumerate(RULES.values(), start=1)
        ],
        ignore_conflicts=True,
    )
