"""Finding out what channels must be told: what has changed, beside computing everything."""

import time
from typing import Any

from django.db import connection

from core.actor import SYSTEM, acting
from inventory.models import Channel, ChannelWarehouse, Product, StockPush, Warehouse
from inventory.operations.sync.push import plan_pushes
from inventory.operations.sync.request_push import request_push
from opsmgr.bench.scratch import cores, scratch_database

SMALL, CHANNELS, WAREHOUSES, CHANGES = 10_000, 5, 2, 5_000


def run(*, skus: int = 100_000, rounds: int = 3, **_: Any) -> dict[str, Any]:
    """Measure at 10,000 SKUs and at `skus`, on five channels, after 5,000 changes each time."""
    with scratch_database(), acting(SYSTEM):
        channels = _shop()
        _fill(0, SMALL)
        small, _ignored = _measure(channels, SMALL, rounds)
        _fill(SMALL, skus)
        delta, everything = _measure(channels, skus, rounds)
    return {
        "name": "stock_sync",
        "ours": delta,
        "limit": everything,
        "ratio": everything / delta,
        "unit": "s to know 25,000 quantities; the ratio is how much cheaper the delta is",
        "skus": skus,
        "channels": CHANNELS,
        "changes": CHANGES,
        "delta_s_at_10000": small,
        "growth": delta / small,
        "cores": cores(),
    }


def _shop() -> list[int]:
    houses = [
        Warehouse.objects.create(code=f"B{n}", name=f"Bench {n}", country="GB")
        for n in range(WAREHOUSES)
    ]
    found = []
    for n in range(CHANNELS):
        channel = Channel.objects.create(
            code=f"bench-{n}", name=f"Bench {n}", currency="GBP", adapter="http_json",
            adapter_url="https://channel.example/stock",
        )  # fmt: skip
        for rank, house in enumerate(houses, 1):
            ChannelWarehouse.objects.create(channel=channel, warehouse=house, rank=rank)
        found.append(channel.pk)
    Product.objects.create(title="Thing")
    return found


def _fill(first: int, last: int) -> None:
    """SKUs `first` to `last`: ten units in each warehouse, listed and known on each channel."""
    statements = [
        """INSERT INTO inventory_sku (public_id, product_id, code, title, hs_code, origin_country,
                                      currency, active, updated_at)
           SELECT substr(md5('s' || n), 1, 16), (SELECT min(id) FROM inventory_product),
                  'SKU' || n, 'Thing', '', '', 'GBP', true, now()
             FROM generate_series(%(first)s, %(last)s - 1) AS n""",
        """INSERT INTO inventory_stocklevel (sku_id, warehouse_id, on_hand)
           SELECT sku.id, house.id, 10
             FROM inventory_sku AS sku CROSS JOIN inventory_warehouse AS house
            WHERE substr(sku.code, 4)::int >= %(first)s AND house.code LIKE 'B_'""",
        """INSERT INTO inventory_listing (public_id, channel_id, channel_sku, sku_id, title, active,
                                          published_units, published_at)
           SELECT substr(md5(channel.id || ' ' || sku.id), 1, 16), channel.id, sku.code, sku.id,
                  '', true, 20, now()
             FROM inventory_sku AS sku CROSS JOIN inventory_channel AS channel
            WHERE substr(sku.code, 4)::int >= %(first)s AND channel.code LIKE 'bench-%%'""",
        "ANALYZE",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"first": first, "last": last} if "%(" in statement else None)


def _measure(channels: list[int], skus: int, rounds: int) -> tuple[float, float]:
    """The best of some rounds, each side in turn, from the same state."""
    changed = _change(skus)
    delta, everything = [], []
    for _ in range(rounds + 1):  # the first warms up
        _forget()
        started = time.perf_counter()
        request_push(changed)
        planned = sum(plan_pushes(channel) for channel in channels)
        delta.append(time.perf_counter() - started)
        _require(planned)
        _forget()
        started = time.perf_counter()
        planned = sum(plan_pushes(channel, everything=True) for channel in channels)
        everything.append(time.perf_counter() - started)
        _require(planned)
    return min(delta[1:]), min(everything[1:])


def _change(skus: int) -> list[int]:
    """Take one unit of 5,000 SKUs away; all else stays as the channels know it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stocklevel SET on_hand = 10 WHERE on_hand <> 10")
        cursor.execute(
            """UPDATE inventory_stocklevel AS level SET on_hand = 9
                 FROM inventory_sku AS sku
                WHERE sku.id = level.sku_id AND substr(sku.code, 4)::int %% %s = 0
                  AND level.warehouse_id = (SELECT id FROM inventory_warehouse WHERE code = 'B0')
            RETURNING level.sku_id""",
            [skus // CHANGES],
        )
        return [sku_id for (sku_id,) in cursor.fetchall()]


def _require(planned: int) -> None:
    if planned != CHANGES * CHANNELS:
        raise RuntimeError(f"{planned} quantities were planned, not {CHANGES * CHANNELS}")


def _forget() -> None:
    StockPush.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM inventory_stockpush, inventory_pushmark")
