"""Telling channels how much there is."""
