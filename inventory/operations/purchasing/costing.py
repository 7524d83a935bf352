"""What stock has cost, kept with each receipt: layers (first in, first out) and moving average."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from django.conf import settings
from django.db.models.functions import Now

from core import clock
from core.money import Money
from inventory.models import (
    CostEntry,
    CostLayer,
    LandedShare,
    ReceiptLine,
    Sku,
    StockCost,
    StockLevel,
)
from inventory.operations.purchasing.rates import rate_on
from inventory.operations.stock.booking import ensure_levels, lock_levels
from inventory.states import CostChange

STEP = Decimal("0.000001")


def lock_costs(warehouse_id: int, sku_ids: Sequence[int]) -> dict[int, int]:
    """Lock the levels, and so their costs, until the operation ends; SKU id -> units there."""
    ensure_levels(warehouse_id, sku_ids)
    lock_levels(sku_ids, [warehouse_id])
    levels = StockLevel.objects.filter(warehouse_id=warehouse_id, sku_id__in=sku_ids)
    return {level.sku_id: level.there for level in levels}


def add_layer(row: ReceiptLine, *, sku_id: int, there: int) -> CostLayer:
    """Put what a receipt line has brought on top of the `there` units before it."""
    warehouse_id = row.receipt.warehouse_id
    layer = CostLayer.objects.create(
        sku_id=sku_id,
        warehouse_id=warehouse_id,
        receipt_line=row,
        units=row.units,
        value=row.cost,
        created_at=clock.now(),
    )
    known = StockCost.objects.filter(sku_id=sku_id, warehouse_id=warehouse_id).first()
    fresh = per_unit(row.cost, row.units)
    before = known.average if known else _opening(sku_id, fresh)
    after = average_after(there, before, row.units, row.cost)
    _note(
        CostEntry(
            sku_id=sku_id, warehouse_id=warehouse_id, layer=layer, kind=CostChange.RECEIPT,
            units=row.units, value=row.cost, units_before=there, average_before=before,
            average=after,
        )
    )  # fmt: skip
    return layer


def add_share(share: LandedShare, *, there: int) -> CostEntry:
    """Let a layer's part of a landed cost raise the average of what is `there` of its SKU.

    Of a layer that is partly gone only the part of what is left counts; what is there now came
    in last.
    """
    layer = share.layer
    known = StockCost.objects.get(sku_id=layer.sku_id, warehouse_id=layer.warehouse_id)
    newer = CostLayer.objects.filter(
        sku_id=layer.sku_id, warehouse_id=layer.warehouse_id, pk__gt=layer.pk
    )
    left = min(max(there - sum(newer.values_list("units", flat=True)), 0), layer.units)
    value = _part(share, left)
    return _note(
        CostEntry(
            sku_id=layer.sku_id, warehouse_id=layer.warehouse_id, layer=layer, share=share,
            kind=CostChange.LANDED, units=0, value=value, units_before=there,
            average_before=known.average, average=average_after(there, known.average, 0, value),
        )
    )  # fmt: skip


def average_after(there: int, before: Decimal, units: int, value: Money) -> Decimal:
    """The moving average when `units` worth `value` join `there` units at `before` each.

    Source: weighted average cost, IAS 2.27.
    """
    whole = there + units
    if not whole:
        return before
    return ((there * before + value.amount) / whole).quantize(STEP, ROUND_HALF_EVEN)


def per_unit(value: Money, units: int) -> Decimal:
    """The cost of one unit, to six decimals."""
    return (value.amount / units).quantize(STEP, ROUND_HALF_EVEN)


def _part(share: LandedShare, left: int) -> Money:
    """The part of a share that belongs to the units that are left, rounded down."""
    units = share.layer.units
    return Money(share.amount.minor * left // units, share.amount.currency)


def _opening(sku_id: int, fresh: Decimal) -> Decimal:
    """What units from before any receipt count as: the SKU's own cost, else the new one."""
    sku = Sku.objects.get(pk=sku_id)
    if sku.unit_cost is None:
        return fresh
    if sku.currency == settings.COMPANY_CURRENCY:
        return sku.unit_cost
    return (sku.unit_cost * rate_on(sku.currency, clock.today())).quantize(STEP)


def _note(entry: CostEntry) -> CostEntry:
    entry.created_at = clock.now()
    entry.save()
    StockCost.objects.update_or_create(
        sku_id=entry.sku_id,
        warehouse_id=entry.warehouse_id,
        defaults={"average": entry.average, "updated_at": Now()},
    )
    return entry
