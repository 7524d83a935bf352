"""Many who want the same few units: exact at 64 clients, and what the hot row costs."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from core.actor import SYSTEM, acting
from inventory.errors import OutOfStock
from inventory.models import Allocation, Sku, StockLevel, Warehouse
from inventory.operations.stock.allocate import allocate_stock
from inventory.operations.stock.receive import receive_stock
from opsmgr.bench.load import Load, burst
from opsmgr.bench.place_order import SKUS, gunicorn, headers, make_shop, order_bodies
from opsmgr.bench.scratch import cores, pgbench, scratch_database

UNITS, ATTEMPTS = 100, 5000
ALLOCATE, LOCK_FIRST = (
    Path(__file__).parent / f"hot_sku.{name}.pgbench.sql" for name in ("allocate", "lock_first")
)


def run(*, seconds: float = 8, clients: int = 64, rounds: int = 2, **_: Any) -> dict[str, Any]:
    """Three parts: a rush on few units; orders over the API; one statement beside lock-first."""
    with scratch_database() as url, acting(SYSTEM):
        _channel_id, token = make_shop()
        rush = _rush(clients)
        hot, spread = _over_the_api(url, token, seconds, rounds)
        ours, limit = _statements(url, seconds, rounds)
    return {
        "name": "hot_sku",
        "ours": ours[0],
        "limit": limit[0],
        "ratio": ours[0] / limit[0],
        "unit": "promises/s of one SKU, beside SELECT FOR UPDATE first",
        "p99_ms": ours[1],
        "limit_p99_ms": limit[1],
        **rush,
        "api_hot_per_second": hot.per_second,
        "api_spread_per_second": spread.per_second,
        "api_ratio": hot.per_second / spread.per_second,
        "api_hot_p99_ms": hot.percentile(0.99),
        "api_false_refusals": len(hot.wrong),
        "first_wrong": (hot.wrong + spread.wrong)[:1],
        "clients": clients,
        "cores": cores(),
    }


def _rush(clients: int) -> dict[str, Any]:
    """5,000 attempts by `clients` people at once for 100 units."""
    level = _level("HOT", UNITS)
    tally = Tally()
    numbers = itertools.count(1)

    def person(attempts: int) -> None:
        for _ in range(attempts):
            tally.note(lambda: _promise(level, next(numbers)))
        connection.close()

    with ThreadPoolExecutor(clients) as pool:
        shares = [ATTEMPTS // clients + (n < ATTEMPTS % clients) for n in range(clients)]
        people = [pool.submit(copy_context().run, person, share) for share in shares]
        for one in people:
            one.result()
    level.refresh_from_db()
    promised = Allocation.objects.filter(level=level).count()
    ordered = sorted(tally.took)
    return {
        "attempts": len(ordered),
        "accepted": tally.accepted,
        "refused": tally.refused,
        "failed": len(tally.failures),
        "first_failure": tally.failures[:1],
        "exact": tally.accepted == UNITS == level.allocated == promised,
        "rush_p99_ms": 1000 * ordered[int(len(ordered) * 0.99)],
    }


@dataclass
class Tally:
    """What became of the attempts."""

    accepted: int = 0
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def note(self, act: Callable[[], object]) -> None:
        """Make one attempt; whatever goes wrong is counted and told, not raised."""
        started = time.perf_counter()
        outcome: tuple[int, int, list[str]]
        try:
            act()
            outcome = (1, 0, [])
        except OutOfStock:
            outcome = (0, 1, [])
        except Exception as error:  # noqa: BLE001
            outcome = (0, 0, [f"{type(error).__name__}: {error}"[:200]])
        with self.lock:
            self.took.append(time.perf_counter() - started)
            self.accepted += outcome[0]
            self.refused += outcome[1]
            self.failures += outcome[2]


def _promise(level: StockLevel, holder: int) -> None:
    allocate_stock("bench", holder, {level.sku_id: 1}, warehouse_ids=[level.warehouse_id])


def _level(code: str, units: int) -> StockLevel:
    sample, house = Sku.objects.order_by("pk")[0], Warehouse.objects.get(code="BENCH")
    sku, made = Sku.objects.get_or_create(
        code=code, defaults={"product_id": sample.product_id, "title": code, "currency": "GBP"}
    )
    if made:
        receive_stock(house.pk, {sku.pk: units}, source_kind="bench", source_id=2, key=code)
    return StockLevel.objects.get(sku=sku, warehouse=house)


def _over_the_api(url: str, token: str, seconds: float, rounds: int) -> tuple[Load, Load]:
    """Orders of one line: all of one SKU, and of 2,000 SKUs, by 16 clients, in turn."""
    _level("WARM", 100_000_000)
    hot, spread = Load(), Load()
    with gunicorn(url) as port:

        def asked(seed: int, code: str | None, long: float) -> Load:
            return burst(
                port, order_bodies(Random(seed), lines=1, code=code),  # noqa: S311
                headers=headers(token), clients=16, seconds=long, want=201,
            )  # fmt: skip

        asked(99, None, 2)
        for place in range(rounds):
            for load, code in ((hot, "WARM"), (spread, None)):
                load.add(asked(2 * place + (code is None), code, seconds))
    return hot, spread


def _statements(
    url: str, seconds: float, rounds: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The promise as one statement, and as lock, look, write: the best round of each."""
    level = _level("FIRM", 100_000_000)
    names = {"level": level.pk, "sku": level.sku_id, "warehouse": level.warehouse_id, "skus": SKUS}
    found: dict[Path, list[tuple[float, float]]] = {ALLOCATE: [], LOCK_FIRST: []}
    for _ in range(rounds):
        for script, rates in found.items():
            rates.append(pgbench(url, script, clients=16, seconds=seconds, names=names))
    return max(found[ALLOCATE]), max(found[LOCK_FIRST])
