"""The orders list on a million orders, page and API, beside the raw query that it needs."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from core.actor import SYSTEM, acting
from core.models import ApiToken, User
from core.roles import Role
from inventory.models import Channel, ChannelWarehouse, Product, Sku, Warehouse
from opsmgr.bench.scratch import cores, scratch_database

SMALL = 10_000
RAW = """
  SELECT o.*, c.code, k.public_id, w.code FROM orders_order AS o
    JOIN inventory_channel AS c ON c.id = o.channel_id
    JOIN orders_customer AS k ON k.id = o.customer_id
LEFT JOIN inventory_warehouse AS w ON w.id = o.warehouse_id
ORDER BY o.placed_at DESC, o.id DESC LIMIT 51
"""


def run(*, orders: int = 1_000_000, rounds: int = 60, **_: Any) -> dict[str, Any]:
    """Measure at 10,000 orders and at `orders`, each route `rounds` times, in turn."""
    with scratch_database(), acting(SYSTEM):
        token = _shop()
        _fill(0, SMALL)
        small = _measure(token, rounds)
        _fill(SMALL, orders)
        large = _measure(token, rounds)
    return {
        "name": "order_list",
        "ours": large["api"]["p95"],
        "limit": large["raw"]["p95"],
        "ratio": large["api"]["p95"] / large["raw"]["p95"],
        "unit": "ms, p95",
        "orders": orders,
        **{f"{name}_p50_ms": found["p50"] for name, found in large.items()},
        **{f"{name}_p95_ms": found["p95"] for name, found in large.items()},
        **{
            f"{name}_growth": found["p50"] / small[name]["p50"]
            for name, found in large.items()
        },
        "cores": cores(),
    }  # fmt: skip


def _shop() -> str:
    house = Warehouse.objects.create(code="BENCH", name="Bench", country="GB")
    for code in ("bench", "bench-2", "bench-3"):
        channel = Channel.objects.create(code=code, name=code, currency="GBP")
        ChannelWarehouse.objects.create(channel=channel, warehouse=house)
    product = Product.objects.create(title="Thing")
    Sku.objects.bulk_create(
        Sku(product=product, code=f"SKU{n}", title=f"Thing {n}", currency="GBP")
        for n in range(1000)
    )
    user = User.objects.create_user("bench@example.com", "bench", name="B", roles=[Role.MANAGER])
    _, token = ApiToken.objects.create(
        user, name="bench", scopes=["*"], rate_per_minute=100_000_000
    )
    return token


def _fill(first: int, last: int) -> None:
    """Orders numbered `first` to `last`, three lines each, five a minute, a tenth of them open."""
    params = {"first": first + 1, "last": last, "customers": max(1000, last // 4)}
    statements = [
        """INSERT INTO orders_customer (public_id, name, email, email_key, external_ref, phone,
                                         company, note, updated_at)
           SELECT substr(md5('c' || n), 1, 16), 'Customer ' || n, 'c' || n || '@example.com',
                  'c' || n || '@example.com', NULL, '', '', '', now()
             FROM generate_series(1, %(customers)s) AS n
            WHERE NOT EXISTS (SELECT FROM orders_customer WHERE email_key = 'c' || n
                                                                || '@example.com')""",
        """INSERT INTO orders_address (customer_id, name, company, line1, line2, city, region,
                                        postal_code, country, phone, problem)
           SELECT min(id), 'Ada', '', '1 High Street', '', 'Leeds', '', 'LS1 4DY', 'GB', '', ''
             FROM orders_customer HAVING NOT EXISTS (SELECT FROM orders_address)""",
        """INSERT INTO orders_order (public_id, number, channel_id, channel_ref, customer_id,
                  ship_to_id, country, status, payment_status, fulfillment_status, return_status,
                  why_code, warehouse_id, service, currency, rate, subtotal, discount, shipping,
                  fees, tax, total, company_total, placed_at, ship_by, cancel_reason, historical,
                  test, device, version)
           SELECT substr(md5('o' || n), 1, 16), n::text, channel.ids[1 + n %% 3], 'R' || n,
                  customer.low + n::bigint * 7919 %% %(customers)s, address.id, 'GB',
                  CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'closed' END, 'paid',
                  CASE WHEN n %% 10 = 0 THEN 'none' ELSE 'delivered' END, 'none',
                  CASE WHEN n %% 10 = 0 THEN 'risk_pending' ELSE '' END, house.id, 'standard',
                  'GBP', 1, 1500, 0, 0, 0, 0, 1500, 1500, at, at + interval '1 day', '', false,
                  false, '', 1
             FROM (SELECT n, timestamptz '2024-01-01' + n * interval '12 seconds' AS at
                     FROM generate_series(%(first)s, %(last)s) AS n) AS order_no
            CROSS JOIN (SELECT array_agg(id) AS ids FROM inventory_channel
                         WHERE code LIKE 'bench%%') AS channel
            CROSS JOIN (SELECT min(id) AS low FROM orders_customer) AS customer
            CROSS JOIN (SELECT min(id) AS id FROM orders_address) AS address
            CROSS JOIN (SELECT id FROM inventory_warehouse WHERE code = 'BENCH') AS house""",
        """INSERT INTO orders_orderline (order_id, position, sku_id, channel_sku, title, units,
                  unit_price, total, discount, tax, units_short, units_cancelled, units_released,
                  units_shipped, units_returned)
           SELECT o.id, place, sku.low + (o.id * 31 + place * 17) %% 1000, 'SKU', 'Thing', 1, 5,
                  500, 0, 0, 0, 0, 0, 0, 0
             FROM orders_order AS o CROSS JOIN generate_series(1, 3) AS place
            CROSS JOIN (SELECT min(id) AS low FROM inventory_sku WHERE code LIKE 'SKU%%') AS sku
            WHERE o.number::int BETWEEN %(first)s AND %(last)s""",
        "ANALYZE",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, params if "%(" in statement else None)


def _measure(token: str, rounds: int) -> dict[str, dict[str, float]]:
    api = Client(SERVER_NAME="localhost", headers={"Authorization": f"Token {token}"})
    page = Client(SERVER_NAME="localhost")
    page.force_login(User.objects.get(email="bench@example.com"), "core.roles.RoleBackend")
    found = "channel=bench-2&status=open&q=c77@example.com"
    asked: dict[str, Callable[[], Any]] = {
        "raw": _raw,
        "api": lambda: api.get("/api/v1/orders"),
        "api_found": lambda: api.get(f"/api/v1/orders?{found}"),
        "page": lambda: page.get("/orders/"),
        "page_found": lambda: page.get(f"/orders/?{found}"),
    }
    took: dict[str, list[float]] = {name: [] for name in asked}
    for place in range(rounds + 3):  # three to warm up
        for name, ask in asked.items():
            started = time.perf_counter()
            answer = ask()
            if place >= 3:
                took[name].append(1000 * (time.perf_counter() - started))
            if name != "raw" and answer.status_code != 200:
                raise RuntimeError(f"{name}: {answer.status_code} {answer.content[:300]!r}")
    return {name: _percentiles(times) for name, times in took.items()}


def _raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        cursor.fetchall()


def _percentiles(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)]}
