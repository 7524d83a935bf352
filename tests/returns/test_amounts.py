"""What units are worth: exact to the minor unit, whatever comes back when."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from orders.models import OrderLine
from orders.shares import paid_by_line, share_of_run
from returns.amounts import left_by_gateway, left_to_refund
from tests.builders.returns import pay, shipped_order


@given(minor=st.integers(0, 10**9), units=st.integers(1, 60), cuts=st.data())
def test_runs_of_a_line_together_give_back_exactly_the_whole(minor, units, cuts):
    paid, first, parts = Money(minor, "GBP"), 1, []
    while first <= units:
        last = cuts.draw(st.integers(first, units))
        parts.append(share_of_run(paid, first=first, last=last, of=units))
        first = last + 1

    assert sum(parts, Money.zero("GBP")) == paid


@given(minor=st.integers(0, 10**6), units=st.integers(1, 40), k=st.integers(1, 40))
def test_a_run_of_one_is_the_kth_share(minor, units, k):
    k = min(k, units)
    paid = Money(minor, "GBP")

    assert share_of_run(paid, first=k, last=k, of=units) == paid.share(k, units)


def test_three_mugs_for_ten_pounds_give_back_3_33_then_3_33_then_3_34():
    paid = Money.of("10.00", "GBP")

    shares = [share_of_run(paid, first=k, last=k, of=3) for k in (1, 2, 3)]

    assert [str(share) for share in shares] == ["3.33 GBP", "3.33 GBP", "3.34 GBP"]


def test_half_the_price_of_two_halves_is_half_the_price():
    paid = Money.of("9.99", "GBP")
    halves = [share_of_run(paid, first=k, last=k, of=2, percent=50) for k in (1, 2)]

    assert sum(halves, Money.zero("GBP")) == Money.of("4.99", "GBP")


@pytest.mark.django_db
def test_a_discount_on_the_order_is_spread_over_its_lines_exactly():
    order = shipped_order(
        ("MUG", 1, "10.00"), ("BOX", 2, "5.01"), ("TEA", 1, "0.00"), discount="1.00"
    )

    paid = paid_by_line(order)

    by_code = {line.channel_sku: str(paid[line.pk].amount) for line in order.lines.all()}
    assert by_code == {"MUG": "9.34", "BOX": "4.67", "TEA": "0.00"}


@pytest.mark.django_db
def test_a_discount_and_a_tax_on_a_line_are_part_of_what_was_paid_for_it():
    order = shipped_order(("MUG", 2, "10.00"), discount="2.00")
    OrderLine.objects.filter(order=order).update(discount=200, tax=160)
    order.refresh_from_db()

    assert list(paid_by_line(order).values()) == [Money.of("9.60", "GBP")]


@pytest.mark.django_db
def test_a_fee_is_not_given_back_and_a_negative_one_is_taken_off():
    dear = shipped_order(("MUG", 1, "10.00"), fees="2.50")
    cheap = shipped_order(("MUG", 1, "10.00"), fees="-2.50")

    assert list(paid_by_line(dear).values()) == [Money.of("10.00", "GBP")]
    assert list(paid_by_line(cheap).values()) == [Money.of("7.50", "GBP")]


@pytest.mark.django_db
def test_what_is_left_is_captured_less_given_back_less_charged_back():
    order = shipped_order(("MUG", 1, "10.00"))
    pay(order, Money.of("5.00", "GBP"), gateway="card")
    pay(order, Money.of("4.00", "GBP"), kind="refunded")
    pay(order, Money.of("1.00", "GBP"), gateway="card", kind="chargeback")
    pay(order, Money.of("99.00", "GBP"), kind="authorized")

    assert left_to_refund(order) == Money.of("10.00", "GBP")
    shares = [(share.gateway, str(share.amount.amount)) for share in left_by_gateway(order)]
    assert shares == [("local", "6.00"), ("card", "4.00")]
