"""Whether a parcel can be delivered to an address, by the rules of its country."""

import pytest

from orders.addresses import phone_of, problem_of
from orders.intake import AddressIn


def address(**parts: str) -> AddressIn:
    given = {"name": "Ada", "line1": "1 Main St", "city": "Town", "country": "GB"}
    return AddressIn(**(given | parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"postal_code": "SW1Y 4JH", "city": "London"},
        {"postal_code": "sw1y4jh", "city": "London"},
        {"country": "us", "region": "CA", "postal_code": "94105"},
        {"country": "US", "region": "California", "postal_code": "94105"},
        {"country": "DE", "postal_code": "10115"},
        {"country": "IE", "city": "Dublin"},
        {"country": "HK", "city": "Central", "region": "Hong Kong Island"},
    ],
)
def test_good_addresses(parts):
    assert problem_of(address(**parts)) == ""


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"postal_code": "94105"}, "the postal code is not one of that country"),
        ({}, "the postal code is missing"),
        ({"line1": "", "postal_code": "SW1Y 4JH"}, "the street is missing"),
        ({"country": "US", "region": "ZZ", "postal_code": "94105"}, "no such state or region"),
        ({"country": "US", "postal_code": "94105"}, "the state or region is missing"),
        ({"country": "XX"}, "the country is not an ISO 3166-1 code"),
        ({"country": ""}, "the country"),
        ({"name": " ", "postal_code": "SW1Y 4JH"}, "the name is missing"),
    ],
)
def test_what_is_wrong_is_said(parts, problem):
    assert problem in problem_of(address(**parts))


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("020 7946 0958", "GB", "+442079460958"),
        ("+49 30 901820", "GB", "+4930901820"),
        ("ask for Ada", "GB", "ask for Ada"),
        ("12", "GB", "12"),
        ("", "GB", ""),
    ],
)
def test_numbers_are_kept_in_one_form(number, country, expected):
    assert phone_of(number, country) == expected
