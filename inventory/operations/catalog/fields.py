"""What master data of a SKU, product, channel or warehouse may be; each field with its fix."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pycountry

from core.errors import BadValue
from core.money import known_currency
from inventory.models.barcodes import check_digit, claims_to_be_gtin, is_gtin
from inventory.states import HazardClass

Clean = Callable[[str, Any], Any]
MOST_COST = Decimal(10) ** 12
FORMULA = ("=", "+", "@", "\t")


def text(most: int, *, empty: bool = True) -> Clean:
    """Readable text of at most so many characters."""

    def clean(field: str, value: Any) -> str:
        words = "" if value is None else value
        if not isinstance(words, str):
            raise BadValue(field=field, fix="Give text.")
        words = words.strip()
        if not words and not empty:
            raise BadValue(field=field, fix="Fill it in.")
        if len(words) > most:
            raise BadValue(field=field, fix=f"Give at most {most} characters.")
        if not words.replace("\n", " ").isprintable():
            raise BadValue(field=field, fix="Leave out control characters.")
        return words

    return clean


def code(most: int) -> Clean:
    """What things are looked up by: text without line breaks, never empty, never a formula."""
    plain = text(most, empty=False)

    def clean(field: str, value: Any) -> str:
        word: str = plain(field, value)
        if not word.isprintable() or word.startswith(FORMULA):
            raise BadValue(field=field, fix="Start it with a letter or digit; one line only.")
        return word

    return clean


def barcode_of(most: int, *, internal: bool = False) -> Clean:
    """Whatever a scanner reads, or none; with as many digits as a GTIN it must be one.

    `internal`: it is a code of one's own, whatever it looks like.
    """
    plain = text(most)

    def clean(field: str, value: Any) -> str | None:
        word = plain(field, value)
        if word and not (word.isascii() and word.isprintable()):
            fix = "Give what the scanner reads: plain letters and digits."
            raise BadValue(field=field, fix=fix)
        if claims_to_be_gtin(word) and not is_gtin(word) and not internal:
            fix = (
                f"As a GTIN, {word} would end in {check_digit(word[:-1])}: read it again. A code of"
                " your own is added as internal, on the SKU's page."
            )
            raise BadValue(field=field, fix=fix)
        return word or None

    return clean


def un_number(field: str, value: Any) -> str:
    """The four digits of dangerous goods, also written "UN 1950"; or none."""
    word = re.sub(r"^UN[ -]*", "", text(10)(field, value).upper())
    if word and not re.fullmatch(r"[0-9]{4}", word):
        raise BadValue(field=field, fix="Give the four digits of the UN number, like 3480.")
    return word


def hazard_class(field: str, value: Any) -> str:
    """A class of dangerous goods, or none."""
    word = text(3)(field, value)
    if word and word not in HazardClass.values:
        raise BadValue(field=field, fix=f"Choose one of {', '.join(HazardClass.values)}.")
    return word


def whole(least: int, most: int) -> Clean:
    """A whole number within limits, or none."""

    def clean(field: str, value: Any) -> int | None:
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadValue(field=field, fix=f"Give a whole number from {least} to {most}.")
        return value

    return clean


def amount(field: str, value: Any) -> Decimal | None:
    """A cost or price per unit: up to 6 decimals, not negative, or none."""
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
        exact = number == number.quantize(Decimal("0.000001"))
    except (InvalidOperation, ValueError) as error:
        raise BadValue(field=field, fix="Give an amount like 4.25.") from error
    if not exact or not 0 <= number < MOST_COST:
        raise BadValue(field=field, fix="Give an amount of 0 or more with at most 6 decimals.")
    return number


def country(field: str, value: Any) -> str:
    """An ISO 3166-1 alpha-2 code."""
    word = text(2)(field, value).upper()
    if word and pycountry.countries.get(alpha_2=word) is None:
        raise BadValue(field=field, fix="Give a two-letter country code, like GB.")
    return word


def currency(field: str, value: Any) -> str:
    """An ISO 4217 code."""
    word = text(3, empty=False)(field, value).upper()
    if not known_currency(word):
        raise BadValue(field=field, fix="Give a three-letter currency code, like GBP.")
    return word


def hs_code(field: str, value: Any) -> str:
    """A customs code: 4 to 12 digits; points and spaces are left out."""
    word = re.sub(r"[ .]", "", text(20)(field, value))
    if word and not re.fullmatch(r"[0-9]{4,12}", word):
        raise BadValue(field=field, fix="Give the 4 to 12 digits of the customs code.")
    return word


def time_zone(field: str, value: Any) -> str:
    """A name of the IANA time zone database."""
    word = text(64, empty=False)(field, value)
    try:
        ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadValue(field=field, fix="Give a time zone like Europe/London.") from error
    return word


def web_address(field: str, value: Any) -> str:
    """An http or https address, or none."""
    word = text(500)(field, value)
    try:
        parts = urlsplit(word)
        good = not word or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:
        good = False
    if not good:
        raise BadValue(field=field, fix="Give an address that starts with https://.")
    return word


def yes_or_no(field: str, value: Any) -> bool:
    """True or false, nothing like them."""
    if not isinstance(value, bool):
        raise BadValue(field=field, fix="Say true or false.")
    return value


def cleaned(given: Mapping[str, Any], rules: Mapping[str, Clean]) -> dict[str, Any]:
    """Each given field by its rule. Raises BadValue for the first that will not do."""
    for field in given:
        if field not in rules:
            raise BadValue(field=field, fix="There is no such field.")
    return {field: rules[field](field, value) for field, value in given.items()}
