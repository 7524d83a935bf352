"""Orders that wait for stock or a mapping get it, however many they are and whenever it came."""

import pytest

from core.books import check_books
from core.jobs import work_off
from core.models import Job
from core.relay import relay_once
from inventory.models import Listing, PushMark, StockLevel
from inventory.operations.catalog.listings import map_listing
from orders import tasks
from orders.intake import LineIn
from orders.models import Order, OrderException, OrderLine
from orders.operations.cancel import cancel_order
from orders.operations.fulfillment.pick import short_pick, start_picking
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.place import place_order
from orders.tasks import adopt, fill_short, release
from orders.why import why_not_shipped
from tests.builders.inventory import channel, listing, sku, stock, warehouse
from tests.builders.orders import order_in, placed_order, released_order

pytestmark = pytest.mark.django_db


def proved() -> bool:
    wrong = {name: found for name, found in check_books() if found and "kpi" not in name}
    assert not wrong
    return True


def bay(**fields):
    return channel("bay", marketplace=True, **fields)


def relayed(kind) -> None:
    while relay_once():
        pass
    while work_off(kind):
        pass


def test_a_marketplace_order_takes_what_all_its_warehouses_have_together():
    warehouse("BER")
    shop = bay(warehouses=("LON", "BER"))
    stock("MUG", on_hand=2)
    stock("MUG", on_hand=3, at="BER")

    order = place_order(shop.pk, order_in(MUG=5))

    assert (order.why_code, order.lines.get().units_short) == ("ready_to_release", 0)
    assert order.warehouse.code == "LON"
    assert not OrderException.objects.exists()
    release.do(str(order.pk))
    assert [row.warehouse.code for row in order.fulfillments.order_by("id")] == ["LON", "BER"]
    assert proved()


def test_what_even_all_warehouses_lack_is_short():
    warehouse("BER")
    shop = bay(warehouses=("LON", "BER"))
    stock("MUG", on_hand=3, at="BER")

    order = place_order(shop.pk, order_in(MUG=5))

    assert (order.lines.get().units_short, order.warehouse.code) == (2, "BER")
    assert OrderException.objects.get().kind == "oversold"


def test_every_waiting_order_is_looked_at_not_only_the_first_page(monkeypatch):
    monkeypatch.setattr(tasks, "PIECE", 2)
    shop = bay()
    sku("MUG")
    orders = [place_order(shop.pk, order_in(MUG=1)) for _ in range(5)]
    elsewhere = channel("far", marketplace=True, warehouses=("FAR",))
    first = place_order(elsewhere.pk, order_in(MUG=1))  # can never be served from London
    Order.objects.filter(pk=first.pk).update(placed_at="2020-01-01T00:00:00Z")
    stock("MUG", on_hand=5)

    fill_short.do(str(sku("MUG").pk))

    short = OrderLine.objects.filter(order__in=orders, units_short__gt=0)
    assert not short.exists()
    assert StockLevel.objects.get(warehouse__code="LON").allocated == 5


def test_stock_that_came_while_an_order_was_being_placed_is_found_by_its_release():
    sku("MUG")
    order = place_order(bay().pk, order_in(MUG=2))
    stock("MUG", on_hand=2)  # its event was relayed before the order was there to see

    release.do(str(order.pk))

    assert order.lines.get().units_short == 0


def test_a_mapping_made_while_an_order_was_being_placed_is_found_by_its_release():
    shop = bay()
    order = place_order(shop.pk, _unknown(channel_sku="THEIRS"))
    Listing.objects.filter(channel_sku="THEIRS").update(sku=sku("MUG"))

    release.do(str(order.pk))
    relayed(adopt)

    assert order.lines.get().sku == sku("MUG")


