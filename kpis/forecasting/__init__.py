"""Forecasts of demand: pure numpy, no database. The nightly job and `evaluate forecast` share it.

`history` holds what was sold, `features` what is known of it at an origin, `pooled` the quantile
regression over all SKUs, `methods` the simple ones, `choose` who forecasts which SKU, `score` how
good it was.
"""
