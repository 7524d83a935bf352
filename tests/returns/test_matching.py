"""Credits of a file belong to the customer's latest earlier line with units left."""

from datetime import UTC, datetime

from core.money import Money
from returns.matching import Credit, Sold, match


def day(number):
    return datetime(2011, 1, number, tzinfo=UTC)


def sold(pk, at, units, *, order=None, customer=1, sku=1):
    return Sold(pk, order or pk, customer, sku, day(at), units)


def credit(pk, at, units, amount="1.00", *, customer=1, sku=1):
    return Credit(pk, customer, sku, units, Money.of(amount, "GBP"), day(at))


PLENTY = dict.fromkeys(range(10), 10**6)


def pieces(found):
    return [(p.credit.pk, p.sold.line_id, p.units, str(p.amount.amount)) for p in found.pieces]


def test_the_latest_earlier_line_is_taken():
    found = match([credit(1, 5, 2)], [sold(1, 1, 9), sold(2, 4, 9), sold(3, 6, 9)], dict(PLENTY))

    assert pieces(found) == [(1, 2, 2, "1.00")]


def test_the_one_before_gives_the_rest_and_the_amount_is_split_exactly():
    found = match([credit(1, 5, 3, "10.00")], [sold(1, 1, 9), sold(2, 4, 1)], dict(PLENTY))

    assert pieces(found) == [(1, 2, 1, "3.33"), (1, 1, 2, "6.67")]


def test_a_later_credit_sees_what_an_earlier_one_has_left():
    lines = [sold(1, 1, 2), sold(2, 4, 2)]
    found = match([credit(1, 5, 2), credit(2, 6, 2), credit(3, 7, 1)], lines, dict(PLENTY))

    assert [(p.credit.pk, p.sold.line_id) for p in found.pieces] == [(1, 2), (2, 1)]
    assert list(found.unmatched) == [3]


def test_half_a_match_is_none():
    found = match([credit(1, 5, 3)], [sold(1, 1, 2)], dict(PLENTY))

    assert found.pieces == []
    assert found.unmatched == {1: "The customer's earlier orders have 2 of the units left."}


def test_another_customer_another_sku_or_a_later_order_do_not_match():
    lines = [sold(1, 1, 9, customer=2), sold(2, 1, 9, sku=2), sold(3, 8, 9)]
    found = match([credit(1, 5, 1)], lines, dict(PLENTY))

    assert found.unmatched == {1: "No earlier order of this customer has such a unit left."}


def test_no_customer_and_no_goods_are_said_in_words():
    found = match([credit(1, 5, 1, customer=None), credit(2, 5, 1, sku=None)], [], {})

    assert found.unmatched[1] == "It names no customer."
    assert found.unmatched[2].startswith("It is for no goods")


def test_never_more_than_what_is_left_of_the_order():
    found = match([credit(1, 5, 1, "3.00"), credit(2, 6, 1, "3.00")], [sold(1, 1, 9)], {1: 500})

    assert pieces(found) == [(1, 1, 1, "3.00")]
    assert "more than what is left" in found.unmatched[2]
