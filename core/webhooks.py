"""Outgoing webhooks, as Standard Webhooks says: derived by the relay, sent by jobs."""

from typing import Any


def derive_deliveries(batch: list[dict[str, Any]]) -> None:
    """Write a delivery per endpoint and live event that it wants; the relay calls this."""
