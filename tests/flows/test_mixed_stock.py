"""Everybody at the same few SKUs with every kind of act: no deadlock, and the books hold."""

import pytest

from opsmgr.bench.mixed_stock import make_shop, mix, wrong_books

SECONDS = 3.0

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


def test_every_kind_of_stock_operation_at_once():
    found = mix(make_shop(), seconds=SECONDS)

    assert (dict(found.deadlocks), found.failures) == ({}, [])
    assert len(found.done) == 20, found.done  # each of them got through at least once
    assert wrong_books() == []


def test_the_same_rows_locked_in_any_order_do_deadlock():
    shop = make_shop()

    assert mix(shop, seconds=30, sort=False).deadlocks
    assert wrong_books() == []
