"""The pages of orders, as the people who use them see them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.money import Money
from core.roles import Role
from inventory.models import Sku
from orders.models import Hold, Order, OrderException
from orders.operations.cancel import cancel_order
from orders.operations.hold import hold_order
from orders.operations.place import place_order
from orders.states import OrderStatus
from tests.builders.inventory import channel, sku, stock
from tests.builders.orders import (
    delivered_order,
    order_in,
    packed_order,
    placed_order,
    released_order,
)
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(someone(Role.MANAGER))
    return client


def page(client, url: str, *, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_the_list_shows_each_order_with_why_it_has_not_shipped(manager):
    first, second = placed_order(MUG=1), released_order(MUG=1).order

    said = page(manager, reverse("orders:order_list"))

    assert first.number in said
    assert "Ready to release" in said
    assert second.number in said
    assert "To pick" in said
    assert first.total.shown() in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=open", {"held", "short", "open"}),
        ("why=held", {"held"}),
        ("why=short", {"short"}),
        ("status=closed", {"closed"}),
        ("late=true", set()),
        ("shipped_today=true", {"closed"}),
    ],
)
def test_the_views_hold_what_they_say(manager, query, found):
    orders = {
        "open": placed_order(MUG=1),
        "held": placed_order(MUG=1),
        "closed": delivered_order(CUP=1),
    }
    hold_order(orders["held"].pk, reason="rang")
    sku("PAN")
    orders["short"] = place_order(channel("bay", marketplace=True).pk, order_in(PAN=1))

    said = page(manager, f"{reverse('orders:order_list')}?{query}")

    shown = {name for name, order in orders.items() if order.get_absolute_url() in said}
    assert shown == found


def test_an_order_past_its_time_is_late(manager):
    order = placed_order(MUG=1)
    Order.objects.filter(pk=order.pk).update(ship_by=clock.now() - timedelta(hours=1))

    assert order.number in page(manager, f"{reverse('orders:order_list')}?late=true")
    assert "Late" in page(manager, order.get_absolute_url())


def test_the_page_says_what_is_in_the_way_and_what_next(manager):
    order = placed_order(MUG=2)
    hold_order(order.pk, reason="Customer rang")

    said = page(manager, order.get_absolute_url())

    assert "Customer rang" in said
    assert "2 in LON" in said
    assert order.total.shown() in said
    assert order.customer.name in said
    assert "Resume" in said


def test_the_page_of_any_state_opens(manager):
    for order in (packed_order(MUG=1).order, delivered_order(CUP=1), placed_order(PAN=1)):
        assert order.number in page(manager, order.get_absolute_url())
        assert order.number in page(manager, f"{order.get_absolute_url()}?panel=1")


def test_the_page_asks_as_often_for_many_lines_as_for_one(manager, django_assert_max_num_queries):
    order = placed_order(**{f"S{number}": 1 for number in range(12)})
    page(manager, order.get_absolute_url())

    with django_assert_max_num_queries(45):
        page(manager, order.get_absolute_url())


def test_the_list_asks_as_often_for_many_orders_as_for_one(manager, django_assert_max_num_queries):
    for _ in range(8):
        placed_order(MUG=1)
    page(manager, reverse("orders:order_list"))

    with django_assert_max_num_queries(16):
        page(manager, reverse("orders:order_list"))


def test_hold_and_resume(manager):
    order = placed_order(MUG=1)
    url = reverse("orders:order_hold", args=[order.public_id])

    manager.post(url, {"reason": "Customer rang", "kind": "customer"})
    hold = Hold.objects.get(order=order)
    assert (hold.reason, hold.kind) == ("Customer rang", "customer")

    undo = reverse("orders:order_resume", args=[order.public_id])
    manager.post(f"{undo}?hold_id={hold.pk}")
    hold.refresh_from_db()
    assert hold.released_at is not None


def test_a_hold_without_reason_says_so_where_the_person_looks(manager):
    order = placed_order(MUG=1)

    answer = manager.post(
        reverse("orders:order_hold", args=[order.public_id]),
        {"reason": "", "kind": "customer"},
        headers={"referer": f"http://testserver{order.get_absolute_url()}"},
        follow=True,
    )

    assert "reason" in answer.content.decode()
    assert not Hold.objects.exists()


def test_release_cancel_and_take_back(manager):
    order = placed_order(MUG=1)
    manager.post(reverse("orders:order_release", args=[order.public_id]))
    work = order.fulfillments.get()

    manager.post(
        reverse("orders:fulfillment_cancel", args=[work.public_id]), {"reason": "wrong place"}
    )
    order.refresh_from_db()
    assert order.why_code == "short"

    manager.post(reverse("orders:order_fill", args=[order.public_id]))
    order.refresh_from_db()
    assert order.why_code == "ready_to_release"

    manager.post(reverse("orders:order_cancel", args=[order.public_id]), {"reason": "no more"})
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, "no more")


def test_a_corrected_address(manager):
    order = placed_order(channel("gated", clearances=["address"]), MUG=1)
    url = reverse("orders:order_address", args=[order.public_id])
    assert "SW1Y 4JH" in page(manager, url)

    manager.post(
        url,
        {"name": "Ada", "line1": "1 High St", "city": "Leeds", "postal_code": "LS1 1UR",
         "country": "gb"},
    )  # fmt: skip

    order.refresh_from_db()
    assert (order.ship_to.city, order.ship_to.problem) == ("Leeds", "")


def test_a_gate_decided_by_hand_says_by_whom(manager):
    order = placed_order(channel("gated", clearances=["risk"]), MUG=1)

    manager.post(
        reverse("orders:order_gate", args=[order.public_id, "risk"]),
        {"reason": "known buyer", "decision": "clear"},
    )

    gate = order.clearances.get()
    assert (gate.state, gate.sentence) == ("cleared", "By hand: known buyer")
    assert gate.decided_by.startswith("person:")


def test_finance_records_a_payment_in_the_orders_currency(client):
    client.force_login(someone(Role.FINANCE))
    order = placed_order(given=order_in(paid=False, MUG=1))
    url = reverse("orders:order_payment", args=[order.public_id])

    client.post(url, {"kind": "captured", "amount": "10.00", "reference": "B-1"})

    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert order.payments.get().amount == Money.of("10.00", "GBP")


def test_a_viewer_looks_and_changes_nothing(client):
    client.force_login(someone(Role.VIEWER))
    order = placed_order(MUG=1)

    said = page(client, order.get_absolute_url())

    assert "Hold order" not in said
    assert "Cancel order" not in said
    url = reverse("orders:order_cancel", args=[order.public_id])
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_an_order_of_another_channel_is_not_there(client):
    agent = someone(Role.AGENT, all_channels=False)
    client.force_login(agent)
    order = placed_order(MUG=1)

    assert client.get(order.get_absolute_url()).status_code == 404
    assert order.number not in page(client, reverse("orders:order_list"))
    assert client.get(order.customer.get_absolute_url()).status_code == 404


def oversold() -> OrderException:
    stock("MUG", on_hand=1)
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=3))
    return order.exceptions.get()


def test_an_exception_with_evidence_and_fix(manager):
    row = oversold()
    assert row.sentence in page(manager, reverse("orders:exception_list"))

    said = page(manager, row.get_absolute_url())

    assert "Try the stock again" in said
    assert row.order.number in said


def test_an_exception_is_put_off_and_comes_back(manager):
    row = oversold()
    queue = reverse("orders:exception_list")

    manager.post(reverse("orders:exception_snooze", args=[row.public_id]), {"hours": "4"})
    assert row.sentence not in page(manager, queue)
    assert row.sentence in page(manager, f"{queue}?snoozed=true")

    with clock.pinned(clock.now() + timedelta(hours=5)):
        assert row.sentence in page(manager, queue)


def test_an_exception_is_handed_over_and_settled(manager):
    row, colleague = oversold(), someone(Role.AGENT)

    manager.post(reverse("orders:exception_assign", args=[row.public_id]), {"owner": colleague.pk})
    row.refresh_from_db()
    assert row.owner == colleague

    url = reverse("orders:exception_resolve", args=[row.public_id])
    manager.post(url, {"resolution": "Customer takes one."})
    row.refresh_from_db()
    assert row.resolution == "Customer takes one."
    assert "Customer takes one." in page(manager, row.get_absolute_url())


def test_the_gravest_and_oldest_come_first(manager):
    first = oversold()
    low = OrderException.objects.create(
        kind="other", severity=1, sentence="Low but older", key="x", source="system",
        raised_at=first.raised_at - timedelta(hours=30),
        urgent_at=first.raised_at - timedelta(hours=30),
    )  # fmt: skip

    said = page(manager, reverse("orders:exception_list"))

    assert said.index(first.sentence) < said.index(low.sentence)


def test_a_customer_with_what_they_bought(manager):
    order = placed_order(MUG=2)

    assert order.customer.email in page(manager, reverse("orders:customer_list"))
    said = page(manager, order.customer.get_absolute_url())
    assert order.number in said
    assert Money.of("20.00", "GBP").shown() in said


def test_the_work_of_warehouses(manager):
    row = released_order(MUG=1)

    assert row.number in page(manager, reverse("orders:fulfillment_list"))
    assert row.number in page(manager, f"{reverse('orders:fulfillment_list')}?status=open")
    assert row.number not in page(manager, f"{reverse('orders:fulfillment_list')}?status=shipped")


@pytest.mark.parametrize("text", ["number", "channel_ref", "email", "name", "surname"])
def test_the_search_finds_it(manager, text):
    order = placed_order(MUG=1)
    given = {
        "number": order.number, "channel_ref": order.channel_ref,
        "email": order.customer.email, "name": "Ada By",
        "surname": "byron",
    }  # fmt: skip

    answer = manager.get(reverse("core:search"), {"q": given[text]}, follow=True)

    assert order.number in answer.content.decode()


def test_an_export_is_what_the_list_shows(manager):
    order = placed_order(MUG=1)

    answer = manager.get(f"{reverse('orders:order_list')}?export=csv")

    text = b"".join(answer.streaming_content).decode()
    assert order.number in text
    assert "Ready to release" in text


def test_the_orders_that_want_a_sku(manager):
    wanted, other = placed_order(MUG=2), placed_order(CUP=1)
    item = Sku.objects.get(code="MUG")
    listed = page(manager, f"{reverse('orders:order_list')}?sku=MUG")
    assert wanted.number in listed
    assert other.number not in listed
    panel = page(manager, item.get_absolute_url()).partition('id="orders"')[2]
    assert wanted.number in panel
    cancel_order(wanted.pk, reason="no")
    panel = page(manager, item.get_absolute_url()).partition('id="orders"')[2]
    assert "No open order waits for it" in panel
