"""Who may use what core offers."""

from core.roles import STAFF, Role, grant

grant("core.view_today", *STAFF)
grant("core.view_batch", *STAFF, Role.INTEGRATION)
grant("core.retry_batch", *(STAFF - {Role.VIEWER}), Role.INTEGRATION)
grant("core.start_batch", *(STAFF - {Role.VIEWER}), Role.INTEGRATION)
grant("core.cancel_batch", *(STAFF - {Role.VIEWER}), Role.INTEGRATION)
grant("core.view_decision", *STAFF)
grant("core.view_approval", *STAFF)
grant("core.ask_approval", *(STAFF - {Role.VIEWER}), Role.INTEGRATION)
grant("core.decide_approval", Role.MANAGER, Role.FINANCE)
grant("core.view_workitem", *STAFF)
grant("core.open_workitem", Role.MANAGER)
grant("core.claim_workitem", *(STAFF - {Role.VIEWER}))
grant("core.assign_workitem", Role.MANAGER)
grant("core.view_notification", *STAFF)
grant("core.save_view", *STAFF)
grant("core.share_view", Role.MANAGER, Role.ADMIN)
grant("core.view_eventrecord", Role.MANAGER, Role.ADMIN, Role.INTEGRATION)
grant("core.view_job", Role.MANAGER, Role.ADMIN)
grant("core.retry_job", Role.MANAGER, Role.ADMIN)
grant("core.view_note", *STAFF, Role.INTEGRATION)
grant("core.add_note", *(STAFF - {Role.VIEWER}))
grant("core.view_settings", Role.MANAGER, Role.ADMIN)
grant("core.view_styleguide", *STAFF)
grant("core.make_token", *(STAFF - {Role.VIEWER, Role.PICKER}))
grant("core.view_api", *STAFF, Role.INTEGRATION)
for act in ("view", "add", "change", "delete"):
    for model in ("user", "apitoken", "webhookendpoint"):
        grant(f"core.{act}_{model}", Role.ADMIN)
grant("core.view_webhookdelivery", Role.ADMIN, Role.MANAGER)
grant("core.resend_webhook", Role.ADMIN, Role.MANAGER)
