"""Background work of fraud."""

from datetime import timedelta
from typing import Any

from core.jobs import job
from fraud.operations.assess import assess_order
from fraud.operations.signals import signals_of, trace_orders
from fraud.scoring import Policy


def gather(order_ids: list[str]) -> dict[str, Any]:
    """Signals and rules for the whole claimed batch, in a handful of statements."""
    wanted = [int(order_id) for order_id in order_ids]
    trace_orders(wanted)
    found, policy = signals_of(wanted), Policy.present()
    return {key: {"signals": found.get(int(key)), "policy": policy} for key in order_ids}


@job("fraud.score", queue="fraud", lease=timedelta(minutes=1), batch=20, gather=gather)
def score(order_id: str, known: dict[str, Any] | None = None) -> None:
    """Score one order. Running it again adds a score and changes no decision of a person."""
    assess_order(int(order_id), **(known or {}))
