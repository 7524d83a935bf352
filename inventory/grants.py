"""Who may use what inventory offers."""

from core.roles import STAFF, Role, grant

KEEPERS = (Role.BUYER, Role.MANAGER)

for seen in ("sku", "product", "stocklevel", "stockmovement", "warehouse", "channel", "listing"):
    grant(f"inventory.view_{seen}", *STAFF, Role.INTEGRATION)
grant("inventory.view_sync", *STAFF)

grant("inventory.create_sku", *KEEPERS, Role.INTEGRATION)
grant("inventory.change_sku", *KEEPERS, Role.INTEGRATION)
grant("inventory.create_listing", *KEEPERS, Role.AGENT, Role.INTEGRATION)
grant("inventory.map_listing", *KEEPERS, Role.AGENT)
grant("inventory.change_listing", *KEEPERS, Role.INTEGRATION)
grant("inventory.import_stock", *KEEPERS, Role.INTEGRATION)

grant("inventory.receive_stock", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.adjust_stock", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.set_safety_stock", *KEEPERS)
grant("inventory.move_bucket", *KEEPERS, Role.PICKER)
grant("inventory.restock", *KEEPERS, Role.PICKER)
grant("inventory.allocate_stock", *KEEPERS)
grant("inventory.deallocate_stock", *KEEPERS)
grant("inventory.ship_stock", *KEEPERS, Role.PICKER)

grant("inventory.view_replenishment", *STAFF, Role.INTEGRATION)
grant("inventory.set_replenishment", *KEEPERS, Role.INTEGRATION)
grant("inventory.store_forecast", *KEEPERS)

grant("inventory.push_stock", Role.MANAGER, Role.BUYER)
grant("inventory.change_channel", Role.ADMIN, Role.MANAGER)
grant("inventory.change_warehouse", Role.ADMIN, Role.MANAGER)

# Reference data in the admin.
for act in ("add", "change", "view"):
    grant(f"inventory.{act}_bin", Role.ADMIN)
for act in ("add", "change", "delete", "view"):
    grant(f"inventory.{act}_channelaccess", Role.ADMIN)
    grant(f"inventory.{act}_warehouseaccess", Role.ADMIN)
grant("inventory.add_channel", Role.ADMIN)
grant("inventory.add_warehouse", Role.ADMIN)
grant("inventory.view_channelwarehouse", Role.ADMIN)