def test_a_code_that_nobody_knows_waits_in_the_unmapped_queue_whatever_it_was_sent_as():
    shop = bay()
    stock("MUG", on_hand=5)

    order = place_order(shop.pk, _unknown(sku="TYPO"))
    map_listing(Listing.objects.get(channel=shop, channel_sku="TYPO").pk, sku("MUG").pk)
    relayed(adopt)

    assert order.lines.get().sku == sku("MUG")
    assert order.lines.get().units_short == 0


def test_a_mapping_reaches_every_order_that_waits_for_it():
    shop = bay()
    orders = [place_order(shop.pk, _unknown(channel_sku="THEIRS")) for _ in range(3)]
    stock("MUG", on_hand=3)

    map_listing(Listing.objects.get(channel_sku="THEIRS").pk, sku("MUG").pk)
    relayed(adopt)

    assert not OrderLine.objects.filter(order__in=orders, sku=None).exists()


def test_what_a_cancelled_order_gives_back_goes_to_who_waits_for_it():
    stock("MUG", on_hand=2)
    first = placed_order(stocked=False, MUG=2)
    waits = place_order(bay().pk, order_in(MUG=2))

    cancel_order(first.pk, reason="changed mind")
    relayed(fill_short)

    assert waits.lines.get().units_short == 0
    assert proved()


def test_units_that_were_not_found_are_promised_to_nobody_until_they_are_counted():
    row = released_order(MUG=3)
    start_picking(row.pk)
    short_pick(row.pk, line_id=row.lines.get().pk, units=1)
    relayed(fill_short)

    level = StockLevel.objects.get(sku__code="MUG")
    assert (level.on_hand, level.allocated, level.quarantine) == (2, 2, 1)
    assert row.order.lines.get().units_short == 1
    assert proved()


def test_channels_hear_of_work_that_was_taken_back():
    listing("MUG", on="web")
    row = released_order("web", MUG=3)
    row.order.channel.adapter, row.order.channel.adapter_url = "http_json", "https://shop.example"
    row.order.channel.save()
    relayed(release)
    PushMark.objects.all().delete()

    cancel_fulfillment(row.pk, reason="wrong place")
    relayed(release)

    assert PushMark.objects.get().sku.code == "MUG"
    assert Job.objects.filter(kind="inventory.push_stock").exists()


def _unknown(**code: str):
    given = order_in(MUG=1)
    line = LineIn(units=1, unit_price=given.lines[0].unit_price, **code)
    return type(given)(**{**given.__dict__, "lines": [line]})


def test_what_a_picker_did_not_find_comes_from_elsewhere_by_itself():
    warehouse("BER")
    channel("web", warehouses=("LON", "BER"))
    row = released_order(MUG=2)
    stock("MUG", on_hand=3, at="BER")
    start_picking(row.pk)

    short_pick(row.pk, line_id=row.lines.get().pk, units=2)
    relayed(fill_short)
    relayed(release)

    order = Order.objects.get(pk=row.order_id)
    assert order.lines.get().units_short == 0
    assert order.fulfillments.latest("id").warehouse.code == "BER"


def next_act(order: Order) -> str:
    return next(why.act for why in why_not_shipped(order) if why.code == "short")


def test_the_next_act_for_missing_units_is_one_that_works():
    row = released_order(MUG=2)
    order = Order.objects.get(pk=row.order_id)
    start_picking(row.pk)
    StockLevel.objects.filter(sku__code="MUG").update(on_hand=2)
    short_pick(row.pk, line_id=row.lines.get().pk, units=2)

    assert next_act(order).startswith("In quarantine: 2 in LON. Count them")
    stock("MUG", on_hand=1)
    assert next_act(order) == "Free: 1 in LON. Choose “Try the stock again”."
    StockLevel.objects.filter(sku__code="MUG").update(on_hand=0, quarantine=0)
    assert next_act(order).startswith("Receive stock, which is then promised by itself")
    warehouse("BER")
    stock("MUG", on_hand=4, at="BER")
    assert next_act(order).startswith("Free, but not for this channel: 4 in BER.")
