"""Who may see and decide risk."""

from core.roles import STAFF, Role, grant

grant("fraud.view_orderrisk", *(STAFF - {Role.PICKER}), Role.INTEGRATION)
grant("fraud.decide_risk", Role.ANALYST, Role.MANAGER)
grant("fraud.assess_order", Role.ANALYST, Role.MANAGER)
grant("fraud.view_riskrule", Role.ANALYST, Role.MANAGER, Role.ADMIN, Role.VIEWER, Role.INTEGRATION)
grant("fraud.change_riskrule", Role.ANALYST, Role.MANAGER, Role.ADMIN)
grant(
    "fraud.view_riskpolicy", Role.ANALYST, Role.MANAGER, Role.ADMIN, Role.VIEWER, Role.INTEGRATION
)
grant("fraud.change_riskpolicy", Role.ANALYST, Role.MANAGER, Role.ADMIN)
