"""How fast a file of orders comes in, beside COPY of the same rows into the same tables."""

import csv
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from django.db import connection

from core.actor import SYSTEM, acting
from inventory.models import Channel, ChannelWarehouse, Warehouse
from opsmgr.bench.scratch import cores, scratch_database
from orders.operations.imports.run import open_import, run_import

LINES_PER_ORDER = 3
TABLES = (  # parents first
    "inventory_product", "inventory_sku", "inventory_listing", "inventory_stocklevel",
    "inventory_stockmovement", "orders_customer", "orders_address", "orders_order",
    "orders_orderline", "orders_paymentevent",
)  # fmt: skip


def run(*, orders: int = 100_000, rounds: int = 2, **_: Any) -> dict[str, Any]:
    """Measure rounds of import and COPY in turn. `orders`: of three lines each."""
    with scratch_database(), acting(SYSTEM), tempfile.TemporaryDirectory() as folder:
        channel = _channel()
        file = Path(folder) / "orders.csv"
        _write_file(file, orders)
        ours, limit, report = [], [], {}
        for _round in range(rounds):
            started = time.perf_counter()
            batch = open_import(channel.pk, profile="online_retail", path=str(file))
            report = run_import(batch.pk).report
            ours.append(time.perf_counter() - started)
            _copy_out(Path(folder))
            _empty()
            limit.append(_copy_in(Path(folder)))
            _empty()
    lines = orders * LINES_PER_ORDER
    return {
        "name": "import_orders",
        "ours": lines / min(ours),
        "limit": lines / min(limit),
        "ratio": min(limit) / min(ours),
        "unit": "lines/s",
        "orders": report["orders"],
        "lines": report["rows"],
        "set_aside": report["outcomes"].get("set_aside", {}).get("rows", 0),
        "balanced": report["balanced"],
        "seconds": [round(taken, 2) for taken in ours],
        "limit_seconds": [round(taken, 2) for taken in limit],
        "cores": cores(),
    }


def _channel() -> Channel:
    shop, _ = Channel.objects.get_or_create(
        code="bench", defaults={"name": "Bench", "currency": "GBP"}
    )
    house, _ = Warehouse.objects.get_or_create(
        code="BENCH", defaults={"name": "Bench", "country": "GB"}
    )
    ChannelWarehouse.objects.get_or_create(channel=shop, warehouse=house)
    return shop


def _write_file(path: Path, orders: int) -> None:
    """Orders of 20,000 customers and 4,000 SKUs; one row in a thousand is wrong."""
    chance = random.Random(7)  # noqa: S311 - the same file each time
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
        writer.writerow(header.split(","))
        for number in range(orders):
            day, minute = 1 + number * 28 // orders, chance.randrange(60)
            when = f"2024-{1 + number % 12:02}-{day:02} {chance.randrange(24):02}:{minute:02}"
            customer = str(chance.randrange(20_000))
            for _line in range(LINES_PER_ORDER):
                sku = chance.randrange(4_000)
                units = "x" if chance.random() < 0.001 else str(chance.randrange(1, 13))
                price = f"{1 + sku % 40}.{sku % 100:02}"
                row = [f"B{number}", f"SKU{sku}", f"Thing number {sku}", units, when, price]
                writer.writerow([*row, customer, "France"])


def _copy_out(folder: Path) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            with (folder / table).open("wb") as file:
                cursor.cursor.copy_expert(f"COPY {table} TO STDOUT (FORMAT binary)", file)


def _copy_in(folder: Path) -> float:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table in TABLES:
            with (folder / table).open("rb") as file:
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", file)
        cursor.execute("COMMIT")
    return time.perf_counter() - started


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # ledgers refuse TRUNCATE
        for trigger_off in (*TABLES, "core_eventrecord"):
            cursor.execute(f"ALTER TABLE {trigger_off} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(TABLES)}, core_eventrecord CASCADE")
        for trigger_on in (*TABLES, "core_eventrecord"):
            cursor.execute(f"ALTER TABLE {trigger_on} ENABLE TRIGGER USER")
        cursor.execute("SET session_replication_role = DEFAULT")
