"""Pack the demo shop into a file, and load it with its dates shifted to the present.

The file holds one COPY text per table. What belongs to a machine or a moment (sessions,
jobs, log-ins) is left out. Loading needs a superuser of the database, for triggers and
foreign keys wait meanwhile: only `up` does that, on the server that it started itself.
"""

import io
import json
import tarfile
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

from core import clock
from kpis.operations.mark import turn_clock
from kpis.operations.roll_up import mark_days, roll_up
from opsmgr.demo.background import forecast_shop
from orders.models import Order, OrderLine
from orders.tasks import fill_short

SHOP = Path(__file__).parent / "shop.tar.xz"
APPS = ("core", "inventory", "orders", "shipping", "returns", "fraud", "support", "kpis")
# Figures go by business days, which shift otherwise than moments over a clock change.
FIGURES = {"kpis_dailyfigure", "kpis_rolledday", "kpis_dirtyday", "kpis_daysclosed"}
LEFT_OUT = FIGURES | {
    "core_apitoken", "core_job", "core_idempotentrequest", "core_savedview", "core_batch",
    "core_batchrow", "core_inboxmessage", "core_webhookendpoint", "core_webhookdelivery",
    "orders_importline", "orders_importedreturnline",
    "kpis_forecastrun", "kpis_demandforecast", "inventory_replenishment",  # forecast anew
}  # fmt: skip
NUMBERS = {  # sequences that belong to no column: what they have numbered
    "orders_number_seq": "orders_order",
    "returns_rma_seq": "returns_returnauthorization",
    "returns_refund_seq": "returns_refund",
    "returns_capture_seq": "returns_capture",
    "support_case_seq": "support_case",
}
BLANKED = {"shipping_label": {"pdf"}}  # drawn again when somebody wants to see it


def tables() -> list[str]:
    """The tables that make up a shop."""
    found = {
        model._meta.db_table
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return sorted(found - LEFT_OUT)


def pack(path: str | Path, *, made_at: datetime) -> int:
    """Write the shop of this database to `path`; return the file's size in bytes."""
    with tarfile.open(path, "w:xz") as archive, connection.cursor() as cursor:
        described = {}
        for table in tables():
            columns = [name for name, _ in _columns(table)]
            shown = ", ".join(
                "NULL" if name in BLANKED.get(table, ()) else f'"{name}"' for name in columns
            )
            text = io.BytesIO()
            rows = f"SELECT {shown} FROM {table}"  # noqa: S608 - our own names
            cursor.cursor.copy_expert(f"COPY ({rows}) TO STDOUT", text)
            described[table] = columns
            _add(archive, f"{table}.copy", text.getvalue())
        about = {"made_at": made_at.isoformat(), "tables": described}
        _add(archive, "about.json", json.dumps(about, indent=1).encode())
    return Path(path).stat().st_size


def load(path: str | Path, *, now: datetime) -> int:
    """Fill an empty shop from `path`, dates shifted by whole days up to `now`; return the rows."""
    rows = 0
    with tarfile.open(path, "r:xz") as archive:
        parts = {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]
    about = json.loads(parts["about.json"])
    days = (now - datetime.fromisoformat(about["made_at"])) // timedelta(days=1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        for table in sorted(FIGURES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        for table, columns in about["tables"].items():
            if table in LEFT_OUT:
                continue
            rows += _fill(cursor, table, columns, parts[f"{table}.copy"], days)
        for sequence, table in NUMBERS.items():
            _count_on(cursor, sequence, table)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _compute_figures()
    _ask_for_stock()
    forecast_shop()
    return rows


def _ask_for_stock() -> None:
    """Jobs are not packed: ask once more for orders that wait for stock which may be there."""
    short = OrderLine.objects.filter(units_short__gt=0).exclude(sku=None)
    fill_short.add_many(sorted(set(short.values_list("sku", flat=True))))


def _compute_figures() -> None:
    first = Order.objects.order_by("placed_at").values_list("placed_at", flat=True).first()
    if first is not None:
        mark_days(clock.day_of(first), clock.today())
        turn_clock()
        roll_up()


def _fill(cursor, table: str, columns: list[str], text: bytes, days: int) -> int:
    named = ", ".join(f'"{name}"' for name in columns)
    kinds = dict(_columns(table))
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - what migrating has made
    cursor.execute(f"CREATE TEMPORARY TABLE packed (LIKE {table})")
    cursor.cursor.copy_expert(f"COPY packed ({named}) FROM STDIN", io.BytesIO(text))
    shown = ", ".join(_shifted(name, kinds[name], days) for name in columns)
    cursor.execute(f"INSERT INTO {table} ({named}) SELECT {shown} FROM packed")  # noqa: S608
    rows = cursor.rowcount
    cursor.execute("DROP TABLE packed")
    if "id" in kinds:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        if sequence := cursor.fetchone()[0]:
            highest = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"  # noqa: S608 - our own names
            cursor.execute(f"SELECT setval(%s, ({highest}), false)", [sequence])
    return rows


def _count_on(cursor, sequence: str, table: str) -> None:
    """Let the next number of a document be one that none of those loaded has."""
    used = f"SELECT max(substring(number FROM '[0-9]+$')::bigint) FROM {table}"  # noqa: S608
    cursor.execute(
        f"SELECT setval(%s, greatest(({used}), last_value)) FROM {sequence}",  # noqa: S608
        [sequence],
    )


def _shifted(name: str, kind: str, days: int) -> str:
    if kind == "timestamp with time zone":
        return f"\"{name}\" + interval '{days} days'"
    if kind == "date":
        return f'"{name}" + {days}'
    return f'"{name}"'


def _columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT column_name, data_type FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
             ORDER BY ordinal_position""",
            [table],
        )
        return cursor.fetchall()


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
