"""Who may use what inventory offers."""

from core.roles import STAFF, Role, grant

KEEPERS = (Role.BUYER, Role.MANAGER)

for seen in ("sku", "product", "stocklevel", "stockmovement", "warehouse", "channel", "listing"):
    grant(f"inventory.view_{seen}", *STAFF, Role.INTEGRATION)
grant("inventory.view_sync", *STAFF)

grant("inventory.create_sku", *KEEPERS, Role.INTEGRATION)
grant("inventory.change_sku", *KEEPERS, Role.INTEGRATION)
grant("inventory.archive_sku", *KEEPERS, Role.INTEGRATION)
grant("inventory.merge_sku", Role.MANAGER)
grant("inventory.view_skumerge", *STAFF, Role.INTEGRATION)
grant("inventory.create_listing", *KEEPERS, Role.AGENT, Role.INTEGRATION)
grant("inventory.map_listing", *KEEPERS, Role.AGENT)
grant("inventory.change_listing", *KEEPERS, Role.INTEGRATION)
grant("inventory.import_stock", *KEEPERS, Role.INTEGRATION)
grant("inventory.import_products", *KEEPERS, Role.INTEGRATION)
grant("inventory.import_costs", *KEEPERS, Role.FINANCE, Role.INTEGRATION)
grant("inventory.save_mapping", *KEEPERS, Role.FINANCE, Role.INTEGRATION)

grant("inventory.receive_stock", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.adjust_stock", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.set_safety_stock", *KEEPERS)
grant("inventory.move_bucket", *KEEPERS, Role.PICKER)
grant("inventory.restock", *KEEPERS, Role.PICKER)
grant("inventory.allocate_stock", *KEEPERS)
grant("inventory.deallocate_stock", *KEEPERS)
grant("inventory.ship_stock", *KEEPERS, Role.PICKER)

grant("inventory.prove_stock", Role.MANAGER, Role.ADMIN)
grant("inventory.repair_stock", Role.ADMIN)
grant("inventory.view_reservation", *STAFF, Role.INTEGRATION)
grant("inventory.reserve_stock", *KEEPERS, Role.AGENT, Role.INTEGRATION)
grant("inventory.release_reservation", *KEEPERS, Role.AGENT, Role.INTEGRATION)
grant("inventory.expire_reservations", Role.MANAGER)
grant("inventory.view_transfer", *STAFF, Role.INTEGRATION)
grant("inventory.request_transfer", *KEEPERS, Role.INTEGRATION)
grant("inventory.ship_transfer", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.receive_transfer", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.close_transfer", *KEEPERS)

grant("inventory.view_stockcount", *STAFF, Role.INTEGRATION)
grant("inventory.start_count", *KEEPERS, Role.INTEGRATION)
grant("inventory.count_stock", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.cancel_count", *KEEPERS, Role.INTEGRATION)
grant("inventory.approve_count", Role.MANAGER)
grant("inventory.view_countrule", *STAFF, Role.INTEGRATION)
grant("inventory.change_countrule", *KEEPERS)

grant("inventory.view_replenishment", *STAFF, Role.INTEGRATION)
grant("inventory.set_replenishment", *KEEPERS, Role.INTEGRATION)
grant("inventory.take_advice", *KEEPERS, Role.INTEGRATION)
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

# Purchasing: prices and costs are not for everybody; whoever receives sees units only.
BUYING = (Role.BUYER, Role.MANAGER, Role.FINANCE, Role.VIEWER, Role.INTEGRATION)
for seen in (
    "vendor", "supplierproduct", "purchaseorder", "receipt", "stockcost", "exchangerate", "budget",
    "bill", "dispute",
):  # fmt: skip
    grant(f"inventory.view_{seen}", *BUYING)
grant("inventory.view_parkedgoods", *BUYING, Role.PICKER)
grant("inventory.create_vendor", *KEEPERS)
grant("inventory.change_vendor", *KEEPERS)
grant("inventory.save_agreement", *KEEPERS, Role.INTEGRATION)
grant("inventory.import_prices", *KEEPERS)
grant("inventory.draft_purchase", *KEEPERS, Role.INTEGRATION)
grant("inventory.approve_purchase", *KEEPERS)
grant("inventory.approve_purchase_over_limit", Role.MANAGER, Role.FINANCE)
grant("inventory.send_purchase", *KEEPERS)
grant("inventory.promise_purchase", *KEEPERS, Role.INTEGRATION)
grant("inventory.close_purchase", *KEEPERS)
grant("inventory.cancel_purchase", *KEEPERS)
grant("inventory.receive_purchase", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.receive_over_tolerance", *KEEPERS)
grant("inventory.park_goods", *KEEPERS, Role.PICKER, Role.INTEGRATION)
grant("inventory.settle_parked", *KEEPERS)
grant("inventory.set_rate", Role.FINANCE, Role.MANAGER)
grant("inventory.enter_bill", *KEEPERS, Role.FINANCE, Role.INTEGRATION)
grant("inventory.accept_bill", *KEEPERS, Role.FINANCE)
grant("inventory.pay_bill", Role.FINANCE, Role.INTEGRATION)
grant("inventory.cancel_bill", *KEEPERS, Role.FINANCE)
for act in ("open_dispute", "add_evidence", "move_dispute", "close_dispute"):
    grant(f"inventory.{act}", *KEEPERS, Role.FINANCE)
grant("inventory.save_cost_center", Role.FINANCE, Role.MANAGER)
grant("inventory.set_budget", Role.FINANCE, Role.MANAGER, Role.INTEGRATION)
grant("inventory.view_preorderoffer", *STAFF, Role.INTEGRATION)
grant("inventory.open_preorder", *KEEPERS, Role.INTEGRATION)
grant("inventory.change_preorder", *KEEPERS, Role.INTEGRATION)
grant("inventory.end_preorder", *KEEPERS, Role.INTEGRATION)
grant("inventory.add_landed_cost", *KEEPERS, Role.FINANCE)
for act in ("change", "view"):
    grant(f"inventory.{act}_purchaselimit", Role.ADMIN)
    grant(f"inventory.{act}_stocklimit", Role.ADMIN)
    grant(f"inventory.{act}_billlimit", Role.ADMIN)
