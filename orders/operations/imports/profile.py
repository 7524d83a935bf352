"""An import profile: which column is what, and the rules for what is not a plain sale."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Self
from zoneinfo import available_timezones

import pycountry

from core.errors import BadValue
from orders.models import ImportProfile
from orders.states import ChargeKind

REQUIRED = ("channel_ref", "sku", "units", "unit_price", "placed_at")
OPTIONAL = (
    "title", "customer_ref", "customer_name", "email", "line1", "line2", "city", "region",
    "postal_code", "country", "phone",
)  # fmt: skip

# What people call countries in files, where it is neither the ISO code nor the ISO name.
COUNTRY_WORDS = {
    "eire": "IE", "rsa": "ZA", "usa": "US", "uk": "GB", "channel islands": "JE",
    "south korea": "KR", "russia": "RU", "vietnam": "VN", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "holland": "NL", "czech republic": "CZ",
}  # fmt: skip
UNKNOWN_COUNTRY = "XX"


@dataclass(frozen=True)
class Charge:
    """A code that is no goods: what it stands for, and whether its amount is turned round."""

    kind: str
    code: str


@dataclass
class Profile:
    """The rules of one profile, checked. See docs/imports.md for each of them."""

    code: str
    columns: dict[str, str]
    date_formats: list[str]
    time_zone: str
    return_prefixes: tuple[str, ...] = ()
    aside_prefixes: dict[str, str] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    charge_prefixes: dict[str, Charge] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    unknown_sku: str = "exception"
    opening_stock: str = "none"
    currency_rate: str = "1"
    paid: bool = True

    @classmethod
    def of(cls, row: ImportProfile) -> Self:
        """Check a stored profile. Raises BadValue naming the rule and the fix."""
        check_columns(row.columns)
        rules = check_rules(row.rules)
        return cls(
            code=row.code,
            columns={name: column for name, column in row.columns.items() if column},
            date_formats=rules.get("date_formats", ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"]),
            time_zone=rules.get("time_zone", "UTC"),
            return_prefixes=tuple(rules.get("return_prefixes", [])),
            aside_prefixes=rules.get("aside_prefixes", {}),
            charges={
                code.upper(): Charge(kind, code.upper())
                for code, kind in rules.get("charges", {}).items()
            },
            charge_prefixes={
                prefix.upper(): Charge(kind, prefix.upper())
                for prefix, kind in rules.get("charge_prefixes", {}).items()
            },
            countries={name.lower(): code for name, code in rules.get("countries", {}).items()},
            unknown_sku=rules.get("unknown_sku", "exception"),
            opening_stock=rules.get("opening_stock", "none"),
            currency_rate=str(rules.get("currency_rate", "1")),
            paid=bool(rules.get("paid", True)),
        )

    def charge_of(self, code: str) -> Charge | None:
        """What a code stands for when it is no goods."""
        upper = code.upper()
        if upper in self.charges:
            return self.charges[upper]
        for prefix, charge in self.charge_prefixes.items():
            if upper.startswith(prefix):
                return charge
        return None

    def country_of(self, name: str) -> str:
        """ISO 3166-1 alpha-2 of what the file calls a country; "XX" when nobody knows."""
        key = name.strip().lower()
        if not key:
            return UNKNOWN_COUNTRY
        if key not in self.countries:
            self.countries[key] = _looked_up(key)
        return self.countries[key] or UNKNOWN_COUNTRY


def _looked_up(name: str) -> str:
    if name in COUNTRY_WORDS:
        return COUNTRY_WORDS[name]
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return UNKNOWN_COUNTRY


def check_columns(columns: Any) -> None:
    """Refuse a mapping that cannot be read. Raises BadValue."""
    if not isinstance(columns, dict):
        raise BadValue(field="columns", fix="Send an object of field names and column names.")
    for name, column in columns.items():
        if name not in REQUIRED + OPTIONAL:
            known = ", ".join(REQUIRED + OPTIONAL)
            raise BadValue(field=f"columns.{name}", fix=f"No such field. Known: {known}.")
        if not isinstance(column, str) or len(column) > 100:
            raise BadValue(field=f"columns.{name}", fix="Give the column's name as text.")
    for name in REQUIRED:
        if not columns.get(name):
            raise BadValue(field=f"columns.{name}", fix="This field needs a column.")


_SHAPES: dict[str, type] = {
    "date_formats": list, "time_zone": str, "return_prefixes": list, "aside_prefixes": dict,
    "charges": dict, "charge_prefixes": dict, "countries": dict, "unknown_sku": str,
    "opening_stock": str, "currency_rate": str, "paid": bool,
}  # fmt: skip
_CHOICES = {"unknown_sku": ("create", "exception"), "opening_stock": ("cover", "none")}


def check_rules(rules: Any) -> dict[str, Any]:
    """Refuse rules that are misspelled or of the wrong kind. Raises BadValue."""
    if not isinstance(rules, dict):
        raise BadValue(field="rules", fix="Send an object of rules.")
    for name, rule in rules.items():
        if name not in _SHAPES:
            raise BadValue(field=f"rules.{name}", fix=f"No such rule. Known: {', '.join(_SHAPES)}.")
        if not isinstance(rule, _SHAPES[name]):
            raise BadValue(field=f"rules.{name}", fix=f"Must be a {_SHAPES[name].__name__}.")
        if name in _CHOICES and rule not in _CHOICES[name]:
            raise BadValue(field=f"rules.{name}", fix=f"One of: {', '.join(_CHOICES[name])}.")
        _DETAILS.get(name, lambda name, rule: None)(name, rule)
    return dict(rules)


def _refuse(name: str, fix: str) -> BadValue:
    return BadValue(field=f"rules.{name}", fix=fix)


def _check_kinds(name: str, rule: dict[str, Any]) -> None:
    _check_words(name, rule)
    for code, kind in rule.items():
        if kind not in ChargeKind.values:
            raise _refuse(f"{name}.{code}", f"One of: {', '.join(ChargeKind.values)}.")


def _check_words(name: str, rule: Any) -> None:
    """Lists and objects of texts; an empty prefix would fit every row."""
    values = [*rule, *rule.values()] if isinstance(rule, dict) else rule
    for value in values:
        if not isinstance(value, str) or not value.strip() or len(value) > MOST_LETTERS:
            raise _refuse(name, f"Each entry is a text of 1 to {MOST_LETTERS} characters.")
    if len(rule) > MOST_ENTRIES:
        raise _refuse(name, f"At most {MOST_ENTRIES} entries.")


def _check_countries(name: str, rule: dict[str, Any]) -> None:
    _check_words(name, rule)
    for word, code in rule.items():
        known = code.isupper() and pycountry.countries.get(alpha_2=code)
        if code != UNKNOWN_COUNTRY and not known:
            raise _refuse(f"{name}.{word}", "Two capital letters of ISO 3166: GB, US, DE.")


def _check_formats(name: str, rule: list[Any]) -> None:
    _check_words(name, rule)
    moment = datetime(2011, 12, 31, 13, 45, 59, tzinfo=UTC)
    for shape in rule:
        try:
            read = datetime.strptime(moment.strftime(shape), shape)  # noqa: DTZ007 - the day only
            readable = read.year == moment.year
        except (ValueError, re.error):
            readable = False
        if not readable:
            raise _refuse(name, f"{shape!r} is no date format like %Y-%m-%d %H:%M.")
    if not rule:
        raise _refuse(name, "Give at least one, like %Y-%m-%d %H:%M.")


def _check_zone(name: str, rule: str) -> None:
    if rule not in available_timezones():
        raise _refuse(name, "A time zone like Europe/London.")


def _check_rate(name: str, rule: str) -> None:
    try:
        rate = Decimal(rule)
    except InvalidOperation:
        rate = Decimal(0)
    if not rate.is_finite() or not Decimal("0.000001") <= rate <= Decimal(1_000_000):
        raise _refuse(name, "A number above zero, as text: 1.1632.")


MOST_LETTERS, MOST_ENTRIES = 100, 1000
_DETAILS: dict[str, Callable[[str, Any], None]] = {
    "date_formats": _check_formats, "time_zone": _check_zone, "return_prefixes": _check_words,
    "aside_prefixes": _check_words, "charges": _check_kinds, "charge_prefixes": _check_kinds,
    "countries": _check_countries, "currency_rate": _check_rate,
}  # fmt: skip
