"""From the codes that people and other systems use to rows; what is not there is told by field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.actor import current_actor
from core.errors import BadValue
from inventory.models import Bin, Channel, Sku, Warehouse


def sku_called(code: str, *, field: str = "sku") -> Sku:
    """The SKU of that code, else of that barcode. Raises BadValue."""
    return skus_called([code], fields=[field])[0]


def skus_called(codes: Iterable[str], *, fields: Iterable[str]) -> list[Sku]:
    """The SKUs of these codes or barcodes, in their order. Raises BadValue for an unknown one."""
    wanted = list(codes)
    by_code = {sku.code: sku for sku in Sku.objects.filter(code__in=wanted)}
    others = [code for code in wanted if code not in by_code]
    by_barcode = {sku.barcode: sku for sku in Sku.objects.filter(barcode__in=others)}
    found = []
    for code, field in zip(wanted, fields, strict=True):
        sku = by_code.get(code) or by_barcode.get(code)
        if sku is None:
            raise BadValue(field=field, fix=f"There is no SKU {code}.")
        found.append(sku)
    return found


def lines_by_sku(lines: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """SKU id -> line, of lines with a "sku". Raises BadValue by line: unknown, or named twice."""
    places = [f"lines.{at}.sku" for at in range(len(lines))]
    found: dict[int, Mapping[str, Any]] = {}
    skus = skus_called([line["sku"] for line in lines], fields=places)
    for place, sku, line in zip(places, skus, lines, strict=True):
        if sku.pk in found:
            raise BadValue(field=place, fix=f"{sku} is named twice; add them up.")
        found[sku.pk] = line
    return found


def bins_called(codes: Sequence[str], warehouse: Warehouse, *, fields: Iterable[str]) -> list[Bin]:
    """The bins of these codes in a warehouse. Raises BadValue for the first that it has not."""
    known = {one.code: one for one in Bin.objects.filter(warehouse=warehouse, code__in=codes)}
    for code, field in zip(codes, fields, strict=True):
        if code not in known:
            raise BadValue(field=field, fix=f"{warehouse} has no bin {code[:32]}.")
    return list(known.values())


def warehouse_called(code: str, *, field: str = "warehouse") -> Warehouse:
    """The warehouse of that code, within reach. Raises BadValue."""
    found = Warehouse.objects.visible_to(current_actor()).filter(code=code).first()
    if found is None:
        raise BadValue(field=field, fix=f"There is no warehouse {code}.")
    return found


def channel_called(code: str, *, field: str = "channel") -> Channel:
    """The channel of that code, within reach. Raises BadValue."""
    found = Channel.objects.visible_to(current_actor()).filter(code=code).first()
    if found is None:
        raise BadValue(field=field, fix=f"There is no channel {code}.")
    return found
