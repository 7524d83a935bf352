-- After thousands of new codes, the planner's idea of these tables is wrong by as much.
ANALYZE inventory_listing, inventory_sku
