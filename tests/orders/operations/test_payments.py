"""The money ledger against what the order costs: too much and too little are said."""

from dataclasses import replace

import pytest
from django.test import Client

from core.money import Money
from core.roles import Role
from orders.models import OrderException
from orders.operations.payments import record_payment
from tests.builders.orders import order_in, placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


def test_what_is_overpaid_is_an_exception_until_it_went_back():
    order = placed_order(price="19.90", given=order_in("19.90", paid=False))
    record_payment(order.pk, kind="captured", amount=Money.of("500", "GBP"), reference="p1")
    trouble = OrderException.objects.get(order=order, kind="overpaid")
    assert "£480.10 more was paid" in trouble.sentence
    record_payment(order.pk, kind="refunded", amount=Money.of("480.10", "GBP"), reference="r1")
    trouble.refresh_from_db()
    assert trouble.resolved_at


def test_what_is_missing_of_an_underpaid_order_is_said():
    order = placed_order(price="19.90", given=order_in("19.90", paid=False))
    record_payment(order.pk, kind="captured", amount=Money.of("5", "GBP"), reference="p1")
    client = Client()
    client.force_login(someone(Role.AGENT))
    text = client.get(order.get_absolute_url()).content.decode()
    assert "£14.90 of £19.90 is still to be paid. Ask the customer" in text
    assert "£19.90</td>" in text, "the price each has its currency"


def test_an_order_that_comes_in_overpaid_is_an_exception():
    given = order_in("19.90")
    paid = replace(given.payment, amount=Money.of("500", "GBP"))
    order = placed_order(given=replace(given, payment=paid))
    assert "£480.10" in OrderException.objects.get(order=order, kind="overpaid").sentence
