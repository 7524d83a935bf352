"""Units and packs: an inner holds units, a case inners, a pallet cases; every step exactly."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import operation
from inventory.errors import PackInUse
from inventory.events import SkuPacksChanged
from inventory.models import Pack, PurchaseLine
from inventory.operations.catalog import fields
from inventory.operations.catalog.in_use import lock_alone, require_open
from inventory.operations.catalog.needs import allocated_of
from inventory.states import EXPECTED, UNDECIDED

SINGLE = ("each", "unit", "units", "piece")
MOST_PACK = 1_000_000  # units of one pack
MOST_EACH = 20  # packs of one SKU
PACK_RULES: dict[str, fields.Clean] = {
    "name": fields.text(32, empty=False),
    "count": fields.whole(1, MOST_PACK),
    "inside": fields.text(32),
    "weight_grams": fields.whole(1, 10_000_000),
    "length_mm": fields.whole(1, 100_000),
    "width_mm": fields.whole(1, 100_000),
    "height_mm": fields.whole(1, 100_000),
    "active": fields.yes_or_no,
}


@operation(permission="inventory.change_sku")
def add_pack(sku_id: int, given: Mapping[str, Any]) -> Pack:
    """Say in which pack a SKU comes: `count` of the pack `inside` (by name), or of single units.

    `given` takes the fields of PACK_RULES. Raises BadValue, SkuArchived, SkuMerged. Publishes
    sku.packed.
    """
    sku = lock_alone(sku_id)
    require_open([sku_id])
    if sku.packs.count() >= MOST_EACH:
        raise BadValue(field="name", fix=f"A SKU has at most {MOST_EACH} packs.")
    pack = Pack(sku=sku)
    _apply(pack, {"name": "", "count": None, **given})
    pack.save()
    _tell(pack, "added")
    return pack


@operation(permission="inventory.change_sku")
def change_pack(pack_id: int, changes: Mapping[str, Any]) -> Pack:
    """Change a pack; packs that hold it hold as many of it as before.

    How many units it holds stays while units of the SKU are promised, or while an order to a
    vendor is open in such packs. One that is not used any more is made inactive, once no barcode
    and no other pack means it. Raises BadValue, PackInUse, NotThere. Publishes sku.packed.
    """
    sku_id = Pack.objects.filter(pk=pack_id).values_list("sku_id", flat=True).first()
    sku = lock_alone(sku_id or 0)
    pack = sku.packs.filter(pk=pack_id).first()
    if pack is None:
        raise NotThere(kind="pack")
    before = (pack.units, pack.inside_id, pack.active)
    _apply(pack, changes)
    held = _holding(pack)
    if pack.units != before[0]:
        field = "inside" if pack.inside_id != before[1] else "count"
        _require_unused(pack, {before[0], *(one.units for one in held)}, field=field)
    if before[2] and not pack.active:
        _require_left(pack, held)
    pack.save()
    _count_again(pack)
    _tell(pack, "changed")
    return pack


def _apply(pack: Pack, given: Mapping[str, Any]) -> None:
    clean = fields.cleaned(given, PACK_RULES)
    if "name" in clean:
        _require_name(pack, clean["name"])
    if "count" in clean and clean["count"] is None:
        raise BadValue(field="count", fix="Say how many it holds.")
    inside = clean.pop("inside", None)
    for name, value in clean.items():
        setattr(pack, name, value)
    if inside is not None:
        pack.inside = None if inside.lower() in ("", *SINGLE) else _inner(pack, inside)
    units = pack.count * (pack.inside.units if pack.inside else 1)
    if units > MOST_PACK:
        raise BadValue(field="count", fix=f"A pack holds at most {MOST_PACK:,} units.")
    pack.units = units


def _require_name(pack: Pack, name: str) -> None:
    if name.lower() in SINGLE:
        raise BadValue(field="name", fix="The single unit is there already; name what holds some.")
    if "\n" in name:
        raise BadValue(field="name", fix="Give one line.")
    if pack.sku.packs.filter(name__iexact=name).exclude(pk=pack.pk).exists():
        raise BadValue(field="name", fix=f"{pack.sku} has a pack {name} already.")


def _inner(pack: Pack, name: str) -> Pack:
    """The smaller pack of that name. Raises BadValue for none, or one that holds this pack."""
    found = pack.sku.packs.live().filter(name__iexact=name).first()
    if found is None:
        raise BadValue(field="inside", fix=f"{pack.sku} has no pack {name}; add it first.")
    step: Pack | None = found
    while step is not None:
        if step.pk == pack.pk:
            raise BadValue(field="inside", fix=f"{found.name} holds {pack.name} itself.")
        step = step.inside
    return found


def _holding(pack: Pack) -> list[Pack]:
    """All packs that hold it, also within others; the nearest first."""
    found: list[Pack] = []
    near = [pack]
    while near:
        near = list(Pack.objects.filter(inside__in=near).order_by("pk"))
        found += near
    return found


def _count_again(pack: Pack) -> None:
    for outer in _holding(pack):
        inside = Pack.objects.get(pk=outer.inside_id)
        outer.units = outer.count * inside.units
        if outer.units > MOST_PACK:
            fix = f"{outer.name} would hold {outer.units:,} units; {MOST_PACK:,} are the most."
            raise BadValue(field="count", fix=fix)
        outer.save(update_fields=["units", "updated_at"])


def _require_unused(pack: Pack, sizes: Iterable[int], *, field: str) -> None:
    found = []
    if units := allocated_of(pack.sku):
        found.append(f"{units:,} units of it are allocated")
    lines = PurchaseLine.objects.filter(
        sku=pack.sku,
        pack_units__in=set(sizes) - {1},
        order__status__in=[*UNDECIDED, *EXPECTED],
        units__gt=F("units_received") + F("units_missing"),
    )
    orders = sorted(set(lines.values_list("order__number", flat=True)[:5]))
    if orders:
        found.append(f"{', '.join(orders)} orders it in such packs")
    if found:
        reasons = "; ".join(found)
        raise PackInUse(field=field, pack=pack.name, sku=pack.sku.code, reasons=reasons)


def _require_left(pack: Pack, held: Iterable[Pack]) -> None:
    """Nothing means a pack that is not used any more."""
    found = [f"{one.name} holds it" for one in held if one.active and one.inside_id == pack.pk]
    found += [f"barcode {code} is on it" for code in pack.barcodes.values_list("text", flat=True)]
    if found:
        reasons = "; ".join(found[:5])
        raise PackInUse(field="active", pack=pack.name, sku=pack.sku.code, reasons=reasons)


def _tell(pack: Pack, what: str) -> None:
    publish(SkuPacksChanged(sku_id=pack.sku_id, what=f"Pack {pack} {what}"))
