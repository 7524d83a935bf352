from collections.abc import Iterator
from time import monotonic

import pytest

from inventory.channels import NoAnswer, NotAccepted, PushAnswer, PushItem, Target
from inventory.channels import http_json as module
from inventory.channels.http_json import HttpJson
from tests.builders.channel_server import FakeChannel, fake_channel

ITEMS = [
    PushItem(key="1", channel_sku="MUG", units=3),
    PushItem(key="2", channel_sku="CUP", units=0),
]


@pytest.fixture
def shop(monkeypatch) -> Iterator[FakeChannel]:
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.01, 0.02))
    with fake_channel() as shop:
        yield shop


def push(shop: FakeChannel, *, seconds: float = 5, secret: str = "") -> list[PushAnswer]:
    return HttpJson(deadline_seconds=seconds).push_stock(Target(url=shop.url, secret=secret), ITEMS)


def test_quantities_are_told_with_secret_and_keys(shop):
    assert push(shop, secret="hush") == [PushAnswer(key="1"), PushAnswer(key="2")]
    assert shop.units == {"MUG": 3, "CUP": 0}
    headers = shop.requests[0]["headers"]
    assert headers["Authorization"] == "Bearer hush"
    assert len(headers["Idempotency-Key"]) == 32


def test_a_refused_item_is_told_apart(shop):
    shop.refuses["CUP"] = "unknown\x07 SKU"
    assert push(shop) == [PushAnswer(key="1"), PushAnswer(key="2", error="unknown SKU")]


@pytest.mark.parametrize("fault", [500, 503, 429, "drop", "garbage", "lost", "huge", "cut"])
def test_a_passing_trouble_is_tried_again_with_the_same_keys(shop, fault):
    shop.faults = [fault]

    assert [answer.error for answer in push(shop)] == ["", ""]

    assert len(shop.requests) == 2
    assert shop.requests[0]["items"] == shop.requests[1]["items"]
    first, second = (request["headers"]["Idempotency-Key"] for request in shop.requests)
    assert first == second
    assert shop.taken == 2


@pytest.mark.parametrize("fault", [500, "drop", "garbage"])
def test_a_lasting_trouble_is_no_answer(shop, fault):
    shop.faults = [fault] * 9
    with pytest.raises(NoAnswer):
        push(shop)
    assert len(shop.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_a_plain_no_is_not_asked_again(shop, status):
    shop.faults = [status]
    with pytest.raises(NotAccepted, match=str(status)):
        push(shop)
    assert len(shop.requests) == 1


def test_a_redirect_is_not_followed(shop):
    shop.faults = [302] * 3
    with pytest.raises(NoAnswer, match="302"):
        push(shop)


def test_the_deadline_holds(shop):
    shop.faults = ["slow"] * 3
    with pytest.raises(NoAnswer):
        push(shop, seconds=0.3)
    assert len(shop.requests) == 1


def test_nobody_there_is_no_answer():
    adapter = HttpJson(deadline_seconds=0.2)
    with pytest.raises(NoAnswer):
        adapter.push_stock(Target(url="http://127.0.0.1:9/"), ITEMS)


def test_an_address_that_is_none_is_not_asked():
    with pytest.raises(NotAccepted):
        HttpJson(deadline_seconds=1).push_stock(Target(url="http:///x"), ITEMS)


def test_an_answer_that_drips_does_not_outlast_the_deadline(shop):
    shop.faults = ["drip"] * 3
    began = monotonic()

    with pytest.raises(NoAnswer, match="too slowly"):
        push(shop, seconds=0.5)

    assert monotonic() - began < 1.5


def test_an_answer_in_chunks_is_read(shop):
    shop.faults = ["chunked"]
    assert [answer.error for answer in push(shop)] == ["", ""]
    assert len(shop.requests) == 1


def test_no_address_inside_our_own_network_is_asked(shop, settings):
    settings.WEBHOOKS_TO_PRIVATE = False

    with pytest.raises(NotAccepted, match="own network"):
        push(shop)

    assert not shop.requests
