"""Exact money: whole minor units of one currency, never a float, never rounded silently."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import lru_cache
from typing import Self

import pycountry
from babel.numbers import format_currency, get_currency_symbol

# ISO 4217 exponents that are not 2. CLDR's digits (Babel) are for display, and they differ.
_EXPONENTS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}  # fmt: skip
LOCALE = "en_US"
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?|-?\.[0-9]+")
_GROUPED = re.compile(r"-?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
LIMIT = 10**15  # minor units; far below BIGINT, so sums never overflow


class Minor(int):
    """A bare count of minor units, as the database keeps it. Only core handles it."""


def exponent(currency: str) -> int:
    """Digits after the point that the currency's smallest unit has: 2 for GBP, 0 for JPY."""
    return _EXPONENTS.get(currency, 2)


def known_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code."""
    return pycountry.currencies.get(alpha_3=code) is not None


def amount_text(minor: int, currency: str) -> str:
    """The amount with all of the currency's digits: "12.30", "-0.05", "1200" for yen."""
    digits = exponent(currency)
    if not digits:
        return str(minor)
    whole, rest = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{digits}}"


def typed_amount(text: str) -> str:
    """What a person typed as a plain decimal: "1,234.50" -> "1234.50", "4.95" -> "4.95".

    A comma groups thousands only where it cannot be a decimal one. Raises ValueError, with the
    fix, for whatever could be read in two ways ("4,95", "1,234") or is no number.
    """
    text = "".join(text.split())
    if _PLAIN.fullmatch(text):
        return text
    if _GROUPED.fullmatch(text):
        return text.replace(",", "")
    if text.count(",") == 1 and _PLAIN.fullmatch(text.replace(",", ".")):
        meant = text.replace(",", ".")
        raise ValueError(
            f"{text!r} can be read in two ways; write {meant} or {text.replace(',', '')}"
        )
    raise ValueError(f"{text[:40]!r} is not an amount")


@lru_cache(maxsize=512)
def _symbol(currency: str) -> str:
    return get_currency_symbol(currency, locale=LOCALE)


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency in its minor unit. Adding two currencies is an error."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """`Money.of("12.34", "GBP")`. Raises ValueError for what would have to be rounded."""
        if not known_currency(currency):
            raise ValueError(f"{currency} is not an ISO 4217 currency")
        try:
            scaled = Decimal(amount).scaleb(exponent(currency))
            whole = scaled.to_integral_value()
        except (InvalidOperation, ValueError, TypeError) as error:
            raise ValueError(f"{amount!r} is not an amount") from error
        if not whole.is_finite() or abs(whole) > LIMIT:
            raise ValueError(f"{amount} is out of range")
        if whole != scaled:
            raise ValueError(f"{amount} {currency} has more than {exponent(currency)} decimals")
        return cls(int(whole), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> Self:
        """The nearest amount, half to even: for products of a fractional price and units."""
        scaled = amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN)
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """The decimal amount, with all the currency's digits: Decimal("12.30")."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _other(self, other: Self) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"{other!r} is not Money")
        if other.currency != self.currency:
            raise ValueError(f"{self} and {other} are of two currencies")
        return other.minor

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._other(other), self.currency)

    def __radd__(self, other: Self | int) -> Self:
        return self if other == 0 else self + other  # type: ignore[operator]

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._other(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __mul__(self, units: int) -> Self:
        if not isinstance(units, int):
            raise TypeError("Money is multiplied by whole units; use rounded() for rates")
        return type(self)(self.minor * units, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._other(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._other(other)

    def __gt__(self, other: Self) -> bool:
        return self.minor > self._other(other)

    def __ge__(self, other: Self) -> bool:
        return self.minor >= self._other(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def shown(self, locale: str = LOCALE) -> str:
        """As a person reads it: £12.34."""
        digits = exponent(self.currency)
        if locale == LOCALE:  # what Babel makes of it, in a thirtieth of the time
            whole, rest = divmod(abs(self.minor), 10**digits)
            sign = "-" if self.minor < 0 else ""
            text = f"{whole:,}.{rest:0{digits}}" if digits else f"{whole:,}"
            return f"{sign}{_symbol(self.currency)}{text}"
        pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
        return format_currency(
            self.amount, self.currency, format=pattern, locale=locale, currency_digits=False
        )

    def as_json(self) -> dict[str, str]:
        return {"amount": amount_text(self.minor, self.currency), "currency": self.currency}

    def converted(self, rate: Decimal, currency: str) -> Self:
        """In `currency`, at `rate` units of it per unit of this one, half to even."""
        return type(self).rounded(self.amount * rate, currency)

    def share(self, k: int, of: int) -> Self:
        """Return the k-th of `of` equal parts, k = 1..of; all of them together are the whole."""
        minor = self.minor * k // of - self.minor * (k - 1) // of
        return type(self)(minor, self.currency)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Divide in proportion to `weights` (not all 0), e.g. shipping over lines, exactly."""
        whole, done, seen, parts = sum(weights), 0, 0, []
        for weight in weights:
            seen += weight
            parts.append(type(self)(self.minor * seen // whole - done, self.currency))
            done = self.minor * seen // whole
        return parts


def shown_price(price: Decimal, currency: str) -> str:
    """A price per unit as a person reads it; it may be finer than the currency's unit: £0.125."""
    digits = max(exponent(currency), -int(price.normalize().as_tuple().exponent))
    return f"{_symbol(currency)}{price:,.{digits}f}"
