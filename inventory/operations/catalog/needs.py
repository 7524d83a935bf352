"""What still needs a SKU: units, promises, papers, listings. Asked before it is put away."""

from collections.abc import Iterable

from django.db.models import F, Sum

from inventory.models import (
    CountLine,
    Listing,
    PurchaseLine,
    ReservationLine,
    Sku,
    StockLevel,
    TransferLine,
)
from inventory.ports import sku_needs
from inventory.states import (
    COUNTS_OPEN,
    EXPECTED,
    TRANSFERS_OPEN,
    UNDECIDED,
    Bucket,
    Counter,
    ReservationStatus,
)

SHOWN = 5
PROMISES = (Counter.ALLOCATED, Counter.INCOMING)


def units_of(sku: Sku, counters: Iterable[Counter | Bucket]) -> list[str]:
    """As "3 damaged in LON": one for each counter of each warehouse that is not 0."""
    levels = StockLevel.objects.for_sku(sku.pk).select_related("warehouse")
    names = list(counters)
    return [
        f"{units:,} {Counter(name).label.lower()} in {level.warehouse}"
        for level in levels.order_by("warehouse__code")
        for name in names
        if (units := getattr(level, name))
    ]


def business_of(sku: Sku) -> list[str]:
    """Promises and open papers: nobody but who holds them can end these."""
    found = units_of(sku, PROMISES)
    bought = PurchaseLine.objects.filter(
        sku=sku,
        order__status__in=[*UNDECIDED, *EXPECTED],
        units__gt=F("units_received") + F("units_missing"),
    )
    sent = TransferLine.objects.filter(sku=sku, transfer__status__in=TRANSFERS_OPEN)
    counted = CountLine.objects.filter(level__sku=sku, live=True, count__status__in=COUNTS_OPEN)
    held = ReservationLine.objects.filter(
        sku=sku, reservation__status=ReservationStatus.HELD
    ).select_related("reservation")
    found += _named("open on order", bought.values_list("order__number", flat=True))
    found += _named("on transfer", (f"TR-{pk}" for pk in _ids(sent, "transfer_id")))
    found += _named("on count", (f"CC-{pk}" for pk in _ids(counted, "count_id")))
    found += _named("held by reservation", (f"RS-{pk}" for pk in _ids(held, "reservation_id")))
    for _, ask in sorted(sku_needs.items()):
        found += ask(sku.pk)
    return found


def listings_of(sku: Sku) -> list[str]:
    """Where it is offered."""
    live = Listing.objects.filter(sku=sku, active=True).select_related("channel")
    names = [f"{one} on {one.channel}" for one in live.order_by("id")[: SHOWN + 1]]
    return _named("listed as", names)


def all_needs(sku: Sku) -> list[str]:
    """Everything that keeps it from being archived."""
    return [*units_of(sku, Bucket), *business_of(sku), *listings_of(sku)]


def allocated_of(sku: Sku) -> int:
    """Promised units of it, in all warehouses."""
    levels = StockLevel.objects.for_sku(sku.pk)
    return int(levels.aggregate(units=Sum("allocated", default=0))["units"])


def _ids(rows, column: str) -> list[int]:
    return list(rows.order_by(column).values_list(column, flat=True)[: SHOWN + 1])


def _named(what: str, names: Iterable[str]) -> list[str]:
    """One line for all of a kind, the first few by name."""
    shown = list(names)[: SHOWN + 1]
    if not shown:
        return []
    more = " and more" if len(shown) > SHOWN else ""
    return [f"{what} {', '.join(shown[:SHOWN])}{more}"]
