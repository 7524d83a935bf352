"""Upstream guards of the warehouse's work: each step is allowed once, in order."""
