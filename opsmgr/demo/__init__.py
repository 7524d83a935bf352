"""A believable shop, made through the operations and played forward day by day."""
