"""Two SKUs that are one thing: the duplicate goes up in the one that is kept."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.operations import operation, require_reach
from inventory.errors import MergeBlocked, SkuArchived, SkuMerged
from inventory.events import ListingMapped, SkusMerged, StockChanged
from inventory.models import (
    Listing,
    Pack,
    ReplenishmentRule,
    Sku,
    SkuMerge,
    SkuPicture,
    StockLevel,
    SupplierProduct,
)
from inventory.operations.catalog import fields
from inventory.operations.catalog.archive import put_away
from inventory.operations.catalog.in_use import lock_alone
from inventory.operations.catalog.needs import business_of
from inventory.operations.stock.booking import Source, Why, book, lock_levels, make_levels
from inventory.states import Bucket, Counter, Movement

SOURCE = "sku_merge"
Stock = dict[int, dict[str, int]]  # warehouse id -> bucket -> units


@dataclass
class MergePlan:
    """What a merge would move, or what is in its way."""

    sku: Sku
    kept: Sku
    stock: Stock = field(default_factory=dict)
    barcodes: list[str] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    agreements: list[SupplierProduct] = field(default_factory=list)
    packs: dict[int, Pack | None] = field(default_factory=dict)  # its pack -> the kept one's, alike
    in_the_way: list[str] = field(default_factory=list)

    @property
    def units(self) -> int:
        """Units of all warehouses and buckets together."""
        return sum(sum(buckets.values()) for buckets in self.stock.values())


@operation(permission="inventory.merge_sku")
def merge_sku(sku_id: int, into_id: int, *, reason: str) -> SkuMerge:
    """Let `into` go on for a SKU: its stock, barcodes, packs, listings, vendors' prices move there.

    Stock moves by ledger movements of both; what has happened stays with the old SKU, which is
    archived and leads to the kept one: whoever looks it up by code or barcode finds that. Costs do
    not move. Raises MergeBlocked with what is in the way (promises, open papers, packs of one
    name and other units, prices of one vendor for both), SkuMerged, SkuArchived, BadValue,
    NotThere for a warehouse or channel out of reach. Publishes sku.merged, listing.mapped,
    stock.changed.
    """
    said = mask_cards(fields.text(200, empty=False)("reason", reason))[0]
    if sku_id == into_id:
        raise BadValue(field="into", fix="Choose another SKU than itself.")
    found = {pk: lock_alone(pk) for pk in sorted((sku_id, into_id))}
    sku, kept = found[sku_id], found[into_id]
    places = StockLevel.objects.for_sku(sku_id).values_list("warehouse_id", flat=True)
    lock_levels([sku_id, into_id], places)
    plan = plan_merge(sku, kept)
    if plan.in_the_way:
        raise MergeBlocked(
            field="into", sku=sku.code, kept=kept.code, reasons="; ".join(plan.in_the_way),
            in_the_way=plan.in_the_way,
        )  # fmt: skip
    _require_reach(plan)
    moved = _told(plan)
    main = sku.barcode
    _move_names(plan)
    _close(sku, kept, main)
    made = SkuMerge.objects.create(
        merged=sku, kept=kept, reason=said, moved=moved, actor=current_actor().name,
        merged_at=clock.now(),
    )  # fmt: skip
    publish(
        SkusMerged(
            sku_id=sku.pk, kept_id=kept.pk, merge_id=made.pk,
            what=f"{sku.code} was merged into {kept.code}", reason=said[:100],
        )
    )  # fmt: skip
    _move_stock(plan, made)
    publish(StockChanged(sku_ids=[sku.pk, kept.pk], why="merged"))
    return made


def plan_merge(sku: Sku, kept: Sku) -> MergePlan:
    """What merging them would move, and what is in the way. Raises SkuMerged, SkuArchived."""
    for one, name in ((sku, "sku"), (kept, "into")):
        if one.merged_into is not None:
            raise SkuMerged(field=name, sku=one.code, kept=one.merged_into.code)
    if kept.archived_at is not None:
        raise SkuArchived(field="into", sku=kept.code)
    plan = MergePlan(sku, kept, in_the_way=business_of(sku))
    for level in StockLevel.objects.for_sku(sku.pk).order_by("warehouse_id"):
        if units := {name: getattr(level, name) for name in Bucket.values if getattr(level, name)}:
            plan.stock[level.warehouse_id] = units
    plan.barcodes = list(sku.barcodes.order_by("id").values_list("text", flat=True))
    plan.listings = list(sku.listings.select_related("channel").order_by("id"))
    _plan_packs(plan)
    _plan_agreements(plan)
    return plan


def _plan_packs(plan: MergePlan) -> None:
    """A pack that both have of one name must hold the same; others move as they are."""
    there = {pack.name.lower(): pack for pack in plan.kept.packs.all()}
    for pack in plan.sku.packs.order_by("units", "id"):
        alike = there.get(pack.name.lower())
        plan.packs[pack.pk] = alike
        if alike is None or (alike.units == pack.units and alike.active >= pack.active):
            continue
        said = f"a {pack.name} is {pack.units:,} units here and {alike.units:,} there; rename one"
        if alike.units == pack.units:
            said = f"{alike.name} is not used any more there; rename it, or use it again"
        plan.in_the_way.append(said)


def _plan_agreements(plan: MergePlan) -> None:
    """Prices move unless the vendor has agreed one for both; an ended one then stays."""
    theirs = list(plan.kept.supplier_products.all())
    for mine in plan.sku.supplier_products.select_related("vendor").order_by("id"):
        crossed = any(_overlap(mine, other) for other in theirs)
        if not crossed:
            plan.agreements.append(mine)
        elif mine.valid_to is None or mine.valid_to >= clock.today():
            plan.in_the_way.append(f"{mine.vendor} has a price for both; end one of them")


def _overlap(mine: SupplierProduct, other: SupplierProduct) -> bool:
    return (
        mine.vendor_id == other.vendor_id
        and mine.valid_from <= (other.valid_to or date.max)
        and other.valid_from <= (mine.valid_to or date.max)
    )


def _require_reach(plan: MergePlan) -> None:
    for warehouse_id in plan.stock:
        require_reach("warehouse", warehouse_id=warehouse_id)
    for channel_id in {listing.channel_id for listing in plan.listings}:
        require_reach("channel", channel_id=channel_id)


def _told(plan: MergePlan) -> dict[str, Any]:
    """What the log says has moved."""
    levels = StockLevel.objects.for_sku(plan.sku.pk).select_related("warehouse")
    codes = {level.warehouse_id: level.warehouse.code for level in levels}
    return {
        "stock": {codes[place]: units for place, units in plan.stock.items()},
        "barcodes": plan.barcodes,
        "packs": list(plan.sku.packs.order_by("units").values_list("name", flat=True)),
        "listings": [f"{one} on {one.channel}" for one in plan.listings],
        "vendors": [str(one.vendor) for one in plan.agreements],
    }


def _move_names(plan: MergePlan) -> None:
    """Packs, barcodes, listings, prices, and pictures where the kept one has none."""
    sku, kept = plan.sku, plan.kept
    for pack in sku.packs.order_by("units", "id"):
        alike = plan.packs[pack.pk]
        if alike is not None:
            pack.barcodes.update(pack=alike)
            pack.inside, pack.count, pack.active = None, pack.units, False  # its inner may move
            pack.save(update_fields=["inside", "count", "active", "updated_at"])
            continue
        if pack.inside_id is not None:
            pack.inside_id = getattr(plan.packs[pack.inside_id], "pk", pack.inside_id)
        pack.sku = kept
        pack.save(update_fields=["sku", "inside", "updated_at"])
    sku.barcodes.update(sku=kept)
    SupplierProduct.objects.filter(pk__in=[one.pk for one in plan.agreements]).update(sku=kept)
    if not ReplenishmentRule.objects.filter(sku=kept).exists():
        ReplenishmentRule.objects.filter(sku=sku).update(sku=kept)
    if not kept.pictures.exists():
        SkuPicture.objects.filter(sku=sku).update(sku=kept)
    for listing in plan.listings:
        listing.sku = kept
        listing.refused_units, listing.refused_at, listing.push_error = None, None, ""
        listing.save(update_fields=["sku", "refused_units", "refused_at", "push_error"])
        publish(ListingMapped(listing_id=listing.pk, channel_id=listing.channel_id, sku_id=kept.pk))


def _close(sku: Sku, kept: Sku, main: str | None) -> None:
    """Archive the old one; whoever leads to it leads to the kept one."""
    Sku.objects.filter(merged_into=sku).update(merged_into=kept)
    sku.barcode, sku.merged_into = None, kept
    put_away(sku)
    if kept.barcode is None and main is not None:
        kept.barcode = main
        kept.save(update_fields=["barcode", "updated_at"])


def _move_stock(plan: MergePlan, merge: SkuMerge) -> None:
    """Out of the one and into the other, as movements; last, since stock rows are hot."""
    sku, kept = plan.sku, plan.kept
    bins = dict(StockLevel.objects.for_sku(sku.pk).values_list("warehouse_id", "bin_id"))
    why = Why(kind=Movement.MERGE, reason=f"{sku.code} into {kept.code}")
    for place, units in plan.stock.items():
        make_levels(place, [kept.pk])
        StockLevel.objects.filter(sku=kept, warehouse=place, bin=None).update(bin=bins[place])
        moves = [(sku.pk, Counter(name), -number) for name, number in units.items()]
        moves += [(kept.pk, Counter(name), number) for name, number in units.items()]
        source = Source(kind=SOURCE, id=merge.pk, key=f"merge {merge.pk}")
        book(place, moves, why=why, source=source)
    StockLevel.objects.for_sku(sku.pk).exclude(safety_stock=0).update(safety_stock=0)
