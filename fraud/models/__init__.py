"""Tables of fraud."""

from fraud.models.assessments import Assessment, OrderRisk, Trace
from fraud.models.policy import RiskPolicy, RiskRule

__all__ = ["Assessment", "OrderRisk", "RiskPolicy", "RiskRule", "Trace"]
