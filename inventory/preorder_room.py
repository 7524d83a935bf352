"""How many units of a purchase order's line may be preordered; and what holders wait for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum

from core import clock, shown
from inventory.models import Allocation, Preorder, PreorderOffer, PurchaseLine
from inventory.ports import waiting_units
from inventory.states import EXPECTED

HOLDER = "preorder"  # of units that have come for a preorder and are not claimed yet


@dataclass(frozen=True)
class Room:
    """What a line still brings, less what others count on."""

    to_come: int
    others: int  # units of orders that wait without a preorder, and get nothing earlier

    @property
    def units(self) -> int:
        return max(self.to_come - self.others, 0)

    @property
    def sentence(self) -> str:
        """What may be offered at most, and why not more."""
        said = f"{self.to_come:,} are still to come"
        if self.others:
            said += f", {self.others:,} of them are waited for by other orders"
        return f"{said}: at most {self.units:,}"


def room_of(line: PurchaseLine) -> Room:
    """What of an expected line may be promised by an offer. Its order is at hand."""
    place, sku_id = line.order.warehouse_id, line.sku_id
    waits = waiting_units.answer.units(place, sku_id)
    if waits:
        waits -= _earlier(line)
    return Room(to_come=line.units_open, others=max(waits, 0))


def _earlier(line: PurchaseLine) -> int:
    """Units that come before that line and that no offer has promised."""
    rows = PurchaseLine.objects.filter(
        sku=line.sku_id, order__warehouse=line.order.warehouse_id, order__status__in=EXPECTED
    ).exclude(pk=line.pk)
    if line.promised is not None:
        sooner = Q(promised__lt=line.promised) | Q(promised=line.promised, pk__lt=line.pk)
        rows = rows.filter(sooner)
    free = {row.pk: row.units_open for row in rows}
    for offer in PreorderOffer.objects.filter(line__in=free):
        free[offer.line_id] -= claims_of(offer)
    return sum(max(units, 0) for units in free.values())


def claims_of(offer: PreorderOffer) -> int:
    """Units of its line that an offer still counts on: unsold ones too, while it is open."""
    return (offer.cap if offer.is_open else offer.sold) - offer.filled


def left_by_level(
    sku_ids: Collection[int], warehouse_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """(warehouse id, SKU id) -> units that may be preordered there today."""
    rows = PreorderOffer.objects.open().filter(sku__in=sku_ids, warehouse__in=warehouse_ids)
    found: dict[tuple[int, int], int] = {}
    for offer in rows.select_related("line__order"):
        key = (offer.warehouse_id, offer.sku_id)
        found[key] = found.get(key, 0) + offer.left
    return found


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Units that a holder has preordered and does not have."""

    holder_id: int
    units: int  # of these, `arrived` are there and are promised to the holder next
    arrived: int
    offer: str  # public id
    url: str
    order: str  # number of the order to a vendor
    expected_on: date | None
    told_on: date
    lacking: int  # of those not there, units that do not come with that order any more

    @property
    def days_later(self) -> int:
        """How much later than the holder was told."""
        return max((self.expected_on - self.told_on).days, 0) if self.expected_on else 0

    @property
    def overdue(self) -> bool:
        return self.expected_on is not None and self.expected_on < clock.today()

    @property
    def words(self) -> str:
        """From what and when: "PO-7, expected Jan 3, 2027"."""
        if self.arrived == self.units:
            return f"{self.order}, which has come in"
        if self.lacking:
            some = "" if self.lacking == self.units - self.arrived else f"{self.lacking:,} of "
            return f"{self.order}, which does not bring {some}them any more"
        day = shown.business_day(self.expected_on) if self.expected_on else "nobody knows when"
        late = f", {self.days_later:,} days later than promised" if self.days_later else ""
        return f"{self.order}, expected {day}{late}{', overdue' if self.overdue else ''}"


def waits_of(holder_kind: str, holder_ids: Sequence[int]) -> list[Wait]:
    """What these holders wait for, what comes first before; two queries.

    One more for each that waits where too few come: the oldest get these.
    """
    if not holder_ids:
        return []
    rows = Preorder.objects.filter(holder_kind=holder_kind, holder_id__in=holder_ids)
    found = list(rows.filter(units__gt=0).select_related("offer__line__order"))
    arrived = unclaimed([row.pk for row in found])
    waits = [
        Wait(
            holder_id=row.holder_id,
            units=row.waiting + arrived.get(row.pk, 0),
            arrived=arrived.get(row.pk, 0),
            offer=row.offer.public_id,
            url=row.offer.get_absolute_url(),
            order=row.offer.line.order.number,
            expected_on=row.offer.expected_on,
            told_on=row.told_on,
            lacking=lacking_for(row),
        )
        for row in found
    ]
    return sorted(
        (wait for wait in waits if wait.units),
        key=lambda wait: (wait.expected_on or wait.told_on, wait.order),
    )


def lacking_for(row: Preorder) -> int:
    """Units that a preorder waits for and that its line does not bring: the oldest come first."""
    if not row.waiting or not row.offer.uncovered:
        return 0
    older = Q(since__lt=row.since) | Q(since=row.since, pk__lt=row.pk)
    queue = Preorder.objects.filter(older, offer=row.offer_id, units__gt=F("units_filled"))
    before = queue.aggregate(units=Sum(F("units") - F("units_filled"), default=0))["units"]
    return min(max(int(before) + row.waiting - row.offer.to_come, 0), row.waiting)


def unclaimed(preorder_ids: Collection[int]) -> Mapping[int, int]:
    """Preorder id -> units that have come for it and lie there for its holder."""
    rows = Allocation.objects.filter(holder_kind=HOLDER, holder_id__in=preorder_ids)
    sums = rows.order_by().values("holder_id").annotate(total=Sum("units"))
    return dict(sums.values_list("holder_id", "total"))


def offers_on(lines: Collection[int]) -> list[PreorderOffer]:
    """The offers that count on these lines of orders to vendors, or did."""
    rows = PreorderOffer.objects.filter(line__in=lines).for_list()
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "-id"))
