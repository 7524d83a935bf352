"""Gather what the rules look at, set-based for a whole batch of orders."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.operations import operation
from core.statements import run_sql
from fraud.models import RiskPolicy

Signals = dict[str, Any]


@operation(permission="fraud.assess_order")
def trace_orders(order_ids: Sequence[int]) -> None:
    """Remember the keyed hashes (address, e-mail, phone) by which orders are linked."""
    run_sql("fraud/trace", order_ids=sorted(order_ids), key=settings.SECRET_KEY)


def signals_of(order_ids: Sequence[int]) -> dict[int, Signals]:
    """Return the signals of each order, in two statements however many there are.

    A signal that is not known is None; amounts are of the company's currency.
    """
    policy = RiskPolicy.objects.get(pk=1)
    rows = run_sql(
        "fraud/signals",
        order_ids=list(order_ids),
        zone=settings.TIME_ZONE,
        window=timedelta(hours=policy.velocity_hours),
        long_window=timedelta(days=policy.link_days),
    )
    return {row["order_id"]: {key: _plain(value) for key, value in row.items()} for row in rows}


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    return float(value) if isinstance(value, Decimal) else value
