"""Who may use what orders offer."""

from core.roles import STAFF, Role, grant

SELLERS = (Role.AGENT, Role.MANAGER)

for seen in ("order", "customer", "fulfillmentorder", "orderexception", "importprofile"):
    grant(f"orders.view_{seen}", *STAFF, Role.INTEGRATION)

grant("orders.place_order", *SELLERS, Role.INTEGRATION)
grant("orders.cancel_order", *SELLERS, Role.ANALYST, Role.INTEGRATION)
grant("orders.hold_order", *SELLERS, Role.ANALYST, Role.INTEGRATION)
grant("orders.change_address", *SELLERS, Role.INTEGRATION)
grant("orders.clear_gate", Role.MANAGER)
grant("orders.release_order", Role.MANAGER)
grant("orders.source_order", Role.MANAGER)
grant("orders.retry_allocation", Role.MANAGER, Role.BUYER)
grant("orders.record_payment", Role.FINANCE, Role.INTEGRATION)
grant("orders.report_payment", Role.INTEGRATION)  # what a gateway did: no limit to facts
grant("orders.note_return", Role.MANAGER)
grant("orders.raise_exception", *SELLERS, Role.BUYER, Role.PICKER)
grant("orders.resolve_exception", *SELLERS, Role.BUYER)

grant("orders.pick_fulfillment", Role.PICKER, Role.MANAGER)
grant("orders.pack_fulfillment", Role.PICKER, Role.MANAGER)
grant("orders.ship_fulfillment", Role.PICKER, Role.MANAGER)
grant("orders.deliver_fulfillment", Role.MANAGER, Role.INTEGRATION)
grant("orders.cancel_fulfillment", Role.MANAGER)
grant("orders.short_for_count", Role.MANAGER, Role.BUYER)
grant("orders.write_off_units", Role.MANAGER)

grant("orders.import_orders", Role.MANAGER, Role.INTEGRATION)
grant("orders.change_importprofile", Role.MANAGER, Role.ADMIN)
