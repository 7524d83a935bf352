"""What to do about stock that will not last: move it from where there is too much, buy the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import lcm
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet, Sum

from core import clock
from core.actor import Actor
from core.errors import BadValue
from core.money import Money
from inventory.models import (
    PurchaseLine,
    Replenishment,
    ReplenishmentRule,
    StockLevel,
    SupplierProduct,
    TransferLine,
)
from inventory.operations.purchasing.rates import rate_on
from inventory.states import UNDECIDED, TransferStatus, VendorStatus

MOST = 1_000  # levels that are looked at
Key = tuple[int, int]  # sku id, warehouse id


@dataclass(frozen=True, kw_only=True)
class Move:
    """Units that another warehouse has beyond what it needs itself."""

    source_id: int
    code: str
    units: int
    surplus: int

    @property
    def key(self) -> str:
        return f"from {self.code}"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one vendor would take for it today."""

    vendor_id: int
    code: str
    name: str
    units: int
    price: Decimal
    currency: str
    total: Money  # in the company's currency
    lead_days: int

    @property
    def each(self) -> Decimal:
        return self.total.amount / self.units

    @property
    def arrives(self) -> date:
        return clock.today() + timedelta(days=self.lead_days)


@dataclass(kw_only=True)
class Advice:
    """One SKU in one warehouse that will run short."""

    row: Replenishment
    pending: int  # drafted, approved or requested, and not on its way yet
    needed: int
    move: Move | None = None
    offers: list[Offer] = field(default_factory=list)  # the best first
    unpriced: list[str] = field(default_factory=list)  # vendors in a currency without a rate

    @property
    def best(self) -> Offer | None:
        return self.offers[0] if self.offers else None

    @property
    def free(self) -> int:
        return max(self.row.level.on_hand - self.row.level.allocated, 0)

    @property
    def runs_out(self) -> date | None:
        """When what is free is sold at the pace of the forecast; None: not within two years."""
        if self.row.weekly_units <= 0 or self.free / self.row.weekly_units > 104:
            return None
        return clock.today() + timedelta(days=int(7 * self.free / self.row.weekly_units))

    @property
    def too_late(self) -> bool:
        """Whether it runs out before the best vendor delivers."""
        return bool(self.best and self.runs_out and self.runs_out < self.best.arrives)


def advise(
    actor: Actor, *, warehouse_id: int | None = None, level_ids: Iterable[int] | None = None
) -> list[Advice]:
    """What to do about levels below their point, the first to run out first; at most MOST.

    Units that are drafted, approved or requested count as there: nobody is told twice.
    """
    rows = Replenishment.objects.visible_to(actor).for_list().below_point()
    if warehouse_id is not None:
        rows = rows.filter(level__warehouse=warehouse_id)
    if level_ids is not None:
        rows = rows.filter(level__in=level_ids)
    found = list(rows.order_by("level_id")[:MOST])
    skus = {row.level.sku_id for row in found}
    pending = pending_units(skus)
    needed = (_needed(row, pending.get(_key(row.level), 0)) for row in found)
    advice = [one for one in needed if one]
    _move_first(advice, actor)
    _then_buy(advice)
    return sorted(advice, key=lambda one: (one.runs_out or date.max, one.row.level_id))


def pending_units(sku_ids: Iterable[int]) -> dict[Key, int]:
    """(sku, warehouse) -> units on orders and transfers that nobody has sent yet."""
    ids = list(sku_ids)
    drafted = PurchaseLine.objects.filter(sku__in=ids, order__status__in=UNDECIDED)
    asked = TransferLine.objects.filter(
        sku__in=ids, transfer__status=TransferStatus.REQUESTED
    )  # promised where they are, not yet coming where they are wanted
    found: dict[Key, int] = {}
    for sums in (_sums(drafted, "order__warehouse"), _sums(asked, "transfer__destination")):
        for sku_id, place, units in sums:
            found[sku_id, place] = found.get((sku_id, place), 0) + units
    return found


def _sums(rows: QuerySet, place: str) -> QuerySet:
    return rows.order_by().values_list("sku", place).annotate(all_units=Sum("units"))


