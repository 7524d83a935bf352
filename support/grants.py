"""Who may use what customer service offers."""

from core.roles import STAFF, Role, grant

SEES_CUSTOMERS = STAFF - {Role.PICKER, Role.BUYER}

grant("support.view_case", *SEES_CUSTOMERS, Role.INTEGRATION)
grant("support.open_case", Role.AGENT, Role.MANAGER, Role.ANALYST, Role.INTEGRATION)
grant("support.assign_case", Role.AGENT, Role.MANAGER)
grant("support.reply_case", Role.AGENT, Role.MANAGER)
grant("support.receive_message", Role.AGENT, Role.MANAGER, Role.INTEGRATION)
grant("support.add_note", Role.AGENT, Role.MANAGER, Role.ANALYST, Role.FINANCE)
grant("support.close_case", Role.AGENT, Role.MANAGER)
grant("support.view_notice", *SEES_CUSTOMERS)
grant("support.decide_notice", Role.AGENT, Role.MANAGER)
grant("support.send_notice")  # the background does that; no person
grant("support.view_noticetemplate", Role.AGENT, Role.MANAGER, Role.ADMIN)
grant("support.change_noticetemplate", Role.MANAGER, Role.ADMIN)
grant("support.add_noticetemplate", Role.MANAGER, Role.ADMIN)
grant("support.view_servicepromise", Role.MANAGER, Role.ADMIN)
grant("support.change_servicepromise", Role.MANAGER, Role.ADMIN)
