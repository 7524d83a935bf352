"""What comes in when, and which orders wait for it."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import BadValue
from core.roles import Role
from inventory.models import ChannelAccess, PurchaseLine, WarehouseAccess
from inventory.operations.purchasing.end import promise_purchase
from inventory.operations.stock.transfer import request_transfer, ship_transfer
from orders.inbound import by_week, coming_in, hurt_by, weeks_in
from orders.models import Order
from tests.builders.api import caller
from tests.builders.inventory import channel, sku, stock, warehouse
from tests.builders.orders import placed_order
from tests.builders.people import someone
from tests.builders.purchasing import arrive, draft, sent, vendor

pytestmark = pytest.mark.django_db


def ordered(days: int, *, to: str = "LON", **units: int):
    """Promised so many days from now."""
    vendor(lead_time_days=30)
    with clock.pinned(clock.now() - timedelta(days=30 - days)):
        return sent(to=to, **units)


def short(code: str = "MUG", units: int = 3, *, shop: str = "bazaar") -> Order:
    """A marketplace has sold what nobody has."""
    sku(code)
    return placed_order(channel(shop, marketplace=True), stocked=False, **{code: units})


def told(weeks: int = 4) -> list[tuple[str, int, int, int]]:
    return [(row.sku, row.units, row.orders, row.short) for row in coming_in(weeks, SYSTEM)]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_open_units_by_day_with_those_who_wait():
    late = ordered(-2, MUG=10)
    arrive(late, MUG=4)
    ordered(3, CUP=5)
    ordered(40, JUG=5)
    draft(MUG=7)
    short("CUP", 2)
    short("CUP", 1)
    assert told() == [("MUG", 6, 0, 0), ("CUP", 5, 2, 3)]
    assert told(8)[-1] == ("JUG", 5, 0, 0)
    groups = by_week(coming_in(4, SYSTEM))
    assert groups[0][0] == "Overdue"
    assert groups[1][0].startswith("Week of")


def test_who_is_not_sold_from_there_does_not_wait():
    ordered(3, to="BER", MUG=5)
    short()
    assert told() == [("MUG", 5, 0, 0)]


def test_a_later_promise_says_by_how_much():
    order = ordered(3, MUG=5)
    line = PurchaseLine.objects.get()
    later = line.promised + timedelta(days=9)
    promise_purchase(order.pk, line.sku_id or 0, day=later, reason="A strike")
    (row,) = coming_in(4, SYSTEM)
    assert (row.day, row.days_later) == (later, 9)


def test_transfers_come_in_too():
    stock("MUG", on_hand=9, at="BER")
    here = warehouse("LON")
    tomorrow = clock.today() + timedelta(days=1)
    for expected in (tomorrow, None):
        transfer = request_transfer(
            warehouse("BER").pk, here.pk, units={sku("MUG").pk: 2}, expected_on=expected
        )
        ship_transfer(transfer.pk)
    request_transfer(warehouse("BER").pk, here.pk, units={sku("MUG").pk: 2})  # not on its way
    rows = coming_in(4, SYSTEM)
    assert [(row.kind, row.from_name, row.day) for row in rows] == [
        ("transfer", "Warehouse BER", tomorrow), ("transfer", "Warehouse BER", None),
    ]  # fmt: skip
    assert by_week(rows)[-1][0] == "No day is known"


def test_only_what_one_reaches():
    ordered(3, MUG=5)
    ordered(3, to="BER", CUP=5)
    short()
    far = someone(Role.BUYER, all_warehouses=False, all_channels=False)
    WarehouseAccess.objects.create(user=far, warehouse=warehouse("LON"))
    ChannelAccess.objects.create(user=far, channel=channel("web"))
    with acting(person(far)):
        (row,) = coming_in(4, person(far))
    assert (row.sku, row.orders) == ("MUG", 0)  # the orders of another channel


@pytest.mark.parametrize("text", ["x", "0", "53", "-1", "1.5", "9" * 400, "²"])
def test_no_number_of_weeks(text):
    with pytest.raises(BadValue, match="1 to 52"):
        weeks_in(text)


def test_an_order_to_a_vendor_shows_the_orders_that_it_hurts():
    purchase = ordered(3, MUG=5, CUP=5)
    first, second = short(units=2), short(units=1)
    arrive(purchase, CUP=5)
    assert [line.order for line in hurt_by(purchase, SYSTEM)] == [first, second]
    client = Client()
    client.force_login(someone(Role.MANAGER))
    page = text_of(client.get(purchase.get_absolute_url()))
    assert "Orders that wait for it 2" in page
    assert first.number in page
    page = text_of(client.get("/orders/inbound/"))
    assert "3 short 2 orders" in page
    assert client.get("/orders/inbound/?weeks=x").status_code == 422
    picker = Client()
    picker.force_login(someone(Role.VIEWER))
    assert picker.get("/orders/inbound/").status_code == 200

    api = caller(someone(Role.BUYER))
    (row,) = api.get("/api/v1/inbound?weeks=2").json()
    assert (row["number"], row["sku"], row["units"]) == (purchase.number, "MUG", 5)
    assert (row["orders_waiting"], row["units_short"], row["overdue"]) == (2, 3, False)
    assert api.get("/api/v1/inbound?weeks=99").status_code == 422
