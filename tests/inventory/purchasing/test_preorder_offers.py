"""Offers to preorder: what may be offered, changed and ended; their page, list and API."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import BadValue, NotThere
from core.models import EventRecord, User
from core.roles import Role
from inventory.errors import PurchaseMoveNotAllowed
from inventory.models import PreorderOffer, PurchaseLine, PurchaseOrder, WarehouseAccess
from inventory.operations.purchasing.end import close_purchase, promise_purchase
from inventory.operations.purchasing.preorder_offers import (
    change_preorder,
    end_preorder,
    open_preorder,
)
from inventory.preorder_panels import _at_risk, _find
from inventory.preorder_room import room_of
from opsmgr.demo.preorders import leave_preorders
from orders.inbound import coming_in
from tests.builders.api import caller
from tests.builders.inventory import channel, sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone
from tests.builders.purchasing import arrive, draft, offered, sent
from tests.races import at_once

pytestmark = pytest.mark.django_db


def soon(days: int = 30):
    return clock.today() + timedelta(days=days)


def opened(order: PurchaseOrder, cap: int, code: str = "MUG") -> PreorderOffer:
    return open_preorder(order.pk, sku(code).pk, cap=cap, ends_on=soon())


def waits(units: int, code: str = "MUG"):
    """A marketplace has sold what nobody has."""
    sku(code)
    shop = channel("bazaar", marketplace=True)
    return placed_order(shop, stocked=False, **{code: units})


def logged_in(role: Role = Role.BUYER) -> Client:
    client = Client()
    client.force_login(someone(role))
    return client


def test_an_offer_takes_its_day_and_place_from_the_line():
    order = sent(MUG=10)
    offer = opened(order, 10)
    line = order.lines.get()
    assert (offer.line, offer.warehouse, offer.sku) == (line, order.warehouse, line.sku)
    assert (offer.expected_on, offer.first_expected) == (line.promised, line.promised)
    assert (offer.state, offer.left, offer.waiting) == ("open", 10, 0)
    event = EventRecord.objects.get(name="preorder.opened")
    assert f"preorder_offer:{offer.pk}" in event.subjects


def test_no_more_than_the_line_brings():
    order = sent(MUG=10)
    with pytest.raises(BadValue, match="10 are still to come: at most 10") as told:
        opened(order, 11)
    assert told.value.facts["field"] == "cap"
    arrive(order, MUG=4)
    with pytest.raises(BadValue, match="at most 6"):
        opened(order, 7)
    assert opened(order, 6).left == 6


def test_units_that_other_orders_wait_for_are_not_offered():
    waits(3)
    order = sent(MUG=10)
    with pytest.raises(BadValue, match="3 of them are waited for by other orders: at most 7"):
        opened(order, 8)
    opened(order, 7)


def test_who_waits_is_served_by_what_comes_earlier_and_is_not_offered():
    waits(3)
    early, late = sent(MUG=5), sent(MUG=10)
    promise_purchase(late.pk, sku("MUG").pk, day=soon(60), reason="")
    opened(early, 2)
    line = PurchaseLine.objects.select_related("order").get(order=late)
    assert room_of(line).units == 10
    change_preorder(PreorderOffer.objects.get().pk, cap=1)
    waits(3)  # one of them is preordered
    assert room_of(line).units == 9  # 5 wait, 4 of the earlier ones are free


def test_only_goods_that_are_expected_on_a_known_day_are_offered_once():
    with pytest.raises(PurchaseMoveNotAllowed):
        opened(draft(MUG=3), 1)
    order = sent(MUG=3)
    with pytest.raises(BadValue, match="not on order") as told:
        open_preorder(order.pk, sku("CUP").pk, cap=1, ends_on=soon())
    assert told.value.facts["field"] == "sku"
    opened(order, 1)
    with pytest.raises(BadValue, match="change that one"):
        opened(order, 1)
    other = sent(PAN=3)
    PurchaseLine.objects.filter(order=other).update(promised=None)
    with pytest.raises(BadValue, match="Nobody knows when PAN comes"):
        opened(other, 1, "PAN")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"cap": 0}, "cap"),
        ({"cap": "many"}, "cap"),
        ({"cap": True}, "cap"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "soon"}, "ends_on"),
        ({"ends_on": None}, "ends_on"),
    ],
)
def test_what_will_not_do_is_refused_by_field(given, field):
    order = sent(MUG=3)
    with pytest.raises(BadValue) as told:
        open_preorder(order.pk, sku("MUG").pk, **({"cap": 1, "ends_on": soon()} | given))
    assert told.value.facts["field"] == field
    assert not PreorderOffer.objects.exists()


def test_the_cap_never_goes_below_what_is_sold_nor_above_what_comes():
    offer = offered(cap=5, units=10)
    placed_order(stocked=False, MUG=3)
    with pytest.raises(BadValue, match="3 are sold") as told:
        change_preorder(offer.pk, cap=2)
    assert told.value.facts["field"] == "cap"
    with pytest.raises(BadValue, match="at most 10"):
        change_preorder(offer.pk, cap=11)
    assert change_preorder(offer.pk, cap=3).left == 0
    assert change_preorder(offer.pk, cap=10).left == 7
    said = EventRecord.objects.filter(name="preorder.changed").order_by("id").first()
    assert said.payload["what"] == "cap 3 (was 5)"
    close_purchase(offer.line.order_id, reason="No clay")
    assert change_preorder(offer.pk, cap=4).left == 0  # to promise less is always possible


def test_the_database_holds_the_cap_too():
    offer = offered(cap=3)
    for wrong in ({"sold": 4}, {"cap": 0}, {"filled": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PreorderOffer.objects.filter(pk=offer.pk).update(**wrong)


def test_another_last_day_and_an_offer_that_was_ended_is_opened_again():
    offer = offered(cap=3)
    assert change_preorder(offer.pk, ends_on=soon(3)).ends_on == soon(3)
    with pytest.raises(BadValue):
        end_preorder(offer.pk, reason=" ")
    ended = end_preorder(offer.pk, reason="Enough")
    assert (ended.state, ended.end_reason) == ("ended", "Enough")
    assert end_preorder(offer.pk, reason="Again").end_reason == "Enough"
    again = change_preorder(offer.pk, ends_on=soon(5))
    assert (again.state, again.ended_at) == ("open", None)
    with pytest.raises(BadValue):
        change_preorder(offer.pk, ends_on=soon(-1))


def test_another_order_brings_the_units_if_it_has_room_and_goes_there():
    offer = offered(cap=5, units=10)
    placed_order(stocked=False, MUG=2)
    with pytest.raises(BadValue, match="at most 4") as told:
        change_preorder(offer.pk, purchase_order_id=sent(MUG=4).pk)
    assert told.value.facts["field"] == "cap"
    with pytest.raises(BadValue, match="goes to another warehouse") as told:
        change_preorder(offer.pk, purchase_order_id=sent(to="MAN", MUG=9).pk)
    assert told.value.facts["field"] == "order"
    with pytest.raises(BadValue, match="not on order"):
        change_preorder(offer.pk, purchase_order_id=sent(CUP=9).pk)
    first, other = offer.first_expected, sent(MUG=9)
    promise_purchase(other.pk, sku("MUG").pk, day=soon(90))
    moved = change_preorder(offer.pk, purchase_order_id=other.pk)
    assert (moved.expected_on, moved.first_expected, moved.risk) == (soon(90), first, "Late")
    assert change_preorder(offer.pk, purchase_order_id=other.pk).line == moved.line


def test_offers_of_other_warehouses_are_not_there():
    offer = offered(cap=3)
    far = someone(Role.BUYER, all_warehouses=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("MAN"))
    here = sent(CUP=2)
    for act in (
        lambda: change_preorder(offer.pk, cap=2),
        lambda: end_preorder(offer.pk, reason="x"),
        lambda: open_preorder(here.pk, sku("CUP").pk, cap=1, ends_on=soon()),
    ):
        with acting(person(far)), pytest.raises(NotThere):
            act()
    client = Client()
    client.force_login(far)
    assert client.get(offer.get_absolute_url()).status_code == 404
    assert caller(far).get("/api/v1/preorder-offers").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_an_offer_on_one_line_at_once_one_does():
    order = sent(MUG=5)
    refused = at_once(4, lambda: opened(order, 5))
    assert [told.facts["field"] for told in refused] == ["sku"] * 3
    assert PreorderOffer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_cap_that_is_lowered_while_people_buy_is_never_below_what_is_sold():
    offer = offered(cap=4)
    acts = [lambda: change_preorder(offer.pk, cap=2)]
    acts += [lambda: placed_order(stocked=False, MUG=1)] * 4
    at_once(len(acts), lambda: acts.pop()())
    offer.refresh_from_db()
    assert offer.sold <= offer.cap
    assert offer.sold == sum(row.units for row in offer.preorders.all())


def test_the_list_of_offers_and_its_questions():
    calm, late = offered("MUG", cap=3), offered("CUP", cap=3)
    placed_order(stocked=False, CUP=2)
    promise_purchase(late.line.order_id, sku("CUP").pk, day=soon(99))
    end_preorder(calm.pk, reason="Enough")
    page = logged_in().get("/purchasing/preorders/").content.decode()
    assert all(word in page for word in (calm.number, late.number, "Late", "Ended"))
    api = caller(someone(Role.BUYER))
    for asked, found in (
        ("at_risk=true", [late]), ("open=true", [late]), ("waiting=true", [late]),
        ("sku=MUG", [calm]), (f"order={late.line.order.number}", [late]), ("q=%00", []),
    ):  # fmt: skip
        answer = api.get(f"/api/v1/preorder-offers?{asked}")
        assert answer.status_code in {200, 400, 422}
        if answer.status_code == 200:
            assert [row["id"] for row in answer.json()["results"]] == [x.public_id for x in found]
    assert [row.pk for row in _at_risk(SYSTEM)] == [late.pk]


def test_the_api_opens_changes_and_ends():
    order = sent(MUG=10)
    api = caller(someone(Role.BUYER))
    body = {"order": order.number, "sku": "MUG", "cap": 4, "ends_on": soon().isoformat()}
    made = api.post("/api/v1/preorder-offers", body)
    assert made.status_code == 201
    told = made.json()
    assert (told["cap"], told["left"], told["state"], told["order"]) == (4, 4, "open", order.number)
    there = f"/api/v1/preorder-offers/{told['id']}"
    assert api.patch(there, {"cap": 6}).json()["left"] == 6
    assert api.patch(there, {"cap": 60}).status_code == 422
    assert api.patch(there, {"order": "PO-0"}).status_code == 422
    assert api.patch(there, {"ends_on": "soon"}).status_code == 422
    assert api.post(f"{there}/end", {}).status_code == 422
    assert api.post(f"{there}/end", {"reason": "Enough"}).json()["state"] == "ended"
    assert api.post("/api/v1/preorder-offers", body | {"sku": "NONE"}).status_code == 422
    assert api.post("/api/v1/preorder-offers", body | {"cap": -1}).status_code == 422
    assert caller(someone(Role.AGENT)).post("/api/v1/preorder-offers", body).status_code == 403
    assert caller(someone(Role.AGENT)).get(there).status_code == 200


def test_an_order_tells_over_the_api_what_it_waits_for():
    offer = offered(cap=4)
    order = placed_order(stocked=False, MUG=2)
    api = caller(someone(Role.AGENT))
    row = api.get(f"/api/v1/orders/{order.public_id}/preorders").json()[0]
    day = offer.expected_on.isoformat()
    assert (row["units"], row["expected_on"], row["told_on"], row["lacking"]) == (2, day, day, 0)
    shown = api.get(f"/api/v1/orders/{order.public_id}?expand=lines").json()
    assert (shown["why_code"], shown["lines"][0]["units_preordered"]) == ("preorder", 2)
    found = api.get(f"/api/v1/orders?preorder={offer.public_id}").json()["results"]
    assert [row["number"] for row in found] == [order.number]


def test_pages_open_change_and_end_an_offer():
    order, client = sent(MUG=10), logged_in()
    there = f"{order.get_absolute_url()}"
    assert "Sell it before it comes" in client.get(there).content.decode()
    form = client.get(f"/purchasing/preorders/new/?order={order.number}").content.decode()
    assert order.number in form
    given = {"order": order.number, "sku": "MUG", "cap": 50, "ends_on": soon().isoformat()}
    wrong = client.post("/purchasing/preorders/new/", given)
    assert (wrong.status_code, "at most 10" in wrong.content.decode()) == (422, True)
    client.post("/purchasing/preorders/new/", given | {"cap": 5})
    offer = PreorderOffer.objects.get()
    placed = placed_order(stocked=False, MUG=2)
    page = client.get(offer.get_absolute_url()).content.decode()
    assert placed.number in page
    change = f"{offer.get_absolute_url()}change/"
    assert client.get(change).status_code == 200
    wrong = client.post(change, {"order": order.number, "cap": 1, "ends_on": soon().isoformat()})
    assert "2 are sold" in wrong.content.decode()
    client.post(change, {"order": order.number, "cap": 7, "ends_on": soon(9).isoformat()})
    offer.refresh_from_db()
    assert (offer.cap, offer.ends_on) == (7, soon(9))
    assert client.post(f"{offer.get_absolute_url()}end/", {"reason": ""}).status_code != 500
    client.post(f"{offer.get_absolute_url()}end/", {"reason": "Enough"})
    client.post(change, {"order": order.number, "cap": 6, "ends_on": ""})
    offer.refresh_from_db()
    assert (offer.state, offer.cap) == ("ended", 6)
    assert "Enough" in client.get(offer.get_absolute_url()).content.decode()


def test_the_pages_of_order_sku_vendors_order_and_calendar_show_it():
    offer = offered(cap=4)
    order = placed_order(stocked=False, MUG=2)
    client = logged_in(Role.MANAGER)
    page = client.get(order.get_absolute_url()).content.decode()
    number = offer.line.order.number
    assert f"2 of MUG wait for preorder, {number}, expected" in page
    assert "2 preordered" in page
    assert offer.number in client.get(offer.sku.get_absolute_url()).content.decode()
    bought = client.get(offer.line.order.get_absolute_url()).content.decode()
    assert offer.number in bought
    assert order.number in bought
    assert [(row.sku, row.preordered) for row in coming_in(8, SYSTEM)] == [("MUG", 2)]
    assert "2 preordered" in client.get("/orders/inbound/?weeks=26").content.decode()
    assert order.number in client.get("/orders/?why=preorder").content.decode()


def test_today_shows_those_that_are_late_and_who_is_not_covered():
    offer = offered(cap=4, units=4)
    order = placed_order(stocked=False, MUG=3)
    close_purchase(offer.line.order_id, reason="No clay")
    client = logged_in()
    assert "MUG: 3 wait, not covered" in client.get("/").content.decode()
    page = client.get(offer.get_absolute_url()).content.decode()
    assert "3 of the 3 units that people wait for do not come with" in page
    assert "Not covered" in page
    assert order.number in page


def test_search_finds_an_offer_by_its_number():
    offer = offered(cap=4)
    found = [hit.url for hit in _find(offer.number.lower(), SYSTEM)]
    assert found == [offer.get_absolute_url()]
    for words in ("PR-", "PR-x", str(offer.pk), "PR-" + "9" * 30):
        assert list(_find(words, SYSTEM)) == []


def test_stock_that_is_there_is_sold_before_and_an_offer_counts_nothing_of_it():
    offer = offered(cap=4)
    stock("MUG", on_hand=5)
    placed_order(stocked=False, MUG=5)
    offer.refresh_from_db()
    assert offer.sold == 0


def test_the_demo_leaves_offers_once():
    boss = someone(Role.BUYER)
    User.objects.filter(pk=boss.pk).update(email="buyer@example.com")
    leave_preorders()  # nobody sells it, and nobody buys it
    assert not PreorderOffer.objects.exists()
    sent(MUG=10)
    channel("web")
    for _ in range(2):
        leave_preorders()
    told = [(row.sku.code, row.sold, row.state, row.risk) for row in PreorderOffer.objects.all()]
    assert sorted(told) == [
        ("HAR-GLOBE-SNO", 3, "open", ""), ("ORC-LAMP-MOON", 3, "sold_out", "Late")
    ]  # fmt: skip
