"""Check an order's lines and charges, find their SKUs, and add them up exactly."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.errors import BadValue
from core.money import LIMIT, Money
from inventory.models import Channel, Listing
from inventory.operations.catalog.find import sold_by_code
from inventory.operations.catalog.listings import find_or_list
from orders.errors import UnknownSku
from orders.intake import LineIn, OrderIn
from orders.states import ChargeKind

PARTS = ("subtotal", "discount", "shipping", "fees", "tax")
MOST_LINES, MOST_UNITS, MOST_PRICE = 1000, 1_000_000, Decimal(10**9)


@dataclass
class Priced:
    """An order's amounts, all in the channel's currency, and its lines with their SKU ids."""

    currency: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    charges: list[dict[str, Any]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    @property
    def total(self) -> Money:
        sums = self.sums
        plus = sums["subtotal"] + sums["shipping"] + sums["fees"] + sums["tax"]
        return Money(plus - sums["discount"], self.currency)

    def document(self) -> dict[str, Any]:
        """The parts as `orders_place` takes them, with the amount in the company's currency."""
        company = settings.COMPANY_CURRENCY
        rate = Decimal(1) if self.currency == company else rate_of(self.currency)
        return {
            **self.sums,
            "total": self.total.minor,
            "rate": str(rate),
            "company_total": self.total.converted(rate, company).minor,
            "lines": self.lines,
            "charges": self.charges,
        }


def rate_of(currency: str) -> Decimal:
    """Company currency per unit of `currency`, as set by the operator. Raises BadValue."""
    rates: dict[str, Decimal] = settings.CURRENCY_RATES
    if currency not in rates:
        fix = f"No rate is set for {currency}; set CURRENCY_RATES."
        raise BadValue(field="currency", fix=fix)
    return rates[currency]


def priced(channel: Channel, given: OrderIn) -> Priced:
    """Check and add up. Raises BadValue or UnknownSku, naming the line."""
    if not given.lines:
        raise BadValue(field="lines", fix="An order needs at least one line.")
    if len(given.lines) > MOST_LINES:
        raise BadValue(field="lines", fix=f"At most {MOST_LINES} lines an order.")
    found = Priced(channel.currency)
    skus = _skus(channel, given.lines)
    for place, line in enumerate(given.lines):
        found.lines.append(_line(channel, line, place, skus, found))
    for place, charge in enumerate(given.charges):
        _charge(found, charge, place)
    if max(found.sums.values()) > LIMIT or found.total.minor > LIMIT:
        raise BadValue(field="lines", fix="The order is worth more than an order can be.")
    if found.total.minor < 0:
        raise BadValue(field="charges", fix="Discounts are more than the order; the total is < 0.")
    return found


def _skus(channel: Channel, lines: list[LineIn]) -> dict[tuple[str, str], tuple[int | None, str]]:
    """(kind, code) -> SKU id and title; one query per kind of code."""
    own = {line.sku for line in lines if line.sku}
    theirs = {line.channel_sku for line in lines if line.channel_sku and not line.sku}
    found: dict[tuple[str, str], tuple[int | None, str]] = {}
    if own:
        found |= {("sku", code): named for code, named in sold_by_code(own).items()}
    if theirs:
        listings = Listing.objects.filter(channel=channel, channel_sku__in=theirs)
        for code, pk, title in listings.values_list("channel_sku", "sku_id", "sku__title"):
            found["channel_sku", code] = (pk, title or "")
    return found


def _line(
    channel: Channel,
    line: LineIn,
    place: int,
    skus: dict[tuple[str, str], tuple[int | None, str]],
    found: Priced,
) -> dict[str, Any]:
    where = f"lines.{place}"
    if not 0 < line.units <= MOST_UNITS:
        raise BadValue(field=f"{where}.units", fix=f"A whole number from 1 to {MOST_UNITS:,}.")
    if not line.unit_price.is_finite() or not 0 <= line.unit_price <= MOST_PRICE:
        raise BadValue(field=f"{where}.unit_price", fix="A price of zero or more.")
    sku_id, title = _sku_of(channel, line, where, skus, found)
    total = line.total
    if total is None:
        total = Money.rounded(line.unit_price * line.units, channel.currency)
        if line.unit_price and not total:
            fix = f"{line.units} at {line.unit_price} come to {total.shown()}; send 0 for a gift."
            raise BadValue(field=f"{where}.unit_price", fix=fix)
    amounts = {
        "total": total,
        "discount": line.discount or Money.zero(channel.currency),
        "tax": line.tax or Money.zero(channel.currency),
    }
    for name, money in amounts.items():
        _check_money(money, channel.currency, f"{where}.{name}")
    if amounts["discount"] > total:
        raise BadValue(field=f"{where}.discount", fix="Not more than the line's total.")
    found.sums["subtotal"] += total.minor
    found.sums["discount"] += amounts["discount"].minor
    found.sums["tax"] += amounts["tax"].minor
    return {
        "position": place + 1,
        "sku_id": sku_id,
        "channel_sku": line.channel_sku or line.sku,
        "title": (line.title or title)[:200],
        "units": line.units,
        "unit_price": str(line.unit_price),
        **{name: money.minor for name, money in amounts.items()},
    }


def _sku_of(
    channel: Channel,
    line: LineIn,
    where: str,
    skus: dict[tuple[str, str], tuple[int | None, str]],
    found: Priced,
) -> tuple[int | None, str]:
    kind, code = ("sku", line.sku) if line.sku else ("channel_sku", line.channel_sku)
    if not code:
        raise BadValue(field=f"{where}.sku", fix="Name a SKU, or the channel's own code.")
    sku_id, title = skus.get((kind, code), (None, ""))
    if sku_id is None and (kind == "channel_sku" or channel.marketplace):
        sku_id = find_or_list(channel.pk, code, line.title).sku_id
    if sku_id is None:
        if not channel.marketplace:
            raise UnknownSku(field=f"{where}.{kind}", sku=code)
        found.unknown.append(code)
    return sku_id, title


def _charge(found: Priced, charge: Any, place: int) -> None:
    where = f"charges.{place}"
    if charge.kind not in ChargeKind.values:
        raise BadValue(field=f"{where}.kind", fix=f"One of: {', '.join(ChargeKind.values)}.")
    _check_money(charge.amount, found.currency, f"{where}.amount")
    minor = charge.amount.minor
    part = {"shipping": "shipping", "discount": "discount"}.get(charge.kind, "fees")
    found.sums[part] += minor
    found.charges.append(
        {
            "kind": charge.kind,
            "code": charge.code[:32],
            "title": charge.title[:200],
            "amount": -minor if charge.kind == ChargeKind.DISCOUNT else minor,
        }
    )


def _check_money(money: Money, currency: str, where: str) -> None:
    if money.currency != currency:
        raise BadValue(field=where, fix=f"The channel's currency is {currency}.")
    if money.minor < 0:
        raise BadValue(field=where, fix="Not negative.")
