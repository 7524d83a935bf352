"""Evaluations: how well the product's own code decides, on data. One file each, with `run`."""
