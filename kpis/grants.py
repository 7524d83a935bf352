"""Who may see and steer by figures."""

from core.roles import STAFF, Role, grant

grant("kpis.view_metric", *STAFF, Role.INTEGRATION)
grant("kpis.view_rows", *(STAFF - {Role.PICKER}), Role.INTEGRATION)
grant("kpis.change_target", Role.MANAGER, Role.FINANCE, Role.ADMIN)
grant("kpis.view_target", *STAFF)
grant("kpis.roll_up", Role.ADMIN, Role.MANAGER)
grant("kpis.view_forecastrun", *STAFF, Role.INTEGRATION)
grant("kpis.run_forecast", Role.BUYER, Role.MANAGER, Role.INTEGRATION)
