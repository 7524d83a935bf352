"""Pages of customer service."""
