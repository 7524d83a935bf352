"""Settings of channels and warehouses: who changes them changes what others are promised."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.db import models

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation, require_reach
from inventory.events import ChannelChanged, WarehouseChanged
from inventory.models import Bin, Channel, ChannelWarehouse, Warehouse
from inventory.operations.catalog import fields
from inventory.states import SkuNeed

GATES = ("payment", "address", "risk")


def _gates(field: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or any(gate not in GATES for gate in value):
        raise BadValue(field=field, fix=f"Choose among {', '.join(GATES)}.")
    return [gate for gate in GATES if gate in value]


def _clock_time(field: str, value: Any) -> time:
    try:
        return value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError as error:
        raise BadValue(field=field, fix="Give a time like 14:00.") from error


def _needs(field: str, value: Any) -> list[str]:
    known = list(SkuNeed.values)
    if not isinstance(value, list | tuple) or any(need not in known for need in value):
        raise BadValue(field=field, fix=f"Choose among {', '.join(known)}.")
    return [need for need in known if need in value]


def _least(most: int) -> fields.Clean:
    loose = fields.whole(1, most)

    def clean(field: str, value: Any) -> int:
        return loose(field, value) or 1

    return clean


CHANNEL_RULES: dict[str, fields.Clean] = {
    "name": fields.text(100, empty=False),
    "currency": fields.currency,
    "active": fields.yes_or_no,
    "marketplace": fields.yes_or_no,
    "clearances": _gates,
    "handling_hours": fields.whole(0, 1000),
    "list_needs": _needs,
    "ship_needs": _needs,
    "least_description": _least(20_000),
    "least_pictures": _least(12),
    "adapter": fields.text(32),
    "adapter_url": fields.web_address,
    "adapter_secret": fields.text(200),
}
WAREHOUSE_RULES: dict[str, fields.Clean] = {
    "name": fields.text(100, empty=False),
    "line1": fields.text(100),
    "line2": fields.text(100),
    "city": fields.text(100),
    "region": fields.text(100),
    "postal_code": fields.text(20),
    "country": fields.country,
    "time_zone": fields.time_zone,
    "cutoff": _clock_time,
    "active": fields.yes_or_no,
}


@operation(permission="inventory.change_channel")
def create_channel(code: str, settings: Mapping[str, Any]) -> Channel:
    """Open a channel. Raises BadValue. Publishes channel.changed."""
    word = _new_code(Channel, code, 32)
    clean = fields.cleaned(settings, CHANNEL_RULES)
    _require_address(clean.get("adapter", ""), clean.get("adapter_url", ""))
    channel = Channel.objects.create(code=word, **clean)
    publish(ChannelChanged(channel_id=channel.pk, fields=["code", *sorted(clean)]))
    return channel


@operation(permission="inventory.change_channel")
def change_channel(channel_id: int, changes: Mapping[str, Any]) -> Channel:
    """Change settings of a channel. Publishes channel.changed: it is then compared as a whole."""
    channel = lock(Channel, channel_id)
    changed = _apply(channel, fields.cleaned(changes, CHANNEL_RULES))
    _require_address(channel.adapter, channel.adapter_url)
    if changed:
        publish(ChannelChanged(channel_id=channel.pk, fields=changed))
    return channel


@operation(permission="inventory.change_channel")
def rank_warehouses(channel_id: int, warehouse_ids: Sequence[int]) -> Channel:
    """Say which warehouses serve the channel, first asked first. Publishes channel.changed."""
    channel = lock(Channel, channel_id)
    wanted = list(dict.fromkeys(warehouse_ids))
    if Warehouse.objects.filter(pk__in=wanted).count() != len(wanted):
        raise NotThere(kind="warehouse")
    channel.ranks.exclude(warehouse_id__in=wanted).delete()
    for rank, warehouse_id in enumerate(wanted, 1):
        ChannelWarehouse.objects.update_or_create(
            channel=channel, warehouse_id=warehouse_id, defaults={"rank": rank}
        )
    publish(ChannelChanged(channel_id=channel.pk, fields=["warehouses"]))
    return channel


@operation(permission="inventory.change_warehouse")
def create_warehouse(code: str, settings: Mapping[str, Any]) -> Warehouse:
    """Open a warehouse. Raises BadValue. Publishes warehouse.changed."""
    word = _new_code(Warehouse, code, 16)
    clean = fields.cleaned({"country": "", **settings}, WAREHOUSE_RULES)
    if not clean["country"]:
        raise BadValue(field="country", fix="Say in which country it is.")
    warehouse = Warehouse.objects.create(code=word, **clean)
    publish(WarehouseChanged(warehouse_id=warehouse.pk, fields=["code", *sorted(clean)]))
    return warehouse


@operation(permission="inventory.change_warehouse")
def change_warehouse(warehouse_id: int, changes: Mapping[str, Any]) -> Warehouse:
    """Change settings of a warehouse; channels that it serves are compared when it opens or closes.

    Publishes warehouse.changed, and channel.changed for each of those.
    """
    warehouse = lock(Warehouse, warehouse_id)
    changed = _apply(warehouse, fields.cleaned(changes, WAREHOUSE_RULES))
    if changed:
        publish(WarehouseChanged(warehouse_id=warehouse.pk, fields=changed))
    if "active" in changed:
        served = ChannelWarehouse.objects.filter(warehouse=warehouse)
        for channel_id in served.values_list("channel_id", flat=True):
            publish(ChannelChanged(channel_id=channel_id, fields=["warehouses"]))
    return warehouse


@operation(permission="inventory.change_warehouse")
def save_bin(warehouse_id: int, *, code: str, position: int = 0) -> Bin:
    """Make a place in a warehouse, or change where the picker's walk passes it."""
    require_reach("warehouse", warehouse_id=warehouse_id)
    word = fields.code(32)("code", code)
    place = fields.whole(0, 1_000_000)("position", position) or 0
    if not Warehouse.objects.filter(pk=warehouse_id).exists():
        raise NotThere(kind="warehouse")
    return Bin.objects.update_or_create(
        warehouse_id=warehouse_id, code=word, defaults={"position": place}
    )[0]


def _new_code(model: type[models.Model], code: str, most: int) -> str:
    word: str = fields.code(most)("code", code)
    if not all(letter.isalnum() or letter in "-_" for letter in word) or not word.isascii():
        raise BadValue(field="code", fix="Use letters, digits, - and _ only.")
    if model._default_manager.filter(code=word).exists():
        raise BadValue(field="code", fix=f"{word} is taken; give another.")
    return word


def _apply(row: models.Model, clean: Mapping[str, Any]) -> list[str]:
    changed = sorted(field for field, value in clean.items() if getattr(row, field) != value)
    for field in changed:
        setattr(row, field, clean[field])
    if changed:
        row.save(update_fields=changed)
    return changed


def _require_address(adapter: str, url: str) -> None:
    if adapter and not url:
        raise BadValue(field="adapter_url", fix="An adapter needs the address it speaks to.")
