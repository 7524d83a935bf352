"""Unit costs leave a trace: each change is noted in a ledger, whoever makes it."""

from collections.abc import Iterable
from decimal import Decimal

from core.actor import current_actor
from inventory.models import Sku, UnitCostChange

CostBefore = tuple[Decimal | None, str]  # cost, currency


def note_costs(
    changes: Iterable[tuple[Sku, CostBefore]], *, reason: str = "", batch_id: int | None = None
) -> None:
    """Note what SKUs cost before and cost now; what is the same is left out.

    To be called in the transaction that changes them.
    """
    actor = current_actor().name
    UnitCostChange.objects.bulk_create(
        [
            UnitCostChange(
                sku=sku, cost_before=cost, currency_before=currency, cost=sku.unit_cost,
                currency=sku.currency, reason=reason[:100], batch_id=batch_id, actor=actor,
            )
            for sku, (cost, currency) in changes
            if (cost, currency) != (sku.unit_cost, sku.currency)
            and (cost is not None or sku.unit_cost is not None)
        ],
        batch_size=1000,
    )  # fmt: skip
