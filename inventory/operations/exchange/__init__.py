"""Whole files of products, stock and costs: what they would do, then doing just that."""
