"""From the codes that people and other systems use to rows; what is not there is told by field."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.actor import current_actor
from core.errors import BadValue
from inventory.models import Barcode, Bin, Channel, Sku, Warehouse
from inventory.models.barcodes import key_of


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What a code means: a SKU, and how many units of it; `pack` is what it is printed on."""

    sku: Sku
    units: int = 1
    pack: str = ""


def scanned(code: str, *, field: str = "barcode") -> Scanned:
    """What somebody has scanned: a SKU's code, else any barcode of it. Raises BadValue."""
    word = code.strip()
    found = _meant([word]).get(word)
    if found is None:
        raise BadValue(field=field, fix=f"There is no SKU {word[:64]}.")
    return found


def units_scanned(code: str, skus: Collection[Sku]) -> dict[int, int]:
    """SKU id -> units, of those of these SKUs that a scanned code means, whatever its case.

    A SKU's own code, and that of one that was merged into it, is one unit; a barcode of a pack is
    all the units of the pack.
    """
    word, ids = code.strip(), [sku.pk for sku in skus]
    if not word:
        return {}
    named = {sku.pk: 1 for sku in skus if sku.code.casefold() == word.casefold()}
    if named:
        return named
    rows = Barcode.objects.filter(sku__in=ids, key__iexact=key_of(word)).select_related("pack")
    if coded := {row.sku_id: row.units for row in rows}:
        return coded
    old = Sku.objects.filter(merged_into__in=ids, code__iexact=word)
    return {sku_id or 0: 1 for sku_id in old.values_list("merged_into", flat=True)}


def sku_called(code: str, *, field: str = "sku") -> Sku:
    """The SKU of that code, else of that barcode. Raises BadValue."""
    return skus_called([code], fields=[field])[0]


def skus_called(codes: Iterable[str], *, fields: Iterable[str]) -> list[Sku]:
    """The SKUs of these codes or barcodes, in their order. Raises BadValue for an unknown one."""
    wanted = list(codes)
    meant = _meant(wanted)
    found = []
    for code, field in zip(wanted, fields, strict=True):
        if code not in meant:
            raise BadValue(field=field, fix=f"There is no SKU {code}.")
        found.append(meant[code].sku)
    return found


def skus_by_code(codes: Iterable[str]) -> dict[str, Sku]:
    """Code -> SKU, of those that there are; for one that was merged, the one that is kept."""
    rows = Sku.objects.filter(code__in=set(codes)).select_related("merged_into")
    return {sku.code: sku.merged_into or sku for sku in rows}


def sold_by_code(codes: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Code -> (SKU id, title) of those that are sold, as `skus_by_code` finds them.

    Only what each order needs of them: this is on the way of every order.
    """
    rows = Sku.objects.filter(code__in=set(codes)).values_list(
        "code", "id", "title", "active", "merged_into_id", "merged_into__title",
        "merged_into__active",
    )  # fmt: skip
    found = {}
    for code, pk, title, active, kept, kept_title, kept_active in rows:
        if kept_active if kept else active:
            found[code] = (kept or pk, kept_title or title)
    return found


def _meant(codes: Collection[str]) -> dict[str, Scanned]:
    """Each code that means something, and what; two queries for all of them."""
    found = {code: Scanned(sku=sku) for code, sku in skus_by_code(codes).items()}
    keys = {code: key_of(code) for code in codes if code not in found}
    if keys:
        rows = Barcode.objects.filter(key__in=set(keys.values())).select_related("sku", "pack")
        by_key = {row.key: row for row in rows}
        for code, key in keys.items():
            if row := by_key.get(key):
                pack = row.pack.name if row.pack else ""
                found[code] = Scanned(sku=row.sku, units=row.units, pack=pack)
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
