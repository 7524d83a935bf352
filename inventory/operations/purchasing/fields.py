"""What data of vendors, agreements and orders may be; each field with its fix."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.errors import BadValue
from inventory.operations.catalog import fields
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import VendorKind

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
MOST_PRICE = Decimal(10) ** 9


def number(least: int, most: int) -> fields.Clean:
    """A whole number within limits; there has to be one."""
    loose = fields.whole(least, most)

    def clean(field: str, value: Any) -> int:
        found = loose(field, value)
        if found is None:
            raise BadValue(field=field, fix=f"Give a whole number from {least} to {most}.")
        return int(found)

    return clean


units = number(1, MOST_UNITS)


def day(field: str, value: Any) -> date | None:
    """A calendar day, or none."""
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        value = value.date()
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise BadValue(field=field, fix="Give a day like 2026-01-31.") from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadValue(field=field, fix="Give a day between 1990 and 2199.")
    return found


def some_day(field: str, value: Any) -> date:
    """A calendar day; there has to be one."""
    found = day(field, value)
    if found is None:
        raise BadValue(field=field, fix="Give a day like 2026-01-31.")
    return found


def price(field: str, value: Any) -> Decimal:
    """A price per unit, 0 or more, with at most 6 decimals; there has to be one."""
    found = fields.amount(field, value)
    if found is None or found >= MOST_PRICE:
        raise BadValue(field=field, fix="Give a price like 4.25.")
    return found


def percent(field: str, value: Any) -> Decimal | None:
    """A share of 0 to 100, with at most two decimals, or none."""
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
        exact = found == found.quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError) as error:
        raise BadValue(field=field, fix="Give a percentage like 2.5.") from error
    if not exact or not 0 <= found <= 100:
        raise BadValue(field=field, fix="Give 0 to 100, with at most two decimals.")
    return found


def some_percent(field: str, value: Any) -> Decimal:
    """A share of 0 to 100; nothing given is 0."""
    return percent(field, value) or Decimal(0)


def choice(values: Sequence[str], *, empty: bool = False) -> fields.Clean:
    """One of these words."""

    def clean(field: str, value: Any) -> str:
        word = str(value or "")
        if word in values or (empty and not word):
            return word
        raise BadValue(field=field, fix=f"Choose one of {', '.join(values)}.")

    return clean


def kinds(field: str, value: Any) -> list[str]:
    """What a vendor does: one word or several."""
    known = list(VendorKind.values)
    if not isinstance(value, list | tuple) or not value or any(one not in known for one in value):
        raise BadValue(field=field, fix=f"Choose among {', '.join(known)}.")
    return [kind for kind in known if kind in value]


def mail(field: str, value: Any) -> str:
    """An e-mail address, or none."""
    word: str = fields.text(254)(field, value)
    if word:
        try:
            validate_email(word)
        except ValidationError as error:
            raise BadValue(field=field, fix="Give an e-mail address like a@b.example.") from error
    return word


def phone(field: str, value: Any) -> str:
    """A telephone number as people write it, or none."""
    word: str = fields.text(32)(field, value)
    if word and not re.fullmatch(r"\+?[0-9][0-9 ()/.\-]{3,30}", word):
        raise BadValue(field=field, fix="Give a number like +44 20 7946 0000.")
    return word


def require_order(first: date | None, last: date | None, *, field: str) -> None:
    """Refuse a time that ends before it starts."""
    if first and last and last < first:
        raise BadValue(field=field, fix=f"Give a day that is not before {first}.")
