"""The rules: each looks at the signals of one order and answers with a value in words, or not.

To add one: write a function, register it under its code with a title, points and params. The row
of that code (fraud.models.RiskRule) then says how many points it gives and with which params.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from core.money import Money

Signals = Mapping[str, Any]
Params = Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A rule applies: why, in words, and the value that made it apply."""

    sentence: str
    value: str


@dataclass(frozen=True)
class Rule:
    """A rule as the code knows it: what it needs to know, and how it decides."""

    code: str
    title: str
    needs: tuple[str, ...]  # signals that must be known; else the rule is n/a
    points: int
    params: dict[str, Any]
    look: Callable[[Signals, Params], Found | None]


RULES: dict[str, Rule] = {}
AMOUNTS = frozenset({"amount", "norm_median", "norm_p95"})  # signals in the company's currency


def rule(
    code: str, title: str, *, needs: tuple[str, ...], points: int, **params: Any
) -> Callable[[Callable[[Signals, Params], Found | None]], Callable[..., Found | None]]:
    """Register a function as the rule of that code, with what it starts with."""

    def register(look: Callable[[Signals, Params], Found | None]) -> Callable[..., Found | None]:
        RULES[code] = Rule(code, title, needs, points, params, look)
        return look

    return register


def money(minor: float) -> str:
    """An amount of the company's currency as people read it."""
    return Money(round(minor), settings.COMPANY_CURRENCY).shown()


@rule("amount_above_norm", "Amount far above the channel's norm", needs=("norm_median",),
      points=20, times_median=5, least_orders=20)  # fmt: skip
def amount_above_norm(s: Signals, p: Params) -> Found | None:
    """The total is many times what orders of this channel usually come to."""
    if s["norm_sample"] < p["least_orders"] or s["norm_median"] <= 0:
        return None
    times = s["amount"] / s["norm_median"]
    if times < p["times_median"] or s["amount"] <= s["norm_p95"]:
        return None
    return Found(
        f"{times:.1f} times the channel's usual order of {money(s['norm_median'])}.",
        money(s["amount"]),
    )


@rule("velocity_customer", "Many orders of one customer", needs=("customer_recent",), points=20,
      orders=3)  # fmt: skip
def velocity_customer(s: Signals, p: Params) -> Found | None:
    """The customer has ordered often within the speed window."""
    return _often(s["customer_recent"], p, "The customer")


@rule("velocity_address", "Many orders to one address", needs=("address_recent",), points=20,
      orders=3)  # fmt: skip
def velocity_address(s: Signals, p: Params) -> Found | None:
    """The same delivery address, whatever the customer's name."""
    return _often(s["address_recent"], p, "This address")


@rule("velocity_device", "Many orders from one device", needs=("device_recent",), points=25,
      orders=3)  # fmt: skip
def velocity_device(s: Signals, p: Params) -> Found | None:
    """The same browser or phone."""
    return _often(s["device_recent"], p, "This device")


@rule("velocity_ip", "Many orders from one IP address", needs=("ip_recent",), points=15,
      orders=4)  # fmt: skip
def velocity_ip(s: Signals, p: Params) -> Found | None:
    """The same network address; offices and campuses share one, so it weighs less."""
    return _often(s["ip_recent"], p, "This IP address")


def _often(recent: int, p: Params, who: str) -> Found | None:
    if recent < p["orders"]:
        return None
    return Found(f"{who} had {recent} other orders shortly before.", str(recent + 1))


@rule("shared_device", "One device, several customers", needs=("device_customers",), points=25,
      customers=2)  # fmt: skip
def shared_device(s: Signals, p: Params) -> Found | None:
    """Other customers have ordered from the device lately."""
    if s["device_customers"] < p["customers"]:
        return None
    return Found(
        f"{s['device_customers']} other customers ordered from this device lately.",
        str(s["device_customers"]),
    )


@rule("country_mismatch", "Billed and shipped to different countries", needs=("bill_country",),
      points=20, fine=["GB-IM", "GB-JE", "GB-GG"])  # fmt: skip
def country_mismatch(s: Signals, p: Params) -> Found | None:
    """The bill goes to another country than the goods; pairs in `fine` do not count."""
    bill, ship = s["bill_country"], s["ship_country"]
    if bill == ship or f"{bill}-{ship}" in p["fine"] or f"{ship}-{bill}" in p["fine"]:
        return None
    return Found(f"Billed in {bill}, shipped to {ship}.", f"{bill} → {ship}")


@rule("no_trail", "Neither IP nor device known", needs=("ip_known", "device_known"), points=5)
def no_trail(s: Signals, p: Params) -> Found | None:
    """A checkout without any trace; phone orders have none either, so it weighs little."""
    if s["ip_known"] or s["device_known"]:
        return None
    return Found("The channel sent neither an IP address nor a device.", "none")


