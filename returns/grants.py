"""Who may use what returns offers. The administrator moves no money."""

from core.roles import STAFF, Role, grant

grant("returns.view_return", *STAFF, Role.INTEGRATION)
grant("returns.request_return", Role.AGENT, Role.MANAGER, Role.INTEGRATION)
grant("returns.approve_return", Role.AGENT, Role.MANAGER)
grant("returns.cancel_return", Role.AGENT, Role.MANAGER, Role.INTEGRATION)
grant("returns.receive_return", Role.PICKER, Role.BUYER, Role.MANAGER, Role.INTEGRATION)
grant("returns.inspect_return", Role.PICKER, Role.BUYER, Role.MANAGER)
grant("returns.close_return", Role.AGENT, Role.MANAGER, Role.FINANCE)
grant("returns.view_refund", *(STAFF - {Role.PICKER}), Role.INTEGRATION)
grant("returns.refund_return", Role.AGENT, Role.MANAGER, Role.FINANCE)
grant("returns.refund_order", Role.AGENT, Role.MANAGER, Role.FINANCE)
grant("returns.approve_refund", Role.MANAGER, Role.FINANCE)
grant("returns.send_refund")  # the background does that; no person
grant("returns.import_return")  # likewise
grant("returns.view_capture", *(STAFF - {Role.PICKER}), Role.INTEGRATION)
grant("returns.capture_order", Role.MANAGER, Role.FINANCE)
grant("returns.send_capture")  # the background does that; no person
grant("returns.view_returnpolicy", Role.ADMIN, Role.MANAGER, Role.FINANCE)
grant("returns.change_returnpolicy", Role.ADMIN, Role.MANAGER)
grant("returns.add_returnpolicy", Role.ADMIN, Role.MANAGER)
grant("returns.view_paymentgateway", Role.ADMIN)
grant("returns.change_paymentgateway", Role.ADMIN)
grant("returns.add_paymentgateway", Role.ADMIN)
grant("returns.view_refundlimit", Role.ADMIN, Role.FINANCE)
grant("returns.change_refundlimit", Role.ADMIN)
