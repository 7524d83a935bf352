"""Five hundred orders while workers die, the broker forgets and the database crashes."""

from collections import Counter

import pytest

from core.models import EventRecord, Job
from fraud.models import Assessment, OrderRisk
from inventory.models import StockLevel
from opsmgr.processes import QUEUES
from orders.models import FulfillmentOrder, Order, OrderLine
from orders.why import why_not_shipped
from tests.builders.inventory import channel, stock
from tests.flows.shop import Shop, assert_nothing_is_lost, let_leases_run_out, order_body
from tests.live import LiveSystem

pytestmark = pytest.mark.timeout(480)  # generous, for crowded machines

ORDERS = 500
FIRST = 10  # of them come while there is no worker
RARE = 7  # units of what twenty people want


def bodies():
    """Most are plain; one in twenty is unpaid, fails the bank's checks, or wants the rare thing."""
    for number in range(1, ORDERS + 1):
        units = (("MUG", number % 3 + 1), ("TRAY", 1))
        if number % 25 == 3:
            units = (("RARE", 1), ("MUG", 1))
        body = order_body(number, *units)
        if number % 20 == 7:
            body["payment"] = None
        if number % 20 == 11:
            body["payment"] |= {"avs": "N", "cvv": "N"}
        yield body


def nothing_is_released_undecided(system: LiveSystem, shop: Shop, first: list) -> None:
    """No worker at all, then one that could release but none that scores: every order waits."""
    shop.place_all(first, threads=4)
    system.wait_until(lambda: not EventRecord.objects.filter(number=None).exists())
    assert Job.objects.filter(state="done", kind="orders.release").count() == 0
    system.restart("worker-default")
    system.wait_until(
        lambda: Job.objects.filter(state="done", kind="orders.release").count() == FIRST,
        what="a try to release each",
    )
    assert not FulfillmentOrder.objects.exists()
    assert not Assessment.objects.exists()
    waiting = Order.objects.filter(clearances__gate="risk", clearances__state="pending")
    assert waiting.count() == FIRST
    for queue in QUEUES:
        if queue != "default":
            system.restart(f"worker-{queue}")


def hurt(system: LiveSystem, shop: Shop) -> None:
    """One misfortune after each quarter of the orders."""

    def after(share: float) -> None:
        system.wait_until(
            lambda: len(shop.answers) >= ORDERS * share, seconds=120, what=f"{share} of the orders"
        )

    after(0.2)
    for queue in ("fraud", "default"):
        system.kill_worker(queue, restart=False)
    let_leases_run_out()
    for queue in ("fraud", "default"):
        system.restart(f"worker-{queue}")
    after(0.4)
    system.flush_broker()
    after(0.6)
    system.restart_postgres()
    let_leases_run_out()
    after(0.8)
    system.kill("relay")
    system.restart("relay")
    system.flush_broker()


@pytest.mark.parametrize("live_system", [("web", "relay", "beat")], indirect=True)
def test_no_misfortune_loses_or_doubles_anything(live_system: LiveSystem):
    channel("web", clearances=["payment", "address", "risk"])
    stock("MUG", on_hand=2000)
    stock("TRAY", on_hand=1000)
    stock("RARE", on_hand=RARE)
    shop = Shop.opened(live_system)

    first, rest = (wanted := list(bodies()))[:FIRST], wanted[FIRST:]

    nothing_is_released_undecided(live_system, shop, first)
    shop.place_all(rest, threads=4, meanwhile=lambda: hurt(live_system, shop))
    shop.wait_until_quiet(seconds=90)

    assert Counter(code for code, _ in shop.answers.values()) == {
        201: ORDERS - 20 + RARE, 409: 20 - RARE,
    }  # fmt: skip
    there_once(shop)
    each_is_scored_once()
    each_is_released_or_says_why()
    its_stock_is_promised_once()
    assert_nothing_is_lost()


def there_once(shop: Shop) -> None:
    """What was accepted is there, once, and nothing else."""
    rows = Order.objects.values_list("channel_ref", "public_id")
    assert len(rows) == len(shop.accepted)
    assert dict(rows) == shop.accepted
    placed = EventRecord.objects.filter(name="order.placed").values_list("payload__order_id")
    assert sorted(placed) == sorted(Order.objects.values_list("pk"))


def each_is_scored_once() -> None:
    """One risk row per order, and it points to the newest of its scores."""
    newest = dict(Assessment.objects.order_by("number").values_list("order_id", "pk"))
    current = dict(OrderRisk.objects.values_list("order_id", "assessment_id"))
    assert current == newest
    assert set(current) == set(Order.objects.values_list("pk", flat=True))
    for kind in ("fraud.score", "orders.release"):
        done = Job.objects.filter(kind=kind, state="done").values_list("key", flat=True)
        assert {int(key) for key in done} == set(current)


def each_is_released_or_says_why() -> None:
    """Released in one piece exactly when every gate is open; else the list names the reason."""
    released = Counter(FulfillmentOrder.objects.values_list("order_id", flat=True))
    reasons: Counter[str] = Counter()
    for order in Order.objects.all():
        gates_shut = order.clearances.exclude(state="cleared").exists()
        assert released[order.pk] == (0 if gates_shut else 1)
        assert order.why_code == why_not_shipped(order)[0].code
        reasons[order.why_code] += 1
    assert reasons == {
        "to_pick": reasons["to_pick"],
        "payment_pending": Order.objects.filter(payment_status="unpaid").count(),
        "risk_pending": OrderRisk.objects.filter(state="review").count(),
    }
    assert reasons["risk_pending"] >= 20
    assert reasons["to_pick"] > 400


def its_stock_is_promised_once() -> None:
    wanted: Counter[str] = Counter()
    for code, units in OrderLine.objects.values_list("sku__code", "units"):
        wanted[code] += units
    promised = dict(StockLevel.objects.values_list("sku__code", "allocated"))
    assert promised == wanted
    assert wanted["RARE"] == RARE
