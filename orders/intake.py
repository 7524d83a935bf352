"""What a new order is made of, as doorways hand it to `place_order`."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.money import Money


@dataclass(frozen=True, kw_only=True)
class CustomerIn:
    """Who buys. Known again by e-mail, else by the channel's own reference."""

    name: str
    email: str = ""
    phone: str = ""
    company: str = ""
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class AddressIn:
    """Where a parcel goes. `country` is ISO 3166-1 alpha-2."""

    name: str
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    company: str = ""


@dataclass(frozen=True, kw_only=True)
class LineIn:
    """Units of one thing: our SKU's code, or the channel's own code for it.

    `total` is before discount and tax; left out, it is units times unit price, to the minor unit.
    """

    sku: str = ""
    channel_sku: str = ""
    title: str = ""
    units: int = 1
    unit_price: Decimal = Decimal(0)
    total: Money | None = None
    discount: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, kw_only=True)
class ChargeIn:
    """Shipping, a fee or an adjustment (added), or a discount (taken off), never negative."""

    kind: str
    amount: Money
    code: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentIn:
    """What the channel says of the money: authorized or captured."""

    kind: str
    amount: Money
    gateway: str = ""
    reference: str = ""
    avs: str = ""
    cvv: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderIn:
    """One order as a channel tells it."""

    channel_ref: str
    customer: CustomerIn
    ship_to: AddressIn
    lines: list[LineIn]
    bill_to: AddressIn | None = None
    charges: list[ChargeIn] = field(default_factory=list)
    payment: PaymentIn | None = None
    placed_at: datetime | None = None
    service: str = ""
    ip: str | None = None
    device: str = ""
    test: bool = False
    reservation: str = ""  # id of what holds its units
