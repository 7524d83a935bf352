"""Letters that a page gives to its fields and buttons."""

import pytest
from playwright.sync_api import expect

from core.roles import Role
from fraud.models import OrderRisk
from orders.models import OrderException
from orders.operations.exceptions import raise_exception
from tests.builders.fraud import doubtful, scored
from tests.builders.orders import placed_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_risk_is_decided_in_three_keys(signed_in_page, live_server):
    _, risk = scored(doubtful())
    page = signed_in_page(Role.ANALYST)
    page.goto(live_server.url + risk.get_absolute_url())

    page.keyboard.press("a")
    expect(page.locator("#accept-reason")).to_be_focused()
    page.locator("#accept-reason").blur()
    page.keyboard.press("x")
    expect(page.locator("#reject-reason")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_text("was rejected.")).to_be_visible()
    risk = OrderRisk.objects.get(pk=risk.pk)
    assert (risk.state, risk.reason) == ("rejected", "Customer could not confirm")


def test_an_exception_is_settled_and_put_off_by_key(signed_in_page, live_server):
    order = placed_order(MUG=1)
    raise_exception("other", order_id=order.pk, key="x", sentence="Something is odd.")
    row = OrderException.objects.get()
    page = signed_in_page(Role.MANAGER)
    page.goto(live_server.url + row.get_absolute_url())

    page.keyboard.press("e")  # asks for the resolution first
    expect(page.locator("[name=resolution]")).to_be_focused()
    page.locator("[name=resolution]").blur()
    page.keyboard.press("s")

    expect(page).to_have_url(live_server.url + "/orders/exceptions/")
    row.refresh_from_db()
    assert row.snoozed_until is not None
