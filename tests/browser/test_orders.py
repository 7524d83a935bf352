"""Orders as an agent works with them: list, preview, hold, undo, new order, exceptions."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core.roles import Role
from inventory.models import Channel
from orders.models import Hold, Order
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from tests.builders.inventory import channel, sku, stock
from tests.builders.orders import delivered_order, order_in, placed_order, released_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> dict[str, Order]:
    """An order in each state that the pages show differently."""
    sku("RUG")
    orders = {
        "open": placed_order(MUG=1),
        "held": placed_order(CUP=2),
        "released": released_order(PAN=1).order,
        "closed": delivered_order(POT=1),
        "short": place_order(channel("bay", marketplace=True).pk, order_in(RUG=2)),
    }
    hold_order(orders["held"].pk, reason="Customer rang")
    return orders


@pytest.mark.parametrize(("theme", "width"), [("light", 1360), ("dark", 390)])
def test_pages_are_accessible_and_fit(
    signed_in_page, live_server, is_accessible, shop, theme, width
):  # fmt: skip
    page = signed_in_page(Role.MANAGER, Role.FINANCE, theme=theme, width=width)
    paths = [
        reverse("orders:order_list"),
        reverse("orders:order_new"),
        reverse("orders:exception_list"),
        reverse("orders:customer_list"),
        reverse("orders:fulfillment_list"),
        reverse("orders:order_address", args=[shop["open"].public_id]),
        shop["short"].exceptions.get().get_absolute_url(),
        shop["open"].customer.get_absolute_url(),
        *(order.get_absolute_url() for order in shop.values()),
    ]
    for path in paths:
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        is_accessible(page)


def test_an_order_is_held_with_a_reason_and_the_hold_undone(signed_in_page, live_server, shop):
    page = signed_in_page(Role.AGENT)
    page.goto(live_server.url + shop["open"].get_absolute_url())

    page.locator("summary", has_text="Hold").click()
    page.get_by_label("Reason").first.fill("Asked to wait")
    page.get_by_role("button", name="Hold order").click()

    expect(page.locator(".why")).to_contain_text("Asked to wait")
    assert Hold.objects.filter(order=shop["open"], released_at=None).count() == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".why")).to_contain_text("Everything is clear")
    assert not Hold.objects.filter(order=shop["open"], released_at=None).exists()


def test_many_orders_are_held_at_once_after_a_preview(signed_in_page, live_server, shop):
    page = signed_in_page(Role.MANAGER)
    page.goto(f"{live_server.url}{reverse('orders:order_list')}?status=open")

    page.get_by_label(f"Select {shop['open'].number}").check()
    page.get_by_label(f"Select {shop['short'].number}").check()
    page.locator("#bulk").get_by_role("button", name="Hold").click()

    expect(page.get_by_role("heading", name="Hold")).to_be_visible()
    expect(page.locator("main")).to_contain_text(shop["open"].number)
    expect(page.locator("main")).to_contain_text(shop["short"].number)


def test_an_order_is_taken_by_phone(signed_in_page, live_server):
    stock("MUG", on_hand=5)
    channel("web", name="Web shop")
    page = signed_in_page(Role.AGENT)
    page.goto(live_server.url + reverse("orders:order_new"))

    page.get_by_label("Channel").select_option("web")
    page.get_by_label("Customer's name").fill("Ada Byron")
    page.get_by_label("Street and number").fill("12 St James's Square")
    page.get_by_label("Postal code").fill("SW1Y 4JH")
    page.get_by_label("City").fill("London")
    page.get_by_label("Country code").fill("GB")
    page.get_by_label("SKU").first.fill("MUG")
    page.get_by_label("Units").first.fill("2")
    page.get_by_label("Price each").first.fill("7.50")
    page.get_by_role("button", name="Place order").click()

    order = Order.objects.get()
    expect(page.get_by_role("heading", name=f"Order {order.number}")).to_be_visible()
    expect(page.locator("#money")).to_contain_text("£15.00")
    assert order.channel == Channel.objects.get(code="web")


def test_the_search_jumps_to_the_order(signed_in_page, live_server, shop):
    page = signed_in_page(Role.AGENT)
    page.goto(f"{live_server.url}{reverse('core:search')}?q={shop['open'].number}")

    expect(page.locator("main")).to_contain_text(shop["open"].number)
