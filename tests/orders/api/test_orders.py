"""Orders over the API, as other systems use them."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from core import clock
from core.jobs import work_off
from core.models import Batch, EventRecord
from core.relay import relay_once
from core.roles import Role
from inventory.models import ChannelAccess, StockLevel
from orders.models import Order
from orders.operations.place import place_order
from tests.builders.inventory import channel, sku, stock
from tests.builders.orders import delivered_order, order_in, placed_order, released_order
from tests.builders.people import someone
from tests.races import at_once

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders"


def client_of(*roles: Role, **fields: object) -> APIClient:
    client = APIClient()
    client.force_login(someone(*roles, **fields))
    return client


@pytest.fixture
def api() -> APIClient:
    return client_of(Role.MANAGER, Role.INTEGRATION)


def body(ref: str = "S-1", **changes: object) -> dict:
    return {
        "channel": "web",
        "channel_ref": ref,
        "customer": {"name": "Ada Byron", "email": "ada@example.com"},
        "ship_to": {
            "name": "Ada Byron", "line1": "12 St James's Square", "city": "London",
            "postal_code": "SW1Y 4JH", "country": "GB",
        },
        "lines": [{"sku": "MUG", "units": 2, "unit_price": "10.00"}],
        "charges": [{"kind": "shipping", "amount": {"amount": "3.95", "currency": "GBP"}}],
        "payment": {
            "kind": "captured", "amount": {"amount": "23.95", "currency": "GBP"},
            "gateway": "card", "reference": "P-1",
        },
        **changes,
    }  # fmt: skip


@pytest.fixture
def shop():
    stock("MUG", on_hand=10)
    return channel("web")


def post(api: APIClient, url: str, given: object = None, **headers: str):
    return api.post(url, given or {}, format="json", headers=headers)


def test_an_order_is_taken_in_once(api, shop):
    first = post(api, URL, body())
    again = post(api, URL, body())

    assert first.status_code == again.status_code == 201
    assert first["Location"] == f"{URL}/{first.json()['id']}"
    assert first.json()["total"] == {"amount": "23.95", "currency": "GBP"}
    assert first.json()["payment_status"] == "paid"
    assert again.json() == first.json()
    assert StockLevel.objects.get().allocated == 2


def test_other_contents_under_the_same_reference_are_refused(api, shop):
    post(api, URL, body())

    answer = post(api, URL, body(service="express"))

    assert (answer.status_code, answer.json()["code"]) == (409, "same_reference_other_order")


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"channel": "nowhere"}, 422, "/channel"),
        ({"channel_ref": ""}, 422, "/channel_ref"),
        ({"channel_ref": None}, 422, "/channel_ref"),
        ({"lines": []}, 422, "/lines"),
        ({"lines": {}}, 422, "/lines"),
        ({"lines": [{"sku": "NOPE", "units": 1, "unit_price": "1"}]}, 422, "/lines/0/sku"),
        ({"lines": [{"sku": "MUG", "units": 0, "unit_price": "1"}]}, 422, "/lines/0/units"),
        ({"lines": [{"sku": "MUG", "units": "1", "unit_price": "1"}]}, 422, "/lines/0/units"),
        ({"lines": [{"sku": "MUG", "units": 10**12, "unit_price": "1"}]}, 422, "/lines/0/units"),
        ({"lines": [{"sku": "MUG", "units": 1, "unit_price": "-1"}]}, 422, "/lines/0/unit_price"),
        ({"lines": [{"sku": "MUG", "units": 1, "unit_price": "NaN"}]}, 422, "/lines/0/unit_price"),
        ({"customer": {"name": "Ada", "email": "no"}}, 422, "/customer/email"),
        ({"customer": "Ada"}, 422, "/customer"),
        ({"ship_to": {"name": "Ada", "country": "Britain"}}, 422, "/ship_to/country"),
        ({"surprise": 1}, 422, "/surprise"),
        ({"placed_at": "yesterday"}, 422, "/placed_at"),
        (
            {"charges": [{"kind": "discount", "amount": {"amount": "99", "currency": "GBP"}}]},
            422,
            "/charges",
        ),
        (
            {"payment": {"kind": "captured", "amount": {"amount": "1", "currency": "EUR"}}},
            422,
            "/payment/amount",
        ),
    ],
)
def test_what_is_wrong_is_pointed_at(api, shop, changes, status, pointer):
    answer = post(api, URL, body(**changes))

    assert answer.status_code == status, answer.content
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert any(found.startswith(pointer) for found in pointers), answer.json()
    assert not Order.objects.exists()
    assert StockLevel.objects.get().allocated == 0


def test_too_much_is_refused_with_what_is_missing(api, shop):
    lines = [{"sku": "MUG", "units": 6, "unit_price": "1"}] * 2

    answer = post(api, URL, body(lines=lines, payment=None))

    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
    assert answer.json()["facts"]["missing"] == {"MUG": 2}


def test_a_channel_that_is_closed_or_out_of_reach(shop):
    channel("shut", active=False)
    bound = someone(Role.INTEGRATION, all_channels=False)
    ChannelAccess.objects.create(user=bound, channel=channel("other"))
    client = APIClient()
    client.force_login(bound)

    shut = post(client_of(Role.INTEGRATION), URL, body(channel="shut"))
    beyond = post(client, URL, body())

    assert (shut.status_code, shut.json()["code"]) == (409, "channel_closed")
    assert (beyond.status_code, beyond.json()["errors"][0]["pointer"]) == (422, "/channel")


def test_many_at_once_are_answered_row_by_row(api, shop):
    rows = [body("A"), body("B", lines=[{"sku": "NOPE", "units": 1, "unit_price": "1"}]), body("C")]

    answer = post(api, f"{URL}/bulk", {"rows": rows})

    assert answer.status_code == 207
    told = answer.json()["results"]
    assert [row["status"] for row in told] == [200, 422, 200]
    assert told[1]["problem"]["errors"][0]["pointer"] == "/lines/0/sku"
    assert told[0]["data"]["channel_ref"] == "A"
    assert Order.objects.count() == 2


def test_more_than_a_hundred_become_a_batch(api, shop):
    stock("MUG", on_hand=300)
    rows = [body(f"R{number}") for number in range(101)]

    answer = post(api, f"{URL}/bulk", {"rows": rows})
    assert answer.status_code == 202

    from core.batches import run_batch

    work_off(run_batch)

    assert Batch.objects.get(public_id=answer.json()["batch"]).done == 101
    assert Order.objects.count() == 101


def test_the_list_is_read_page_by_page_without_a_query_per_row(
    api, shop, django_assert_max_num_queries
):
    orders = [placed_order(MUG=1) for _ in range(5)]

    with django_assert_max_num_queries(8):
        first = api.get(f"{URL}?limit=3&expand=lines,payments").json()
    second = api.get(first["next"]).json()

    found = [row["number"] for row in first["results"] + second["results"]]
    assert found == [order.number for order in reversed(orders)]
    assert first["results"][0]["lines"][0]["sku"] == "MUG"
    assert second["next"] is None


def test_only_what_changed_since(api, shop):
    old, new = placed_order(MUG=1), placed_order(MUG=1)
    Order.objects.filter(pk=old.pk).update(updated_at=clock.now() - timedelta(days=1))
    since = (clock.now() - timedelta(hours=1)).isoformat().replace("+00:00", "Z")

    answer = api.get(URL, {"updated_after": since})

    assert [row["number"] for row in answer.json()["results"]] == [new.number]


@pytest.mark.parametrize("query", ["number", "channel_ref", "q"])
def test_numbers_are_looked_up_by_query(api, shop, query):
    order = placed_order(MUG=1)
    placed_order(MUG=1)
    value = order.channel_ref if query == "channel_ref" else order.number

    answer = api.get(URL, {query: value})

    assert [row["id"] for row in answer.json()["results"]] == [order.public_id]


def test_nobody_overwrites_what_they_have_not_seen(api, shop):
    order = placed_order(MUG=1)
    url = f"{URL}/{order.public_id}"
    seen = api.get(url)["ETag"]
    post(api, f"{url}/hold", {"reason": "rang"})

    answer = post(api, f"{url}/cancel", {"reason": "late"}, **{"If-Match": seen})

    assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile")
    assert api.get(url, headers={"If-None-Match": api.get(url)["ETag"]}).status_code == 304


def test_hold_resume_release_cancel(api, shop):
    order = placed_order(MUG=1)
    url = f"{URL}/{order.public_id}"

    assert post(api, f"{url}/hold", {"reason": "rang"}).json()["why_code"] == "held"
    why = api.get(f"{url}/why").json()["reasons"]
    assert (why[0]["code"], why[0]["act"]) == ("held", "Settle it and release the hold.")
    blocked = post(api, f"{url}/release")
    assert (blocked.status_code, blocked.json()["code"]) == (409, "not_ready")
    assert post(api, f"{url}/resume").json()["why_code"] == "ready_to_release"
    assert post(api, f"{url}/release").json()["fulfillment_status"] == "released"
    assert post(api, f"{url}/cancel", {"reason": "no more"}).json()["status"] == "cancelled"
    assert post(api, f"{url}/cancel", {"reason": "again"}).status_code == 409


def test_a_payment_and_a_refund_of_no_more_than_it(api, shop):
    order = placed_order(given=order_in(paid=False, MUG=1))
    url = f"{URL}/{order.public_id}/payments"
    money = {"amount": "10.00", "currency": "GBP"}

    paid = post(api, url, {"kind": "captured", "amount": money, "reference": "P"})
    again = post(api, url, {"kind": "captured", "amount": money, "reference": "P"})
    too_much = post(
        api, url,
        {"kind": "refunded", "amount": {"amount": "10.01", "currency": "GBP"}, "reference": "R"},
    )  # fmt: skip

    assert paid.status_code == 201
    assert again.json()["id"] == paid.json()["id"]
    assert (too_much.status_code, too_much.json()["code"]) == (409, "too_much")


def test_an_address_a_gate_and_the_stock(api):
    sku("MUG")
    order = place_order(
        channel("bay", marketplace=True, clearances=["address", "risk"]).pk, order_in(MUG=1)
    )
    url = f"{URL}/{order.public_id}"

    new = post(api, f"{url}/address", body()["ship_to"] | {"city": "Westminster"})
    gate = {"gate": "risk", "decision": "clear", "reason": "known"}
    cleared = post(api, f"{url}/gates", gate)
    stock("MUG", on_hand=1)
    filled = post(api, f"{url}/fill")
    chosen = post(api, f"{url}/source")

    assert new.status_code == cleared.status_code == filled.status_code == 200
    assert cleared.json()["why_code"] == "short"
    assert filled.json()["why_code"] == "ready_to_release"
    assert chosen.status_code == 200


def test_exceptions_are_settled_even_when_put_off(api):
    sku("MUG")
    order = place_order(channel("bay", marketplace=True).pk, order_in(MUG=1))
    row = api.get("/api/v1/exceptions").json()["results"][0]
    url = f"/api/v1/exceptions/{row['id']}"
    owner = someone(Role.AGENT)

    until = (clock.now() + timedelta(days=1)).isoformat()
    assert post(api, f"{url}/snooze", {"until": until}).status_code == 200
    assert api.get("/api/v1/exceptions").json()["results"] == []
    assert post(api, f"{url}/assign", {"owner": owner.email}).json()["owner"] == owner.email
    assert post(api, f"{url}/assign", {"owner": "no@example.com"}).status_code == 422
    settled = post(api, f"{url}/resolve", {"resolution": "talked"})
    assert settled.json()["resolution"] == "talked"
    assert post(api, f"{url}/resolve", {"resolution": "twice"}).status_code == 409
    assert row["order"] == order.public_id


def test_customers_and_the_work_of_warehouses(api, shop):
    work = released_order(MUG=1)
    done = delivered_order(CUP=1)

    customers = api.get("/api/v1/customers", {"email": done.customer.email.upper()})
    open_work = api.get("/api/v1/fulfillment-orders", {"status": "open", "expand": "lines"})
    back = post(api, f"/api/v1/fulfillment-orders/{work.public_id}/cancel", {"reason": "wrong"})

    assert [row["id"] for row in customers.json()["results"]] == [done.customer.public_id]
    assert open_work.json()["results"][0]["lines"][0]["units"] == 1
    assert back.json()["status"] == "cancelled"


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("cancel", {"reason": "x"}),
        ("hold", {"reason": "x"}),
        ("release", {}),
        ("address", {"name": "Ada", "country": "GB"}),
        ("payments", {"kind": "captured", "reference": "x"}),
        ("gates", {"gate": "risk", "decision": "clear", "reason": "x"}),
        ("fill", {}),
        ("source", {}),
    ],
)
def test_who_may_not_is_told_what_it_takes(shop, act, given):
    order = placed_order(MUG=1)

    answer = post(client_of(Role.VIEWER), f"{URL}/{order.public_id}/{act}", given)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_makes_one_order():
    stock("MUG", on_hand=10)
    channel("web")
    user = someone(Role.INTEGRATION)
    answers: list[int] = []

    def send() -> None:
        client = APIClient()
        client.force_login(user)
        answers.append(post(client, URL, body(), **{"Idempotency-Key": "k"}).status_code)

    at_once(6, send)

    assert Order.objects.count() == 1
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert EventRecord.objects.filter(name="order.placed").count() == 1


def test_a_filter_that_was_not_asked_for_is_not_made_and_one_that_was_filters(api):
    kept, other = placed_order(MUG=1), placed_order(channel="marketplace", MUG=1)

    found = api.get("/api/v1/orders?channel=web").json()["results"]
    late = api.get("/api/v1/orders?placed_after=2999-01-01T00:00:00Z").json()["results"]
    wrong = api.get("/api/v1/orders?channel=nowhere")

    assert [row["id"] for row in found] == [kept.public_id] != [other.public_id]
    assert late == []
    assert wrong.status_code == 422


def test_the_feed_names_the_order_as_its_routes_do(api):
    order = placed_order(MUG=1)
    relay_once()

    (event,) = api.get("/api/v1/events?name=order.placed").json()["results"]

    assert {"kind": "order", "id": order.public_id, "name": order.number} in event["things"]
    assert api.get(f"/api/v1/orders/{event['things'][0]['id']}").status_code == 200
    elsewhere = client_of(Role.MANAGER, all_channels=False)
    assert elsewhere.get("/api/v1/events").json()["results"] == []
