"""Play the shop forward: customers, staff, carriers and mail, in steps of a few hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max

from core import clock
from core.models import EventRecord
from inventory.models import Channel, Warehouse
from opsmgr.demo.background import settle
from opsmgr.demo.carriers import report_scans
from opsmgr.demo.customers import Customers
from opsmgr.demo.goods import Good
from opsmgr.demo.people import Buyer
from opsmgr.demo.reviews import decide_reviews
from opsmgr.demo.staff import Staff
from orders.models import Order

STEP = timedelta(hours=4)
SHIFT = range(8, 18)  # hours UTC in which the warehouses work, Monday to Friday


@dataclass
class Demand:
    """Who buys on which channel, and how many orders a day."""

    channels: list[tuple[Channel, list[Buyer], float]]  # channel, its buyers, its share
    goods: list[Good]
    orders_per_day: float


def play(
    since: datetime,
    until: datetime,
    *,
    seed: int,
    demand: Demand | None = None,
    told: Callable[[datetime], None] = lambda at: None,
) -> None:
    """Play from one moment to another. Without `demand` nobody buys: what is there goes its way."""
    chance = Random(f"{seed} {since:%Y%m%d%H}")  # noqa: S311 - the same play for the same seed
    staff = Staff(chance)
    customers = Customers(chance, demand.goods if demand else [])
    at = since
    while at < until:
        upto = min(at + STEP, until)
        if demand:
            _sell(customers, demand, chance, at, upto)
        report_scans(upto, at)
        with clock.pinned(upto):
            settle(figures=False)
            if upto.hour in SHIFT and upto.weekday() < 5:
                _work(staff, customers, upto, demand)
                settle(figures=False)
        told(upto)
        at = upto
    with clock.pinned(until):
        settle()


def _sell(
    customers: Customers, demand: Demand, chance: Random, since: datetime, until: datetime
) -> None:
    hours = (until - since) / timedelta(hours=1)
    rhythm = 1.5 if since.hour >= 8 else 0.4
    expected = demand.orders_per_day * hours / 24 * rhythm / 1.13
    wanted = int(expected) + (chance.random() < expected % 1)
    moments = sorted(since + (until - since) * chance.random() for _ in range(wanted))
    shares = [share for _, _, share in demand.channels]
    for at in moments:
        channel, buyers, _ = chance.choices(demand.channels, shares)[0]
        customers.buy(channel, chance.choice(buyers), at)


def _work(staff: Staff, customers: Customers, now: datetime, demand: Demand | None) -> None:
    customers.answer()
    decide_reviews(staff)
    staff.settle_exceptions()
    settle(figures=False)
    for warehouse in Warehouse.objects.filter(active=True).order_by("id"):
        if demand:
            staff.restock(warehouse, f"demo {now:%Y%m%d%H}")
        staff.pick_and_pack(warehouse, most=400)
        settle(figures=False)
        staff.label_and_hand_over(warehouse)
    staff.take_returns(customers.parcels_on_the_way_back())
    staff.answer_cases()
    recent = Order.objects.filter(delivered_at__gt=now - STEP, historical=False)
    arrived = list(recent.prefetch_related("lines").select_related("customer"))
    customers.send_back(arrived)
    customers.ask(arrived)


def advance(days: int, *, seed: int, told: Callable[[datetime], None]) -> datetime:
    """Let `days` pass for what is in the shop, from now or from where the last play ended."""
    latest = EventRecord.objects.filter(live=True).aggregate(at=Max("happened_at"))["at"]
    now = clock.now()
    since = max(latest, now) if latest else now
    until = since + timedelta(days=days)
    play(since, until, seed=seed, told=told)
    return until