@rule("avs_no_match", "Address check failed", needs=("avs",), points=25, codes=["N"])
def avs_no_match(s: Signals, p: Params) -> Found | None:
    """The bank does not know the address."""
    return _checked(s["avs"], p, "The card's bank does not know this address (AVS {code}).")


@rule("avs_partial", "Address check matched in part", needs=("avs",), points=10, codes=["A", "Z"])
def avs_partial(s: Signals, p: Params) -> Found | None:
    """Street or postal code matched, not both."""
    return _checked(s["avs"], p, "Only part of the address matches the card's (AVS {code}).")


@rule("cvv_no_match", "Card code check failed", needs=("cvv",), points=40, codes=["N"])
def cvv_no_match(s: Signals, p: Params) -> Found | None:
    """Whoever typed the card code did not have the card."""
    return _checked(s["cvv"], p, "The card code was wrong (CVV {code}).")


@rule("cvv_unchecked", "Card code not checked", needs=("cvv",), points=8, codes=["P", "U"])
def cvv_unchecked(s: Signals, p: Params) -> Found | None:
    """The bank did not or could not check the card code."""
    return _checked(s["cvv"], p, "The card code was not checked (CVV {code}).")


def _checked(code: str, p: Params, sentence: str) -> Found | None:
    return Found(sentence.format(code=code), code) if code in p["codes"] else None


@rule("payment_retries", "Payments failed before", needs=("payments_failed",), points=20,
      failures=2)  # fmt: skip
def payment_retries(s: Signals, p: Params) -> Found | None:
    """Several cards were tried."""
    if s["payments_failed"] < p["failures"]:
        return None
    return Found(
        f"{s['payments_failed']} payments of this order failed.", str(s["payments_failed"])
    )


@rule("new_account_high_value", "New customer, high amount", needs=("norm_median",), points=25,
      days=2, times_median=3)  # fmt: skip
def new_account_high_value(s: Signals, p: Params) -> Found | None:
    """The first order, from a customer nobody knew the day before, and not a small one."""
    known = s["customer_orders"] or max(s["customer_days"], 0) > p["days"]
    if known or not s["norm_median"] or s["amount"] < p["times_median"] * s["norm_median"]:
        return None
    return Found(
        f"First order of a new customer, {s['amount'] / s['norm_median']:.1f} times the usual.",
        money(s["amount"]),
    )


@rule("first_order_express", "First order, express", needs=("customer_orders",), points=10,
      services=["express", "next_day", "same_day"])  # fmt: skip
def first_order_express(s: Signals, p: Params) -> Found | None:
    """Goods that are gone before the card's owner notices."""
    if s["customer_orders"] or s["service"] not in p["services"]:
        return None
    return Found(f"First order of the customer, sent {s['service']}.", s["service"])


@rule("many_of_one", "Many units of one item", needs=("units_of_one",), points=15, units=10)
def many_of_one(s: Signals, p: Params) -> Found | None:
    """A quantity that is sold on rather than used."""
    if s["units_of_one"] < p["units"]:
        return None
    return Found(f"{s['units_of_one']} units of one item.", str(s["units_of_one"]))


@rule("disposable_email", "Throw-away e-mail address", needs=("email_domain",), points=30,
      domains=["mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com",
               "trashmail.com", "sharklasers.com", "temp-mail.org", "dispostable.com"])  # fmt: skip
def disposable_email(s: Signals, p: Params) -> Found | None:
    """A mailbox that is gone tomorrow."""
    if s["email_domain"] not in p["domains"]:
        return None
    return Found(f"Mail at {s['email_domain']} is thrown away after use.", s["email_domain"])


@rule("night_hours", "Ordered at night", needs=("hour",), points=5, first=1, last=4)
def night_hours(s: Signals, p: Params) -> Found | None:
    """By the shop's clock; alone it says little."""
    if not p["first"] <= s["hour"] <= p["last"]:
        return None
    return Found(f"Ordered at {s['hour']} o'clock at night, shop time.", f"{s['hour']}:00")


@rule("bad_history", "Earlier orders were fraud", needs=("customer_bad",), points=60, orders=1)
def bad_history(s: Signals, p: Params) -> Found | None:
    """The customer's earlier orders were rejected for risk or charged back."""
    if s["customer_bad"] < p["orders"]:
        return None
    return Found(
        f"{s['customer_bad']} earlier orders of the customer were rejected or charged back.",
        str(s["customer_bad"]),
    )


@rule("known_good", "Known good customer", needs=("customer_delivered",), points=-25, delivered=3)
def known_good(s: Signals, p: Params) -> Found | None:
    """Several delivered orders, and nothing bad."""
    if s["customer_delivered"] < p["delivered"] or s["customer_bad"]:
        return None
    return Found(
        f"{s['customer_delivered']} earlier orders were delivered without trouble.",
        str(s["customer_delivered"]),
    )
