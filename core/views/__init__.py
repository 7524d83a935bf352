"""Pages of core, one file per page."""
