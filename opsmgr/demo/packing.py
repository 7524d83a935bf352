"""Pack the demo shop into a file; loading.py brings it back.

The file holds one COPY text per column: alike values side by side pack best. What belongs to a
machine or a moment (sessions, jobs, keys) is left out, and so is what can be told from the rest.
"""

import io
import json
import re
import tarfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

SHOP = Path(__file__).parent / "shop.tar.xz"
APPS = ("core", "inventory", "orders", "shipping", "returns", "fraud", "support", "kpis")
# Figures go by business days, which shift otherwise than moments over a clock change.
FIGURES = {"kpis_dailyfigure", "kpis_rolledday", "kpis_dirtyday", "kpis_daysclosed"}
LEFT_OUT = FIGURES | {
    "core_apitoken", "core_job", "core_idempotentrequest", "core_savedview", "core_batch",
    "core_batchrow", "core_inboxmessage", "core_webhookendpoint", "core_webhookdelivery",
    "orders_importline", "orders_importedreturnline",
    "kpis_forecastrun", "kpis_demandforecast", "inventory_replenishment",  # forecast anew
    "fraud_trace",  # hashed with the installation's own key: made anew
}  # fmt: skip
# Columns that are left out. Labels are drawn again when somebody wants to see one; an order's
# fingerprint is there to tell a channel's repetition from another order.
BLANKED = {"shipping_label": {"pdf"}, "orders_order": {"fingerprint"}}
# What is told from the same row when it is loaded. Mostly when the database took a row in: that
# was while the demo was played, and is to be when it happened in it.
TOLD = {
    "core_eventrecord": {"recorded_at": "happened_at"},
    "inventory_stockmovement": {"recorded_at": "effective_at"},
    "orders_order": {
        "created_at": "placed_at",
        "updated_at": "greatest(placed_at, shipped_at, delivered_at, closed_at, cancelled_at)",
    },
    "orders_fulfillmentorder": {"created_at": "released_at"},
    "orders_paymentevent": {"recorded_at": "happened_at"},
    "shipping_parcel": {
        "created_at": "packed_at",
        "updated_at": "greatest(packed_at, labelled_at, shipped_at, delivered_at)",
    },
    "shipping_trackingevent": {"recorded_at": "happened_at"},
    "returns_returnauthorization": {
        "created_at": "requested_at",
        "updated_at": "greatest(requested_at, approved_at, received_at, inspected_at, closed_at,"
        " ended_at)",
    },
    "returns_refund": {
        "created_at": "requested_at",
        "updated_at": "greatest(requested_at, asked_at, done_at)",
    },
    "support_case": {
        "created_at": "opened_at",
        "updated_at": "greatest(opened_at, last_message_at, resolved_at)",
    },
    "support_casemessage": {"recorded_at": "said_at"},
    "inventory_vendormail": {"mail_id": "'<' || public_id || '@purchases.opsmgr>'"},
    "support_notice": {"mail_id": "'<' || public_id || '@notices.opsmgr>'"},
}
OPENED = "(SELECT min(effective_at) FROM inventory_stockmovement)"
BOUGHT = "(SELECT min(placed_at) FROM orders_order AS o WHERE o.customer_id = orders_customer.id)"
# The same, where it takes a look at other rows: told when the shop is packed.
SAID = {
    "inventory_product": {"created_at": OPENED},
    "inventory_sku": {"created_at": OPENED, "updated_at": OPENED},
    "inventory_listing": {"created_at": OPENED},
    "inventory_stocklevel": {
        "updated_at": "(SELECT max(effective_at) FROM inventory_stockmovement AS m"
        " WHERE m.level_id = inventory_stocklevel.id)"
    },
    "orders_customer": {"created_at": BOUGHT, "updated_at": BOUGHT},
}
STAMPS = {"created_at", "updated_at", "recorded_at", "linked_at", "joined_at", "changed_at"}
PUBLIC_ID = re.compile(rb"(?<![0-9a-z])[0-9a-z]{16}(?![0-9a-z])")


def tables() -> list[str]:
    """The tables that make up a shop."""
    found = {
        model._meta.db_table
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return sorted(found - LEFT_OUT)


def columns_of(table: str) -> dict[str, str]:
    """Name and type of the columns that can be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT column_name, data_type FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
             ORDER BY ordinal_position""",
            [table],
        )
        return dict(cursor.fetchall())


def public_id_of(table: str) -> str:
    """SQL for the public id that a row of the demo has: told from its id, so that none is kept."""
    return f"left(md5('{table} ' || id), 16)"


@transaction.atomic
def pack(path: str | Path, *, made_at: datetime) -> int:
    """Write the shop of this database to `path`; return the file's size in bytes."""
    ids = _public_ids()
    described = {}
    with tarfile.open(path, "w:xz", preset=9) as archive, connection.cursor() as cursor:
        for table in tables():
            kinds = columns_of(table)
            packed = [name for name in kinds if name not in _left_out(table, kinds)]
            for name in packed:
                text = io.BytesIO()
                said = _said(table, name, made_at)
                order = "ORDER BY id" if "id" in kinds else ""
                rows = f"SELECT {said} FROM {table} {order}"  # noqa: S608 - our own names
                cursor.cursor.copy_expert(f"COPY ({rows}) TO STDOUT", text)
                _add(archive, f"{table}/{name}", _renamed(text.getvalue(), ids))
            described[table] = packed
        about = {"made_at": made_at.isoformat(), "tables": described, "sequences": _sequences()}
        _add(archive, "about.json", json.dumps(about, indent=1).encode())
    return Path(path).stat().st_size


def _sequences() -> dict[str, int]:
    """Sequences of numbers that people read, and where they stand; those of ids go by the ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sequencename, coalesce(last_value, start_value - increment_by)
                 FROM pg_sequences AS s JOIN pg_class AS c ON c.relname = s.sequencename
                WHERE schemaname = 'public' AND relnamespace = 'public'::regnamespace
                  AND NOT EXISTS (SELECT FROM pg_depend AS d
                                   WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')
                                     AND d.refobjsubid > 0)
             ORDER BY 1"""
        )
        return dict(cursor.fetchall())


def _left_out(table: str, kinds: Iterable[str]) -> set[str]:
    told = BLANKED.get(table, set()) | TOLD.get(table, {}).keys()
    return told | ({"public_id"} if "id" in kinds else set())


def _said(table: str, name: str, made_at: datetime) -> str:
    if said := SAID.get(table, {}).get(name):
        return said
    if name in STAMPS:  # by the clock of the machine that played
        return f"least(\"{name}\", '{made_at.isoformat()}')"
    return f'"{name}"'


def _public_ids() -> dict[bytes, bytes]:
    """Public ids as they are -> as they will be, for the texts that hold some."""
    found: dict[bytes, bytes] = {}
    with connection.cursor() as cursor:
        for table in tables():
            if {"id", "public_id"} <= columns_of(table).keys():
                ours = f"SELECT public_id, {public_id_of(table)} FROM {table}"  # noqa: S608
                cursor.execute(ours)
                found |= {old.encode(): new.encode() for old, new in cursor.fetchall()}
    return found


def _renamed(text: bytes, ids: dict[bytes, bytes]) -> bytes:
    return PUBLIC_ID.sub(lambda found: ids.get(found[0], found[0]), text)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
