"""Stock held for carts and people: renewed, replaced, used, released, expired; never oversold."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import acting, person
from core.books import check_books
from core.errors import BadValue, NotPermitted, NotThere
from core.jobs import KINDS, admit_jobs, work_off
from core.models import Job
from core.relay import relay_once
from core.roles import Role
from inventory.errors import OutOfStock, ReservationOver, ReservationUsed
from inventory.models import Allocation, Reservation, StockLevel, WarehouseAccess
from inventory.operations.stock.reserve import (
    expire_reservation,
    release_reservation,
    reserve_stock,
)
from opsmgr.demo.reservations import leave_reservations
from orders.intake import OrderIn
from orders.models import Order
from orders.operations.place import place_order
from tests.builders.api import caller
from tests.builders.inventory import channel, sku, stock, warehouse
from tests.builders.orders import order_in
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db


def held(key: str = "cart 1", *, minutes: int | None = 15, **units: int) -> Reservation:
    for code in units or {"MUG": 2}:
        if not StockLevel.objects.filter(sku__code=code).exists():
            stock(code, on_hand=10)
    asked = {sku(code).pk: number for code, number in (units or {"MUG": 2}).items()}
    return reserve_stock(asked, key=key, channel_id=channel("web").pk, minutes=minutes)


def later(minutes: float):
    return clock.pinned(clock.now() + timedelta(minutes=minutes))


def free(code: str = "MUG") -> int:
    return StockLevel.objects.filter(sku__code=code).total_available()


def books_hold() -> bool:
    return [str(wrong) for _, found in check_books() for wrong in found] == []


def wanted(reservation: Reservation | None = None, *, ref: str = "", **units: int) -> OrderIn:
    given = order_in(**units)
    held_by = reservation.public_id if reservation else ""
    return replace(given, reservation=held_by, channel_ref=ref or given.channel_ref)


def ordered(*args, **options) -> Order:
    return place_order(channel("web").pk, wanted(*args, **options))


def test_held_for_nobody_else():
    row = held(MUG=8)
    assert (row.status, free()) == ("held", 2)
    with pytest.raises(OutOfStock):
        held("cart 2", MUG=3)
    with pytest.raises(OutOfStock):
        ordered(MUG=3)
    assert books_hold()
    release_reservation(row.pk)
    release_reservation(row.pk)
    assert free() == 10
    assert books_hold()


def test_the_same_again_is_held_longer_and_others_take_its_place():
    first = held(MUG=8)
    with later(10):
        assert held(MUG=8) == first
        first.refresh_from_db()
        assert first.expires_at > clock.now() + timedelta(minutes=14)
    other = held(MUG=9, CUP=1)  # more than is free beside the first
    assert other != first
    assert (free(), free("CUP")) == (1, 9)
    with pytest.raises(OutOfStock):
        held(MUG=11)
    assert free() == 1  # what was held still is
    assert Reservation.objects.held().get() == other


def test_an_order_takes_what_its_cart_holds():
    row = held(MUG=10)
    given = wanted(row, ref="T-1", MUG=10)
    order = place_order(channel("web").pk, given)
    row.refresh_from_db()
    assert (row.status, row.used_by, free()) == ("used", "web T-1", 0)
    again = [given, replace(given, reservation="")]  # it is the same order without it
    assert {place_order(channel("web").pk, one).pk for one in again} == {order.pk}
    with pytest.raises(ReservationUsed):
        ordered(row, ref="T-2", MUG=1)
    with pytest.raises(ReservationOver, match="used"):
        release_reservation(row.pk)
    with pytest.raises(NotThere):
        place_order(channel("web").pk, replace(wanted(MUG=1), reservation="nope"))
    assert books_hold()


def test_what_is_held_elsewhere_is_not_this_order_s():
    stock("MUG", on_hand=9)
    stock("MUG", on_hand=9, at="BER")
    row = reserve_stock({sku("MUG").pk: 2}, key="far", warehouse_id=warehouse("BER").pk, minutes=5)
    with pytest.raises(NotThere):
        ordered(row, MUG=2)
    row.refresh_from_db()
    assert row.status == "held"


def test_a_refused_order_leaves_the_cart_as_it_was():
    row = held(MUG=2)
    with pytest.raises(OutOfStock):
        ordered(row, MUG=11)
    row.refresh_from_db()
    assert (row.status, free()) == ("held", 8)


def test_nobody_is_refused_for_what_nobody_holds_any_more():
    row = held(MUG=10)
    with later(16):
        order = ordered(MUG=4)
        assert order.warehouse.code == "LON"
        row.refresh_from_db()
        assert row.status == "expired"
        held("cart 2", MUG=6)
        assert books_hold()
    with later(40):
        assert held("cart 3", MUG=6).status == "held"


def test_its_time_is_over_and_the_job_lets_go():
    row = held(MUG=10)
    kind = KINDS["inventory.expire_reservation"]
    while relay_once():
        pass
    admit_jobs()
    assert Job.objects.get(kind=kind.name).not_before > clock.now() + timedelta(minutes=14)
    kind.do(str(row.pk))  # too early: asked again
    assert free() == 0
    with later(16):
        for _ in range(2):
            kind.do(str(row.pk))
        assert free() == 10
    assert work_off(kind) == 0
    with later(16), pytest.raises(ReservationOver, match="expired"):
        release_reservation(row.pk)
    assert expire_reservation(row.pk).status == "expired"


def test_a_person_holds_without_an_end_a_program_does_not():
    with pytest.raises(BadValue, match="how long"):
        held(minutes=None)
    with acting(person(someone(Role.BUYER))):
        row = held(minutes=None)
    with later(10**6):
        assert expire_reservation(row.pk).status == "held"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"minutes": 0}, "minutes"), ({"minutes": 10**6}, "minutes"), ({"key": " "}, "key"),
     ({"key": "k" * 101}, "key"), ({"channel_id": None}, "channel"),
     ({"warehouse_id": 1}, "channel"), ({"channel_id": 10**9}, "channel")],
)  # fmt: skip
def test_what_cannot_be_held(wrong, field):
    stock("MUG")
    asked = {"key": "c", "channel_id": channel("web").pk, "minutes": 5} | wrong
    with pytest.raises((BadValue, NotThere)) as refusal:
        reserve_stock({sku("MUG").pk: 1}, **asked)
    assert refusal.value.facts.get("field", "channel") == field
    for units in ({}, {sku("MUG").pk: 0}, {sku("MUG").pk: -1}):
        with pytest.raises(BadValue):
            reserve_stock(units, key="c", channel_id=channel("web").pk, minutes=5)


def test_who_may_and_where():
    row = held()
    with acting(person(someone(Role.PICKER))), pytest.raises(NotPermitted):
        held("cart 2")
    far = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("BER"))
    with acting(person(far)):
        with pytest.raises(NotThere):
            release_reservation(row.pk)
        with pytest.raises(NotThere):
            reserve_stock({sku("MUG").pk: 1}, key="cart 1", warehouse_id=warehouse("BER").pk)


@pytest.mark.django_db(transaction=True)
def test_two_calls_for_a_new_cart_hold_it_once():
    stock("MUG", on_hand=10)
    channel("web")
    assert at_once(4, lambda: held(MUG=2)) == []
    assert (Reservation.objects.count(), free()) == (1, 8)
    refusals = at_once(4, lambda: held(f"cart {Reservation.objects.count()}", MUG=5))
    assert {type(refusal) for refusal in refusals} <= {OutOfStock}
    assert free() >= 0
    assert books_hold()


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_on_pages():
    stock("MUG", on_hand=10)
    client = Client()
    client.force_login(someone(Role.BUYER))
    form = {"warehouse": "LON", "lines": "MUG 4", "days": "2", "note": "Press kit", "key": "k"}
    there = "/inventory/reservations/new/"
    assert "There is no SKU XX" in text_of(client.post(there, form | {"lines": "XX 1"}))
    assert "missing" in text_of(client.post(there, form | {"lines": "MUG 11"}))
    assert "is held in" in text_of(client.post(there, form, follow=True))
    row = Reservation.objects.get()
    for view in ("status=held", "mine=true", "sku=MUG"):
        assert "Press kit" in text_of(client.get(f"/inventory/reservations/?{view}"))
    assert "Press kit" not in text_of(client.get("/inventory/reservations/?endless=true"))
    answer = client.post(f"{row.get_absolute_url()}release/", follow=True)
    assert "its units are free" in text_of(answer)


def test_over_the_api():
    stock("MUG", on_hand=10)
    channel("web")
    api = caller(someone(Role.MANAGER))

    def send(path, body):
        return api.post(f"/api/v1{path}", body, content_type="application/json")

    body = {"channel": "web", "lines": [{"sku": "MUG", "units": 3}] * 2, "key": "c", "minutes": 5}
    for change, pointer in (
        ({"channel": "x"}, "/channel"), ({"lines": [{"sku": "XX", "units": 1}]}, "/lines/0/sku"),
        ({"warehouse": "LON"}, "/channel"), ({"minutes": 0}, "/minutes"),
    ):  # fmt: skip
        wrong = send("/reservations", body | change)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, pointer)
    made = send("/reservations", body)
    assert made.status_code == 201
    there = f"/reservations/{made.json()['id']}"
    assert send("/reservations", body).json()["id"] == made.json()["id"]
    seen = api.get(f"/api/v1{there}?expand=lines").json()
    assert seen["lines"] == [{"sku": "MUG", "units": 6}]
    assert send("/reservations", body | {"key": "d"}).status_code == 409
    assert send(f"{there}/release", {}).json()["status"] == "released"
    assert free() == 10


def test_the_demo_leaves_some():
    stock("MUG", on_hand=400)
    someone(Role.AGENT)
    leave_reservations()
    assert Reservation.objects.held().count() == 0  # not its shop
    warehouse("LON")
    agent = someone(Role.AGENT)
    agent.email = "agent@example.com"
    agent.save()
    leave_reservations()
    assert Reservation.objects.held().count() == 2
    assert Allocation.objects.filter(holder_kind="reservation_line").exists()
