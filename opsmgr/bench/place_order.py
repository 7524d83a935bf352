"""POST /api/v1/orders over gunicorn, beside the same rows written by minimal SQL with pgbench."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from core.actor import SYSTEM, acting
from core.models import ApiToken, User
from core.roles import Role
from inventory.models import Channel, ChannelWarehouse, Product, Sku, Warehouse
from inventory.operations.stock.receive import receive_stock
from opsmgr.bench.load import Load, burst
from opsmgr.bench.scratch import cores, pgbench, scratch_database
from opsmgr.servers import free_port

SKUS, LINES = 2000, 3
SQL = Path(__file__).parent / "place_order.pgbench.sql"


def run(*, seconds: float = 10, clients: int = 8, rounds: int = 2, **_: Any) -> dict[str, Any]:
    """Measure both sides in turn, `rounds` times."""
    with scratch_database() as url, acting(SYSTEM):
        channel_id, token = make_shop()
        ours, limits = Load(), []
        with gunicorn(url) as port:
            burst(
                port,
                order_bodies(Random(0)),  # noqa: S311
                headers=headers(token),
                clients=clients,
                seconds=2,
                want=201,
            )
            for place in range(rounds):
                load = burst(
                    port, order_bodies(Random(place + 1)),  # noqa: S311
                    headers=headers(token), clients=clients,
                    seconds=seconds, want=201,
                )  # fmt: skip
                ours.add(load)
                limits.append(
                    pgbench(
                        url, SQL, clients=clients, seconds=seconds,
                        names={"channel": channel_id, "skus": SKUS},
                    )
                )  # fmt: skip
    limit = sum(tps for tps, _ in limits) / len(limits)
    limit_p99 = max(p99 for _, p99 in limits)
    return {
        "name": "place_order",
        "ours": ours.per_second,
        "limit": limit,
        "ratio": ours.per_second / limit,
        "unit": "orders/s",
        "p50_ms": ours.percentile(0.5),
        "p99_ms": ours.percentile(0.99),
        "limit_p99_ms": limit_p99,
        "p99_ratio": ours.percentile(0.99) / limit_p99,
        "wrong": len(ours.wrong),
        "first_wrong": ours.wrong[:1],
        "clients": clients,
        "cores": cores(),
    }


def make_shop() -> tuple[int, str]:
    """A channel, its warehouse and 2,000 SKUs with stock; the channel's id and a token."""
    house = Warehouse.objects.create(code="BENCH", name="Bench", country="GB")
    channel = Channel.objects.create(
        code="bench", name="Bench", currency="GBP", clearances=["payment", "address", "risk"]
    )
    ChannelWarehouse.objects.create(channel=channel, warehouse=house)
    product = Product.objects.create(title="Thing")
    Sku.objects.bulk_create(
        Sku(product=product, code=f"SKU{n}", title=f"Thing {n}", currency="GBP", unit_cost=1)
        for n in range(SKUS)
    )
    units = dict.fromkeys(Sku.objects.values_list("id", flat=True), 10_000_000)
    receive_stock(house.pk, units, source_kind="bench", source_id=1, key="bench")
    user = User.objects.create_user("bench@example.com", name="Bench", roles=[Role.INTEGRATION])
    _, token = ApiToken.objects.create(
        user, name="bench", scopes=["*"], rate_per_minute=100_000_000
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return channel.pk, token


def headers(token: str) -> dict[str, str]:
    """What each request carries."""
    return {"Authorization": f"Token {token}", "Content-Type": "application/json"}


def order_bodies(chance: Random, *, lines: int = LINES, code: str | None = None) -> Any:
    """Requests for orders of `lines` lines: of the SKU `code`, else of any."""
    numbers = count(chance.randrange(10**9) * 10**6)

    def order() -> tuple[str, str, bytes]:
        number = next(numbers)
        rows = [
            {
                "sku": code or f"SKU{chance.randrange(SKUS)}",
                "units": 1 + n,
                "unit_price": "2.50",
            }
            for n in range(lines)
        ]
        total = f"{2.5 * lines * (lines + 1) / 2:.2f}"
        body = {
            "channel": "bench",
            "channel_ref": f"R{number}",
            "customer": {"name": "Ada Byron", "email": f"ada{number}@example.com"},
            "ship_to": {
                "name": "Ada Byron", "line1": "12 St James's Square", "city": "London",
                "postal_code": "SW1Y 4JH", "country": "GB",
            },
            "lines": rows,
            "payment": {
                "kind": "captured", "amount": {"amount": total, "currency": "GBP"},
                "gateway": "card", "reference": f"P{number}",
            },
        }  # fmt: skip
        return "POST", "/api/v1/orders", json.dumps(body).encode()

    return order


@contextmanager
def gunicorn(url: str) -> Iterator[int]:
    """The web server on the scratch database, as `up` starts it."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "PORT": str(port),
        "SECRET_KEY": settings.SECRET_KEY, "SECURE_COOKIES": "0", "DEBUG": "0",
        "STATIC_COLLECTED": "0", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    command = ["-m", "gunicorn", "--config", "opsmgr/gunicorn_conf.py", "opsmgr.wsgi:application"]
    server = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, *command], cwd=settings.BASE_DIR, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not answer within 30 s.")
