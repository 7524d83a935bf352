"""Taking in a channel's file of orders: read, stage, make orders chunk by chunk, report."""
