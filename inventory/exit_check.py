"""What ending a vendor would mean: what is open with it, and who could deliver instead."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from core import clock
from core.actor import ALL, Actor
from core.errors import BadValue
from core.money import Money
from inventory.errors import VendorStillNeeded
from inventory.models import (
    Bill,
    Dispute,
    PurchaseLine,
    PurchaseOrder,
    Sku,
    StockLevel,
    SupplierProduct,
    Vendor,
)
from inventory.operations.purchasing.rates import rate_on

YEAR = timedelta(days=365)
MOST_SKUS = 5000


@dataclass(frozen=True, kw_only=True)
class Item:
    """One SKU that the vendor sells us, and who else does."""

    sku: Sku
    price: Decimal  # per unit at the smallest quantity, in the company's currency
    bought: int  # units ordered from the vendor within a year
    on_hand: int  # in all warehouses within reach
    other: Vendor | None  # the cheapest of the others
    other_price: Decimal | None

    @property
    def dearer_percent(self) -> float | None:
        """How much more the other one takes; below nothing where it takes less."""
        if self.other_price is None or not self.price:
            return None
        return round(float(100 * (self.other_price / self.price - 1)), 1)

    @property
    def extra(self) -> Money | None:
        """What a year's units would cost more from the other one, in the company's currency."""
        if self.other_price is None:
            return None
        more = (self.other_price - self.price) * self.bought
        return Money.rounded(more, settings.COMPANY_CURRENCY)


@dataclass(frozen=True, kw_only=True)
class ExitCheck:
    """All that is to be known before a vendor is ended."""

    orders: int
    bills: int
    disputes: int
    items: list[Item]  # those without another vendor first, then by what was bought

    @property
    def blocked(self) -> bool:
        return bool(self.orders or self.bills or self.disputes)

    @property
    def alone(self) -> list[Item]:
        return [item for item in self.items if item.other is None]

    @property
    def extra(self) -> Money:
        """What a year's units would cost more elsewhere."""
        zero = Money.zero(settings.COMPANY_CURRENCY)
        return sum((item.extra for item in self.items if item.extra is not None), zero)


def exit_check(vendor: Vendor, actor: Actor) -> ExitCheck:
    """What is open with a vendor, whoever asks; stock within the actor's reach."""
    orders, bills, disputes = _open(vendor)
    return ExitCheck(
        orders=orders.count(),
        bills=bills.count(),
        disputes=disputes.count(),
        items=_items(vendor, actor),
    )


def _open(vendor: Vendor) -> tuple[QuerySet, QuerySet, QuerySet]:
    of_vendor = {"vendor": vendor}
    return (
        PurchaseOrder.objects.filter(**of_vendor).open().order_by("id"),
        Bill.objects.filter(**of_vendor).open().order_by("id"),
        Dispute.objects.filter(**of_vendor).open().order_by("id"),
    )


def require_settled(vendor: Vendor) -> None:
    """Refuse while anything is open with the vendor. Raises VendorStillNeeded."""
    said = []
    for rows, word in zip(_open(vendor), ("orders", "bills", "disputes"), strict=True):
        numbers = list(rows.values_list("number", flat=True)[:5])
        if numbers:
            said.append(f"{rows.count()} open {word} ({', '.join(numbers)})")
    if said:
        raise VendorStillNeeded(field="status", vendor=vendor.name, what=" and ".join(said))


def skus_alone(vendor: Vendor) -> list[str]:
    """Codes of active SKUs that nobody else sells us today."""
    mine = SupplierProduct.objects.valid_now().filter(vendor=vendor, sku__active=True)
    found = mine.exclude(Exists(_others(vendor).filter(sku=OuterRef("sku"))))
    return list(found.order_by("sku__code").values_list("sku__code", flat=True))


def _others(vendor: Vendor) -> Any:
    buyable = Vendor.objects.buyable().exclude(pk=vendor.pk)
    return SupplierProduct.objects.valid_now().filter(vendor__in=buyable)


def _items(vendor: Vendor, actor: Actor) -> list[Item]:
    mine = SupplierProduct.objects.valid_now().for_list()
    products = list(mine.filter(vendor=vendor, sku__active=True).order_by("id")[:MOST_SKUS])
    ids = [product.sku_id for product in products]
    others: dict[int, list[tuple[Decimal, int, Vendor]]] = defaultdict(list)
    rates: dict[str, Decimal | None] = {}
    for other in _others(vendor).for_list().filter(sku__in=ids):
        price = _price(other, rates)
        if price is not None:
            others[other.sku_id].append((price, other.vendor_id, other.vendor))
    bought, there = _bought(vendor, ids), _there(ids, actor)
    items = []
    for product in products:
        best = min(others[product.sku_id], default=None, key=lambda one: one[:2])
        items.append(
            Item(
                sku=product.sku,
                price=_price(product, rates) or Decimal(0),
                bought=bought.get(product.sku_id, 0),
                on_hand=there.get(product.sku_id, 0),
                other=best[2] if best else None,
                other_price=best[0] if best else None,
            )
        )
    return sorted(items, key=lambda item: (item.other is not None, -item.bought, item.sku.code))


def _price(product: SupplierProduct, rates: dict[str, Decimal | None]) -> Decimal | None:
    """Per unit at the smallest quantity, in the company's currency; None without a rate."""
    if product.currency not in rates:
        try:
            rates[product.currency] = rate_on(product.currency, clock.today())
        except BadValue:
            rates[product.currency] = None
    rate, tiers = rates[product.currency], list(product.tiers.all())
    if rate is None or not tiers:
        return None
    return Decimal(min(tiers, key=lambda tier: tier.from_units).price * rate)


def _bought(vendor: Vendor, ids: list[int]) -> dict[int, int]:
    rows = PurchaseLine.objects.filter(
        order__vendor=vendor, sku__in=ids, order__sent_at__gte=clock.now() - YEAR
    ).exclude(order__status="cancelled")
    return dict(
        rows.values("sku").annotate(n=Sum(F("units") - F("units_missing"))).values_list("sku", "n")
    )


def _there(ids: list[int], actor: Actor) -> dict[int, int]:
    rows = StockLevel.objects.filter(sku__in=ids)
    reach: Any = actor.ids("warehouse_id")
    if reach is not ALL:
        rows = rows.filter(warehouse__in=reach)
    return dict(rows.values("sku").annotate(n=Sum("on_hand")).values_list("sku", "n"))
