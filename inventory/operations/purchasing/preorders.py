"""Units that are sold before they are there: taken, filled when they come, claimed, given back.

Everything here runs inside an operation. Locks go as everywhere: orders and papers, then levels,
then offers by id. Whoever changes preorders has the level of their SKU and warehouse; the offer's
row keeps away who changes its cap, its end or its line.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from core import clock
from core.events import publish
from core.statements import run_sql
from inventory.events.preorders import PreorderFilled
from inventory.models import Allocation, Preorder, PreorderOffer, PurchaseOrder, StockLevel
from inventory.models.purchasing.preorders import PreorderOfferQuerySet
from inventory.operations.stock.allocate import Line, allocate_rest
from inventory.operations.stock.booking import lock_levels
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.preorder_room import HOLDER

Key = tuple[int, int]  # warehouse id, SKU id


@dataclass(frozen=True, kw_only=True)
class Preordered:
    """What was taken from offers: units by holder, and the last day that any of it is expected."""

    units: Mapping[int, int]
    day: date
    warehouse_id: int | None = None


def allocate_or_preorder(
    lines: Sequence[Line],
    *,
    holder_kind: str = "order_line",
    warehouse_ids: Sequence[int],
    since: datetime,
) -> Preordered | None:
    """Promise what is there and preorder the rest, all from one warehouse: the first that covers.

    None, and nothing has changed, when no warehouse covers the lines with both.
    """
    skus = {sku_id for _, sku_id, _ in lines}
    lock_levels(skus, warehouse_ids)
    offers = _locked(_offered(skus, warehouse_ids))
    free = _free(skus, warehouse_ids)
    wanted: Tally[int] = Tally()
    for offer in offers:
        free[offer.warehouse_id, offer.sku_id] += offer.left
    for _, sku_id, units in lines:
        wanted[sku_id] += units
    for place in warehouse_ids:
        if all(free[place, sku_id] >= units for sku_id, units in wanted.items()):
            break
    else:
        return None
    served = allocate_rest(lines, holder_kind=holder_kind, warehouse_id=place)
    rest = [(pk, sku, units - served.get(pk, 0)) for pk, sku, units in lines]
    here = [offer for offer in offers if offer.warehouse_id == place]
    taken, day = _take(rest, here, holder_kind=holder_kind, since=since)
    return Preordered(units=taken, day=day, warehouse_id=place)


def preorder_rest(
    lines: Sequence[Line],
    *,
    holder_kind: str = "order_line",
    warehouse_ids: Sequence[int],
    since: datetime,
) -> Preordered:
    """Preorder of these lines what offers in any of the warehouses have left.

    For what a marketplace has accepted: what is missing then is the caller's to note. The levels
    are locked by the caller.
    """
    skus = {sku_id for _, sku_id, _ in lines}
    offers = _locked(_offered(skus, warehouse_ids))
    units, day = _take(lines, offers, holder_kind=holder_kind, since=since)
    return Preordered(units=units, day=day)


def fill_preorders(order: PurchaseOrder, came: Mapping[int, int]) -> None:
    """Keep units that came in (line id -> good units) for the preorders of these lines.

    The oldest first; they are promised at once, so that nobody else is sold them, and claimed by
    their holders after. The levels are locked: the receipt has just been booked on them. Publishes
    preorder.filled.
    """
    good = {line_id: units for line_id, units in came.items() if units > 0}
    if not good or not _locked(PreorderOffer.objects.waiting().filter(line__in=good)):
        return
    served = run_sql("inventory/fill_preorders", line_ids=list(good), units=list(good.values()))
    allocate_rest(
        [(row["id"], row["sku_id"], row["units"]) for row in served],
        holder_kind=HOLDER,
        warehouse_id=order.warehouse_id,
    )
    sums: Tally[Key] = Tally()
    for row in served:
        sums[row["offer_id"], row["sku_id"]] += row["units"]
    for (offer_id, sku_id), units in sorted(sums.items()):
        publish(
            PreorderFilled(
                preorder_offer_id=offer_id, sku_id=sku_id, purchase_order_id=order.pk, units=units
            )
        )


def lock_preordered(
    holder_kind: str,
    holder_ids: Sequence[int],
    *,
    sku_ids: Collection[int] = (),
    warehouse_ids: Collection[int] = (),
) -> None:
    """Lock the levels that these holders have or wait for units of, and the named ones, as one.

    In the order that everybody locks them in; for who is about to claim or give back.
    """
    wanted = Q(sku_id__in=sku_ids, warehouse_id__in=warehouse_ids)
    offers = PreorderOffer.objects.filter(
        preorders__holder_kind=holder_kind, preorders__holder_id__in=holder_ids
    )
    for warehouse_id, sku_id in set(offers.values_list("warehouse", "sku")):
        wanted |= Q(sku_id=sku_id, warehouse_id=warehouse_id)
    held = Allocation.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    wanted |= Q(pk__in=list(held.values_list("level", flat=True)))
    rows = StockLevel.objects.select_for_update(no_key=True, of=("self",)).filter(wanted)
    list(rows.order_by("sku_id", "warehouse_id").values_list("pk"))


def claim_preorders(holder_kind: str, holder_ids: Sequence[int]) -> dict[Key, int]:
    """Turn what has come for these holders into promises to themselves.

    Returns (holder id, warehouse id) -> units. The levels are locked by `lock_preordered`.
    """
    mine = Preorder.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    holders = dict(mine.values_list("pk", "holder_id"))
    there = Allocation.objects.filter(holder_kind=HOLDER, holder_id__in=holders)
    rows = list(
        there.order_by("id").values_list(
            "level__warehouse", "level__sku", "holder_id", "units"
        )
    )  # fmt: skip
    claimed: dict[Key, int] = defaultdict(int)
    by_place: dict[int, list[Line]] = defaultdict(list)
    for warehouse_id, sku_id, preorder_id, units in rows:
        claimed[holders[preorder_id], warehouse_id] += units
        by_place[warehouse_id].append((holders[preorder_id], sku_id, units))
    if rows:
        deallocate_stock(HOLDER, [row[2] for row in rows], reason="preorder claimed")
    for warehouse_id, lines in sorted(by_place.items()):
        allocate_rest(lines, holder_kind=holder_kind, warehouse_id=warehouse_id)
    return dict(claimed)


def meet_preorders(holder_kind: str, units: Mapping[int, int]) -> None:
    """Note that holders (id -> units) have got what they wait for from elsewhere.

    What was expected last is waited for no more; it still counts as sold.
    """
    if not units:
        return
    left = dict(units)
    for row in _waiting(holder_kind, list(units)):
        if taken := min(left[row.holder_id], row.waiting):
            left[row.holder_id] -= taken
            Preorder.objects.filter(pk=row.pk).update(units_filled=F("units_filled") + taken)
            _count(row.offer_id, filled=taken)


def give_back_preorders(holder_kind: str, holder_ids: Sequence[int], *, reason: str) -> None:
    """Give up what these holders wait for: it may be preordered by others again.

    What has come for them already is free. The levels are locked by `lock_preordered`.
    """
    rows = Preorder.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    deallocate_stock(HOLDER, list(rows.values_list("pk", flat=True)), reason=reason)
    for row in _waiting(holder_kind, holder_ids):
        Preorder.objects.filter(pk=row.pk).update(units=F("units") - row.waiting)
        _count(row.offer_id, sold=-row.waiting)


def _offered(sku_ids: Collection[int], warehouse_ids: Sequence[int]) -> PreorderOfferQuerySet:
    rows = PreorderOffer.objects.open().filter(sku__in=sku_ids, warehouse__in=warehouse_ids)
    return rows.filter(sold__lt=F("cap"))


def _locked(rows: PreorderOfferQuerySet) -> list[PreorderOffer]:
    """Locked by id; then what comes first before."""
    found = rows.select_for_update(no_key=True, of=("self",)).select_related("line__order")
    return sorted(found.order_by("id"), key=_day_of)


def _day_of(offer: PreorderOffer) -> tuple[date, int]:
    return (offer.expected_on or offer.first_expected, offer.pk)


def _free(sku_ids: Collection[int], warehouse_ids: Sequence[int]) -> Tally[Key]:
    levels = StockLevel.objects.filter(sku__in=sku_ids, warehouse__in=warehouse_ids)
    found: Tally[Key] = Tally()
    for level in levels:
        found[level.warehouse_id, level.sku_id] = level.on_hand - level.allocated
    return found


def _take(
    lines: Sequence[Line],
    offers: Sequence[PreorderOffer],
    *,
    holder_kind: str,
    since: datetime,
) -> tuple[dict[int, int], date]:
    """Holder id -> units taken from locked offers in their order; and the last day among these."""
    left = {offer.pk: offer.left for offer in offers}
    taken: Tally[int] = Tally()
    made, day = [], clock.today()
    for holder_id, sku_id, wanted in lines:
        for offer in offers:
            units = min(left[offer.pk], wanted - taken[holder_id])
            if offer.sku_id != sku_id or units <= 0:
                continue
            left[offer.pk] -= units
            taken[holder_id] += units
            told = offer.expected_on or offer.first_expected
            day = max(day, told)
            made.append(
                Preorder(
                    offer=offer, holder_kind=holder_kind, holder_id=holder_id, units=units,
                    told_on=told, since=since,
                )
            )  # fmt: skip
    Preorder.objects.bulk_create(made)
    for offer in offers:
        if sold := offer.left - left[offer.pk]:
            _count(offer.pk, sold=sold)
    return dict(taken), day


def _waiting(holder_kind: str, holder_ids: Sequence[int]) -> list[Preorder]:
    """What these wait for, the latest first. Their levels are locked: nobody else changes it."""
    rows = Preorder.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    rows = rows.filter(units__gt=F("units_filled"))
    return list(rows.select_related("offer__line").order_by("-offer__line__promised", "-id"))


def _count(offer_id: int, *, sold: int = 0, filled: int = 0) -> None:
    PreorderOffer.objects.filter(pk=offer_id).update(
        sold=F("sold") + sold, filled=F("filled") + filled, updated_at=clock.now()
    )
