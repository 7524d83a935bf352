"""Load the packed demo shop into an empty one, its dates shifted to the present.

Triggers and foreign keys wait meanwhile, which takes a superuser of the database: only `up` does
it, on the server that it started itself. The file may be older than the code: what it does not
know is filled with the model's default, what the code no longer knows is passed over.
"""

import io
import json
import tarfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from core import clock
from core.reference import ensure_reference_data
from fraud.operations.signals import trace_orders
from kpis.operations.mark import turn_clock
from kpis.operations.roll_up import mark_days, roll_up
from opsmgr.demo.background import forecast_shop
from opsmgr.demo.packing import FIGURES, LEFT_OUT, TOLD, columns_of, public_id_of
from opsmgr.demo.products import let_scanners_find
from orders.models import Order, OrderLine
from orders.tasks import fill_short


@dataclass
class Packed:
    """A shop's file: its columns' texts, and which there are."""

    parts: dict[str, bytes]
    tables: dict[str, list[str]]
    sequences: dict[str, int]
    made_at: datetime

    @classmethod
    def read(cls, path: str | Path) -> "Packed":
        with tarfile.open(path, "r:xz") as archive:
            parts = {
                member.name: file.read()
                for member in archive
                if (file := archive.extractfile(member)) is not None
            }
        about = json.loads(parts["about.json"])
        made_at = datetime.fromisoformat(about["made_at"])
        return cls(parts, about["tables"], about["sequences"], made_at)

    def rows(self, table: str, names: list[str]) -> io.BytesIO:
        """These columns of a table, as COPY reads them."""
        columns = [self.parts[f"{table}/{name}"].splitlines() for name in names]
        rows = b"\n".join(map(b"\t".join, zip(*columns, strict=True)))
        return io.BytesIO(rows + b"\n" if rows else b"")


def load(path: str | Path, *, now: datetime) -> int:
    """Fill an empty shop from `path`, dates shifted by whole days up to `now`; return the rows."""
    packed, rows = Packed.read(path), 0
    days = (now - packed.made_at) // timedelta(days=1)
    known = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL synchronous_commit = off")
        for table in sorted(FIGURES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        for table, names in packed.tables.items():
            if table in known and table not in LEFT_OUT:
                rows += _fill(cursor, known[table], names, packed, days)
        for name, value in packed.sequences.items():
            cursor.execute("SELECT setval(to_regclass(%s), %s)", [name, max(value, 1)])
    _drop_written_days()
    let_scanners_find()  # older files have no rows of barcodes
    ensure_reference_data()  # what the code has learned since the file was made
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    trace_orders(list(Order.objects.values_list("pk", flat=True)))
    _compute_figures()
    _ask_for_stock()
    forecast_shop()
    return rows


def _drop_written_days() -> None:
    """Words are not shifted: a day in the title of work would be another than its due date."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_workitem SET title = regexp_replace(title, ': notice by .*', '')"
        )


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


def _fill(
    cursor: Any, model: type[models.Model], names: list[str], packed: Packed, days: int
) -> int:
    table = model._meta.db_table
    kinds = columns_of(table)
    given = [name for name in names if name in kinds]
    told = {
        name: said
        for name, said in TOLD.get(table, {}).items()
        if name in kinds and name not in given
    }
    inner = [_shifted(name, kinds[name], days, packed.made_at) for name in given]
    if "public_id" in kinds and "public_id" not in given:
        inner.append(f"{public_id_of(table)} AS public_id")
        given.append("public_id")
    defaults = _defaults(model, kinds.keys() - {*given, *told})
    named = ", ".join(f'"{name}"' for name in (*given, *told, *defaults))
    values = ", ".join([*(f'"{name}"' for name in given), *told.values(), *["%s"] * len(defaults)])
    copied = [name for name in names if name in kinds]
    listed = ", ".join(f'"{name}"' for name in copied)
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - what migrating has made
    cursor.execute(f"CREATE TEMPORARY TABLE packed ON COMMIT DROP AS SELECT {listed} FROM {table}")  # noqa: S608
    cursor.cursor.copy_expert(f"COPY packed ({listed}) FROM STDIN", packed.rows(table, copied))
    cursor.execute(
        f"INSERT INTO {table} ({named}) SELECT {values}"  # noqa: S608 - our own names
        f" FROM (SELECT {', '.join(inner)} FROM packed) AS packed",
        list(defaults.values()),
    )
    rows = int(cursor.rowcount)
    cursor.execute("DROP TABLE packed")
    if "id" in kinds:
        _set_sequence(cursor, table)
    return rows


def _defaults(model: type[models.Model], missing: set[str]) -> dict[str, Any]:
    """What a column that the file does not know is filled with; the database's default is left."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.column not in missing or field.primary_key or field.generated:
            continue
        if field.db_default is models.NOT_PROVIDED:
            found[field.column] = field.get_db_prep_save(field.get_default(), connection)
    return {column: value for column, value in found.items() if value is not None}


def _set_sequence(cursor: Any, table: str) -> None:
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    if sequence := cursor.fetchone()[0]:
        highest = f"SELECT coalesce(max(id), 0) + 1 FROM {table}"  # noqa: S608 - our own names
        cursor.execute(f"SELECT setval(%s, ({highest}), false)", [sequence])


AHEAD = {"expires_at"}  # the moments named so that may lie ahead


def _shifted(name: str, kind: str, days: int, made_at: datetime) -> str:
    """The column, days later. What has happened has happened by the moment the shop is of.

    Work that the machine did on the side while the shop was played bears the machine's time.
    """
    if kind == "timestamp with time zone":
        moment = f'"{name}"'
        if name.endswith("_at") and name not in AHEAD:
            limit = f"timestamptz '{made_at.isoformat()}'"  # least() would make a date of nothing
            moment = f'CASE WHEN "{name}" > {limit} THEN {limit} ELSE "{name}" END'
        return f"{moment} + interval '{days} days' AS \"{name}\""
    if kind == "date":
        return f'"{name}" + {days} AS "{name}"'
    return f'"{name}"'
