"""Pages of orders, by area."""
