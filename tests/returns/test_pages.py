"""Pages of returns: each opens for whom it is for, and each act works by its form."""

import pytest
from django.test import Client
from django.urls import reverse

from core.money import Money
from core.roles import Role
from orders.models import Order
from orders.ports import customer_panels, order_panels
from returns.models import Capture, Refund, ReturnAuthorization
from returns.operations.refund import refund_order
from returns.panels import find, refund_row, stuck, to_approve, to_inspect
from tests.builders.people import someone
from tests.builders.returns import inspected, line, pay, requested, shipped_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def page(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def act(client, name, *args, **fields):
    answer = client.post(reverse(name, args=args), fields)
    assert answer.status_code == 302, answer.content.decode()[:500]
    return answer["Location"]


def test_from_an_orders_page_to_the_money_by_forms_alone(manager):
    order = shipped_order(("MUG", 3, "10.00"))
    text = page(manager, "returns:new", order.public_id)
    assert "30 days" in text
    field = f"units-{line(order).pk}"
    act(manager, "returns:new", order.public_id, **{field: "2", "approve": "on"})
    rma = ReturnAuthorization.objects.get()

    scanned = act(manager, "returns:desk", barcode=rma.number.lower())
    assert "Receive" in manager.get(scanned).content.decode()
    back = rma.lines.get()
    act(manager, "returns:receive", rma.public_id, **{f"units-{back.pk}": "2"})
    text = page(manager, "returns:desk", scan=rma.number)
    assert "£6.66" in text, "the desk shows what it would give back"
    rows = {
        f"{back.pk}-{row}-{name}": value
        for row in range(2)
        for name, value in (("units", "1"), ("grade", "B"), ("disposition", "restock"))
    }
    act(manager, "returns:inspect", rma.public_id, **rows)
    assert "Refund £6.66" in page(manager, "returns:rma", rma.public_id)
    act(manager, "returns:refund_return", rma.public_id)

    assert Refund.objects.get().amount == Money.of("6.66", "GBP")
    assert "RF-" in page(manager, "returns:rma", rma.public_id)


def test_lists_show_and_filter(manager):
    rma = inspected(shipped_order())
    refund_order(rma.order.pk, amount=Money.of("1.00", "GBP"), reason="late")

    assert rma.number in page(manager, "returns:rma_list", status="inspected")
    assert rma.number not in page(manager, "returns:rma_list", status="closed")
    assert rma.number in page(manager, "returns:rma_list", q=rma.order.number)
    assert "RF-" in page(manager, "returns:refund_list")
    assert "RF-" not in page(manager, "returns:refund_list", stuck="true")


def test_a_list_asks_no_question_per_row(manager, django_assert_max_num_queries):
    order = shipped_order(("MUG", 9, "90.00"))
    for _ in range(6):
        requested(order, 1)
    page(manager, "returns:rma_list")

    with django_assert_max_num_queries(45):
        text = page(manager, "returns:rma_list")
    assert text.count(order.number) >= 6


def test_a_refund_by_hand_by_its_forms(manager):
    order = shipped_order(gateway="cheque")
    act(manager, "returns:goodwill", order.public_id, amount="2.50", reason="late")
    refund = Refund.objects.get()
    assert "Give it back by hand" in page(manager, "returns:refund", refund.public_id)
    act(manager, "returns:confirm_refund", refund.public_id, gateway_ref="bank 7")

    refund.refresh_from_db()
    assert refund.state == "done"


def test_a_refusal_is_said_on_the_page(manager):
    order = shipped_order()
    answer = manager.post(
        reverse("returns:goodwill", args=[order.public_id]),
        {"amount": "99", "reason": "x"},
        follow=True,
    )
    assert "more than the £10.00" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("reject", {"reason": "worn"}),
        ("cancel", {"reason": "kept"}),
        ("approve", {}),
    ],
)
def test_acts_of_a_requested_return(manager, name, fields):
    rma = requested(shipped_order(), approve=False)
    assert rma.number in page(manager, "returns:rma", rma.public_id)
    act(manager, f"returns:{name}", rma.public_id, **fields)

    rma.refresh_from_db()
    assert rma.status.startswith(name[:5])


def test_panels_search_and_lanes_know_it():
    order = shipped_order(("MUG", 3, "30.00"))
    waiting = requested(order, 1, approve=False)
    told = order_panels["60 returns"].context(order)
    assert [rma.number for rma in told["rmas"]] == [waiting.number]
    assert told["returnable"] == 2
    assert list(customer_panels["60 returns"].context(order.customer)["rmas"]) == [waiting]

    from core.actor import SYSTEM

    assert [hit.label for hit in find(waiting.number.lower(), SYSTEM)] == [waiting.number]
    assert list(to_approve(SYSTEM)) == [waiting]
    assert list(to_inspect(SYSTEM)) == []
    by_hand = refund_order(
        shipped_order(gateway="cheque").pk, amount=Money.of("1", "GBP"), reason="x"
    ).refunds[0]
    assert [refund_row(refund)[0] for refund in stuck(SYSTEM)] == [by_hand.number]


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.PICKER, "returns:desk", 200),
        (Role.VIEWER, "returns:desk", 403),
        (Role.VIEWER, "returns:rma_list", 200),
        (Role.PICKER, "returns:refund_list", 403),
        (Role.FINANCE, "returns:refund_list", 200),
    ],
)
def test_who_opens_what(role, name, status):
    client = Client()
    client.force_login(someone(role))

    assert client.get(reverse(name)).status_code == status


def test_a_return_out_of_reach_is_not_there():
    rma = inspected(shipped_order())
    client = Client()
    client.force_login(someone(Role.MANAGER, all_warehouses=False))

    assert client.get(rma.get_absolute_url()).status_code == 404
    assert client.post(reverse("returns:refund_return", args=[rma.public_id])).status_code == 404


def test_what_left_uncaptured_is_taken_from_the_orders_page(manager):
    order = shipped_order(("MUG", 2, "10.00"), captured="0")
    pay(order, Money.of("10", "GBP"), kind="authorized", gateway="till")
    Order.objects.filter(pk=order.pk).update(payment_status="authorized")
    assert order.number in page(manager, "orders:order_list", uncaptured="true")
    assert order.number in page(manager, "core:today")
    assert "Capture £10.00" in page(manager, "orders:order", order.public_id)

    shown = act(manager, "returns:capture_order", order.public_id)
    capture = Capture.objects.get()
    assert shown == capture.get_absolute_url()
    assert "Take it by hand" in manager.get(shown).content.decode()
    assert capture.number in page(manager, "returns:capture_list", stuck="true")
    act(manager, "returns:confirm_capture", capture.public_id, gateway_ref="slip 7")
    assert "£10.00" in page(manager, "returns:capture", capture.public_id)
    assert Order.objects.get(pk=order.pk).payment_status == "paid"
