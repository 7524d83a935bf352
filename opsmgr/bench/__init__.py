"""Benchmarks: one job side by side with its limit, in one run. `manage.py bench NAME`."""
