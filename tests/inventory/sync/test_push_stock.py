from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.jobs import work_off
from core.models import EventRecord, Job
from core.relay import relay_once
from inventory.channels import NoAnswer, NotAccepted
from inventory.channels import http_json as module
from inventory.models import Channel, Listing, PushMark, Sku, StockPush
from inventory.operations.catalog.listings import change_listing
from inventory.operations.stock.adjust import adjust_stock, set_safety_stock
from inventory.operations.sync.push import plan_pushes, retry_pushes, take_pushes
from inventory.tasks import compare_stock, push_stock, stock_changed
from tests.builders.channel_server import FakeChannel, fake_channel
from tests.builders.inventory import channel, listing, stock


@pytest.fixture
def shop(monkeypatch) -> Iterator[FakeChannel]:
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.01, 0.02))
    with fake_channel() as shop:
        yield shop


def connected(shop: FakeChannel) -> Channel:
    return channel("web", adapter="http_json", adapter_url=shop.url, warehouses=("LON", "BER"))


def settle() -> None:
    """The relay takes in what has happened, a worker does what is due."""
    while relay_once():
        pass
    while work_off(push_stock):
        pass


@pytest.mark.django_db
def test_a_change_of_availability_reaches_the_channel(shop):
    web = connected(shop)
    listing("MUG", channel_sku="M-1")
    level = stock("MUG", on_hand=10)
    stock("MUG", on_hand=5, at="BER")

    settle()
    assert shop.units == {"M-1": 15}
    set_safety_stock(level.sku_id, level.warehouse_id, units=4)
    adjust_stock(level.sku_id, level.warehouse_id, units=-3, reason="shrinkage")
    settle()

    assert shop.units == {"M-1": 8}
    told = Listing.objects.get(channel=web)
    assert told.published_units == 8
    push = StockPush.objects.latest("id")
    assert push.state == "done"
    assert push.changed_at <= push.asked_at <= push.acknowledged_at


@pytest.mark.django_db
def test_what_has_not_changed_for_the_channel_is_not_told(shop):
    connected(shop)
    listing("MUG")
    level = stock("MUG", on_hand=10)
    settle()
    set_safety_stock(level.sku_id, level.warehouse_id, units=2)
    adjust_stock(level.sku_id, level.warehouse_id, units=2, reason="found")
    settle()
    assert len(shop.requests) == 1


@pytest.mark.django_db
def test_safety_stock_above_what_is_there_publishes_nothing_below_zero(shop):
    connected(shop)
    listing("MUG")
    level = stock("MUG", on_hand=3)
    set_safety_stock(level.sku_id, level.warehouse_id, units=9)
    settle()
    assert shop.units == {"MUG": 0}


@pytest.mark.django_db
def test_a_refused_listing_is_shown_not_repeated_and_can_be_retried(shop):
    web = connected(shop)
    mug = listing("MUG")
    listing("CUP"), stock("MUG", on_hand=10), stock("CUP", on_hand=4)
    shop.refuses["MUG"] = "unknown SKU"

    settle()

    mug.refresh_from_db()
    assert (mug.published_units, mug.push_error) == (None, "unknown SKU")
    assert shop.units == {"CUP": 4}
    assert EventRecord.objects.get(name="listing.refused").payload["listing_ids"] == [mug.pk]
    assert list(Listing.objects.sync_failed()) == [mug]
    asked = len(shop.requests)
    compare_stock.do(f"{web.pk} now")
    settle()
    assert len(shop.requests) == asked

    shop.refuses.clear()
    assert retry_pushes(web.pk, listing_id=mug.pk) == [mug.pk]
    push_stock.add(web.pk)
    settle()
    assert shop.units["MUG"] == 10
    assert not Listing.objects.sync_failed().exists()


@pytest.mark.django_db
def test_without_an_answer_it_stays_in_doubt_and_is_asked_again_with_the_same_key(shop):
    web = connected(shop)
    listing("MUG")
    level = stock("MUG", on_hand=10)
    shop.faults = ["lost"] * 3

    while relay_once():
        pass
    with pytest.raises(NoAnswer):
        push_stock.do(str(web.pk))

    push = StockPush.objects.get()
    assert (push.state, push.attempts) == ("in_doubt", 1)
    assert "ConnectionError" in push.error
    assert shop.units == {"MUG": 10}  # it has taken it, and we do not know
    adjust_stock(level.sku_id, level.warehouse_id, units=-4, reason="shrinkage")
    while relay_once():
        pass

    push_stock.do(str(web.pk))

    assert [request["items"][0]["units"] for request in shop.requests] == [10, 10, 10, 10, 6]
    assert shop.requests[3]["items"][0]["key"] == str(push.pk)
    assert shop.units == {"MUG": 6}
    assert shop.taken == 2
    assert Listing.objects.get().published_units == 6