def _needed(row: Replenishment, pending: int) -> Advice | None:
    position = row.position + pending
    if position >= row.reorder_point:
        return None
    return Advice(row=row, pending=pending, needed=max(row.order_up_to - position, 1))


def _move_first(advice: list[Advice], actor: Actor) -> None:
    """Give each what the warehouse with the most has beyond its own order-up-to level."""
    skus = {one.row.level.sku_id for one in advice}
    levels = StockLevel.objects.visible_to(actor).filter(
        sku__in=skus, replenishment__isnull=False, warehouse__active=True,
        on_hand__gt=F("allocated"),
    )  # fmt: skip
    spare: dict[int, list[list[Any]]] = {}
    for level in levels.select_related("warehouse", "replenishment").order_by("warehouse_id"):
        free = level.on_hand - level.allocated
        beyond = free - max(level.replenishment.order_up_to, level.safety_stock)
        if beyond > 0:
            spare.setdefault(level.sku_id, []).append([beyond, level.warehouse])
    for one in advice:
        there = [at for at in spare.get(one.row.level.sku_id, []) if at[0] > 0]
        if not there:
            continue
        most = max(there, key=lambda at: at[0])
        units = min(most[0], one.needed)
        one.move = Move(source_id=most[1].pk, code=most[1].code, units=units, surplus=most[0])
        most[0] -= units


def _then_buy(advice: list[Advice]) -> None:
    """What no warehouse has, from whoever takes the least per unit; at the same price, sooner."""
    agreements: dict[int, list[SupplierProduct]] = {}
    skus = [one.row.level.sku_id for one in advice]
    valid = SupplierProduct.objects.valid_now().filter(sku__in=skus).for_list().order_by("id")
    for agreement in valid.exclude(vendor__status=VendorStatus.ENDED):
        agreements.setdefault(agreement.sku_id, []).append(agreement)
    rates: dict[str, Decimal] = {}
    for one in advice:
        rest = one.needed - (one.move.units if one.move else 0)
        if rest <= 0:
            continue
        sold = agreements.get(one.row.level.sku_id, [])
        one.unpriced = [
            f"{it.vendor} (no rate of {it.currency})" for it in sold if not _rate(it, rates)
        ]
        offers = [_offer(it, rest, one.row.rule, rates) for it in sold if _rate(it, rates)]
        one.offers = sorted(offers, key=lambda offer: (offer.each, offer.lead_days, offer.code))


def _offer(
    agreement: SupplierProduct, rest: int, rule: ReplenishmentRule, rates: dict[str, Decimal]
) -> Offer:
    """In whole packs, at least the minimum; more of it where that costs no more altogether."""
    step = lcm(rule.pack_units, agreement.multiple_units)
    least = max(rest, rule.minimum_units, agreement.minimum_units)
    units = -(-least // step) * step
    tiers = sorted(agreement.tiers.all(), key=lambda tier: tier.from_units)
    price = ([tier.price for tier in tiers if tier.from_units <= units] or [tiers[0].price])[-1]
    for tier in tiers:
        more = -(-tier.from_units // step) * step
        if more > units and tier.price * more <= price * units:
            units, price = more, tier.price
    vendor, currency = agreement.vendor, agreement.currency
    total = Money.rounded(price * units, currency).converted(
        _rate(agreement, rates), settings.COMPANY_CURRENCY
    )
    lead = agreement.lead_time_days
    return Offer(
        vendor_id=vendor.pk, code=vendor.code, name=vendor.name, units=units, price=price,
        currency=currency, total=total, lead_days=vendor.lead_time_days if lead is None else lead,
    )  # fmt: skip


def _rate(agreement: SupplierProduct, rates: dict[str, Decimal]) -> Decimal:
    """What its currency is worth today; 0 where nobody has said."""
    currency = agreement.currency
    if currency not in rates:
        try:
            rates[currency] = rate_on(currency, clock.today())
        except BadValue:
            rates[currency] = Decimal(0)
    return rates[currency]


def _key(level: StockLevel) -> Key:
    return level.sku_id, level.warehouse_id
