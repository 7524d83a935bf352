from decimal import Decimal

import pycountry
import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money, exponent, shown_price, typed_amount


def test_amounts_are_exact_in_currencies_of_0_2_and_3_decimals():
    assert Money.of("12.34", "GBP").minor == 1234
    assert Money.of("1200", "JPY").minor == 1200
    assert Money.of("1.234", "KWD").minor == 1234
    assert str(Money.of("5", "GBP")) == "5.00 GBP"


@pytest.mark.parametrize("amount", ["1.005", "NaN", "Infinity", "", "ten", "1e30"])
def test_what_would_be_rounded_or_is_no_amount_is_refused(amount):
    with pytest.raises(ValueError, match=r"amount|decimals|range"):
        Money.of(amount, "GBP")


def test_two_currencies_never_add():
    with pytest.raises(ValueError, match="two currencies"):
        Money.of("1", "GBP") + Money.of("1", "EUR")


@given(minor=st.integers(-(10**12), 10**12), of=st.integers(1, 500))
def test_shares_sum_to_the_whole(minor, of):
    whole = Money(minor, "GBP")
    assert sum(whole.share(k, of) for k in range(1, of + 1)) == whole


@given(minor=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**6), min_size=1))
def test_a_split_sums_to_the_whole(minor, weights):
    if not sum(weights):
        return
    parts = Money(minor, "GBP").split(weights)
    assert sum(parts) == Money(minor, "GBP")
    assert all(part.minor >= 0 for part in parts)


@pytest.mark.parametrize("minor", [0, 1, -1, 99, -100, 5, 123_456, -1_234_567, 10**15])
def test_amounts_read_as_babel_writes_them(minor):
    for currency in (row.alpha_3 for row in pycountry.currencies):
        money, digits = Money(minor, currency), exponent(currency)
        pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
        assert money.shown() == format_currency(
            money.amount, currency, format=pattern, locale="en_US", currency_digits=False
        )
        assert money.as_json() == {"amount": str(money.amount), "currency": currency}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("4.95", "4.95"), ("1,234.50", "1234.50"), ("1,234,567", "1234567"), (" 12 ", "12"),
        ("1 234.50", "1234.50"), (".5", ".5"),
    ],
)  # fmt: skip
def test_a_comma_groups_only_where_it_cannot_be_a_decimal_one(typed, meant):
    assert typed_amount(typed) == meant


@pytest.mark.parametrize(
    "typed", ["4,95", "1,234", "1.234,50", "12,34.5", "1,23,456.00", "1e3", "٣", "", "NaN", "4.9.5"]
)
def test_an_amount_that_can_be_read_in_two_ways_is_refused(typed):
    with pytest.raises(ValueError, match=r"amount|two ways"):
        typed_amount(typed)


def test_a_price_shows_its_currency_and_all_its_digits():
    shown = [
        shown_price(Decimal(price), code)
        for price, code in (("9.3", "GBP"), ("3.000000", "GBP"), ("0.125", "GBP"), ("5", "JPY"))
    ]
    assert shown == ["£9.30", "£3.00", "£0.125", "¥5"]