@pytest.mark.django_db
def test_a_wrong_secret_leaves_everything_waiting(shop):
    web = connected(shop)
    listing("MUG"), stock("MUG", on_hand=10)
    while relay_once():
        pass
    shop.faults = [401]

    with pytest.raises(NotAccepted):
        push_stock.do(str(web.pk))

    push = StockPush.objects.get()
    assert (push.state, push.error) == ("waiting", "HTTP 401: the channel takes nothing.")
    push_stock.do(str(web.pk))
    assert shop.units == {"MUG": 10}


@pytest.mark.django_db
def test_what_half_an_answer_leaves_out_is_asked_again(shop):
    web = connected(shop)
    for code in ("A", "B", "C"):
        listing(code), stock(code, on_hand=1)
    while relay_once():
        pass
    shop.faults = ["half"]

    with pytest.raises(NoAnswer, match="1 of 3"):
        push_stock.do(str(web.pk))
    assert StockPush.objects.filter(state="done").count() == 2
    push_stock.do(str(web.pk))

    assert shop.units == {"A": 1, "B": 1, "C": 1}
    assert shop.taken == 3


@pytest.mark.django_db
def test_a_failing_channel_becomes_a_job_that_waits_and_tells_why(shop):
    connected(shop)
    listing("MUG"), stock("MUG", on_hand=10)
    shop.faults = [500] * 3
    settle()
    job = Job.objects.get(kind="inventory.push_stock")
    assert (job.state, job.last_error) == ("waiting", "_Busy: HTTP 500")


@pytest.mark.django_db
def test_a_closed_or_unconnected_channel_is_told_nothing(shop):
    web = connected(shop)
    listing("MUG"), stock("MUG", on_hand=10)
    while relay_once():
        pass
    Channel.objects.filter(pk=web.pk).update(active=False)

    settle()

    assert shop.requests == []
    assert not PushMark.objects.exists()
    level = stock("MUG", on_hand=20)
    stock_changed([level.sku_id])
    assert not PushMark.objects.exists()


@pytest.mark.django_db
def test_many_changed_skus_cost_a_fixed_number_of_queries(shop):
    web = connected(shop)
    skus = []
    for number in range(60):
        listing(f"S{number}")
        skus.append(stock(f"S{number}", on_hand=number + 1).sku_id)
    with CaptureQueriesContext(connection) as few:
        stock_changed(skus[:1])
    with CaptureQueriesContext(connection) as many:
        stock_changed(skus)
    assert len(many) == len(few)

    with CaptureQueriesContext(connection) as queries:
        push_stock.do(str(web.pk))
    assert len(shop.units) == 60
    assert len(shop.requests) == 1
    assert len(queries) < 30


@pytest.mark.django_db
def test_a_change_while_a_push_waits_brings_it_up_to_date(shop):
    web = connected(shop)
    listing("MUG")
    level = stock("MUG", on_hand=10)
    while relay_once():
        pass
    assert plan_pushes(web.pk) == 1
    adjust_stock(level.sku_id, level.warehouse_id, units=-9, reason="shrinkage")
    while relay_once():
        pass

    assert plan_pushes(web.pk) == 1

    assert [push.units for push in take_pushes(web.pk, limit=10)] == [1]


@pytest.mark.django_db
def test_the_sweep_finds_what_no_mark_has_told(shop):
    web = connected(shop)
    listing("MUG"), stock("MUG", on_hand=10)
    settle()
    Listing.objects.update(published_units=99)

    compare_stock.do(str(web.pk))
    settle()

    assert Listing.objects.get().published_units == 10
    again = Job.objects.get(kind="inventory.compare_stock", key=str(web.pk))
    assert again.state == "waiting"


@pytest.mark.django_db
def test_what_waited_since_another_try_is_brought_up_to_date_before_it_is_told(shop):
    connected(shop)
    listing("MUG", channel_sku="M-1")
    level = stock("MUG", on_hand=10)
    shop.faults = [401]
    settle()
    assert StockPush.objects.get().state == "waiting"

    adjust_stock(level.sku_id, level.warehouse_id, units=-9, reason="shrinkage")
    while relay_once():
        pass
    push_stock.do(str(Channel.objects.get(code="web").pk))

    assert [request["items"][0]["units"] for request in shop.requests] == [10, 1]


@pytest.mark.django_db
def test_of_what_is_not_sold_any_more_there_is_none(shop):
    connected(shop)
    item = listing("MUG", channel_sku="M-1").sku
    stock("MUG", on_hand=5)
    settle()
    Sku.objects.filter(pk=item.pk).update(active=False)  # goods came in while it was put away
    stock_changed([item.pk])
    settle()

    assert shop.units == {"M-1": 0}


@pytest.mark.django_db
def test_a_channel_is_told_none_of_a_listing_that_is_not_sold_there_any_more(shop):
    connected(shop)
    known = listing("MUG", channel_sku="M-1")
    stock("MUG", on_hand=5)
    settle()

    change_listing(known.pk, active=False)
    settle()
    assert shop.units == {"M-1": 0}
    stock("MUG", on_hand=9)
    settle()
    assert shop.units == {"M-1": 0}

    change_listing(known.pk, active=True)
    settle()
    assert shop.units == {"M-1": 9}
