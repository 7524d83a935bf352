"""Take in a forecast, and say when to buy how much."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.operations import operation
from inventory.models import Replenishment, Sku, StockLevel
from inventory.operations.replenishment.decide import decide_points
from inventory.operations.stock.booking import make_levels

CHUNK = 2_000
KEPT = [
    "run", "forecast_at", "method", "weekly_units", "horizons", "levels", "quantiles",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SkuForecast:
    """What one SKU is expected to sell in one warehouse.

    `quantiles` holds, per horizon, the units of all its weeks together at each level.
    """

    sku_id: int
    warehouse_id: int
    method: str
    weekly_units: float
    quantiles: list[list[float]]


@operation(permission="inventory.store_forecast")
def store_forecast(
    forecasts: Iterable[SkuForecast],
    *,
    run: int,
    made_at: datetime,
    horizons: Sequence[int],
    levels: Sequence[float],
) -> int:
    """Keep the newest forecast per SKU and warehouse, and decide its reorder points.

    `horizons` are weeks and `levels` shares, both rising. One that is older than what is kept, or
    the same again, changes nothing. Returns how many were taken.
    """
    wanted = list(forecasts)
    sold = Sku.objects.filter(pk__in={one.sku_id for one in wanted}, archived_at=None)
    open_ids = set(sold.values_list("pk", flat=True))
    wanted = [one for one in wanted if one.sku_id in open_ids]  # some were archived meanwhile
    by_place: dict[int, list[int]] = defaultdict(list)
    for one in wanted:
        by_place[one.warehouse_id].append(one.sku_id)
    for warehouse_id, sku_ids in sorted(by_place.items()):
        make_levels(warehouse_id, sku_ids)
    ids = {
        (sku_id, warehouse_id): pk
        for pk, sku_id, warehouse_id in StockLevel.objects.filter(
            warehouse_id__in=by_place
        ).values_list("pk", "sku_id", "warehouse_id")
    }
    known = dict(
        Replenishment.objects.filter(level__warehouse_id__in=by_place).values_list(
            "level_id", "run"
        )
    )
    rows = [
        Replenishment(
            level_id=level_id, run=run, forecast_at=made_at, method=one.method,
            weekly_units=one.weekly_units, horizons=list(horizons), levels=list(levels),
            quantiles=one.quantiles,
        )
        for one in wanted
        if known.get(level_id := ids[one.sku_id, one.warehouse_id], -1) < run
    ]  # fmt: skip
    rows.sort(key=lambda row: row.level_id)
    Replenishment.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["level"], update_fields=KEPT
    )
    decide_points(row.level_id for row in rows)
    return len(rows)
