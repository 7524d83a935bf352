"""Play the shop forward: customers, staff, carriers and mail, in steps of a few hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import Max

from core import clock
from core.errors import Refused
from core.models import EventRecord
from inventory.models import Channel, Warehouse
from opsmgr.demo import customers, desk, talk
from opsmgr.demo.background import settle, sole_relay
from opsmgr.demo.baskets import Baskets
from opsmgr.demo.carriers import report_scans
from opsmgr.demo.goods import Good
from opsmgr.demo.people import Buyer
from opsmgr.demo.rhythm import share_of
from opsmgr.demo.staff import Staff
from opsmgr.demo.words import ARRIVED, WAITING
from orders.models import Order
from orders.operations.place import place_order

STEP = timedelta(hours=4)
SHIFT = range(8, 18)  # hours UTC in which people work, Monday to Friday
MANY, FEW = 400, 8  # orders that one warehouse picks in a step
Told = Callable[[datetime], None]


@dataclass
class Demand:
    """Who buys on which channel, and how many orders there are to be in all."""

    channels: list[tuple[Channel, list[Buyer], float]]  # channel, its buyers, its share
    goods: list[Good]
    orders: int
    since: datetime
    until: datetime

    def expected(self, at: datetime, upto: datetime) -> float:
        """How many orders come in between two moments, on average."""
        return self.orders * share_of(at, upto, since=self.since, until=self.until)


class World:
    """All who take part, with one source of chance."""

    def __init__(self, chance: Random, demand: Demand | None) -> None:
        self.chance, self.demand = chance, demand
        self.staff = Staff(chance)
        self.baskets = Baskets(chance, demand.goods if demand else [])
        self.warehouses = list(Warehouse.objects.filter(active=True).order_by("id"))

    def sell(self, since: datetime, until: datetime) -> None:
        """Let buyers place orders, each at its own moment."""
        if self.demand is None:
            return
        expected = self.demand.expected(since, until)
        wanted = int(expected) + (self.chance.random() < expected % 1)
        shares = [share for _, _, share in self.demand.channels]
        for at in sorted(since + (until - since) * self.chance.random() for _ in range(wanted)):
            channel, buyers, _ = self.chance.choices(self.demand.channels, shares)[0]
            self.buy(channel, self.chance.choice(buyers), at)

    def buy(self, channel: Channel, buyer: Buyer, at: datetime) -> Order | None:
        """Place one order; None when the shop cannot take it (out of stock, say)."""
        with clock.pinned(at):
            try:
                return place_order(channel.pk, self.baskets.order_in(channel, buyer, at))
            except Refused:
                return None

    def work(self, now: datetime, *, most: int) -> None:
        """A few hours of work in the offices and warehouses."""
        chance, staff = self.chance, self.staff
        fresh = Order.objects.filter(placed_at__gt=now - STEP, historical=False, status="open")
        customers.answer(chance, staff)
        if self.demand:
            customers.think_again(chance, staff, list(fresh.order_by("id")))
        desk.decide_reviews(staff)
        desk.settle_exceptions(staff)
        desk.give_up(staff)
        desk.give_up_lost(staff)
        staff.repack()
        if self.demand:
            for house in self.warehouses:
                staff.restock(house, f"demo {now:%Y%m%d%H}")
        settle(figures=False)
        for house in self.warehouses:
            staff.pick(house, most=most)
            staff.pack(house)
        settle(figures=False)
        if staff.ask_for_labels():
            settle(figures=False)
        for house in self.warehouses:
            staff.hand_over(house)
        customers.capture(staff)
        self._talk(now)

    def _talk(self, now: datetime) -> None:
        """Returns and questions."""
        chance, staff = self.chance, self.staff
        desk.look_after_returns(staff, customers.parcels_on_the_way_back(chance))
        talk.answer_cases(staff)
        talk.write_again(chance)
        told = Order.objects.filter(historical=False).select_related("customer").order_by("id")
        arrived = told.filter(delivered_at__gt=now - STEP).prefetch_related("lines")
        customers.send_back(chance, list(arrived))
        talk.ask(chance, arrived, ARRIVED, rate=0.03)
        under_way = told.filter(
            shipped_at__lte=now - timedelta(days=2), shipped_at__gt=now - STEP - timedelta(days=2),
            delivered_at=None,
        )  # fmt: skip
        talk.ask(chance, under_way, WAITING, rate=0.06)


def works(at: datetime) -> bool:
    """Whether people are at work."""
    return at.hour in SHIFT and at.weekday() < 5


def play(
    since: datetime,
    until: datetime,
    *,
    seed: int,
    demand: Demand | None = None,
    told: Told = lambda at: None,
) -> None:
    """Play from one moment to another. Without `demand` nobody buys: what is there goes its way."""
    chance = Random(f"{seed} {since:%Y%m%d%H}")  # noqa: S311 - the same play for the same seed
    world = World(chance, demand)
    with sole_relay():
        at = since
        while at < until:
            upto = min(at + STEP, until)
            world.sell(at, upto)
            report_scans(upto, at)
            with clock.pinned(upto):
                settle(figures=False)
                if works(upto):  # on the last morning of a demo most is still to do
                    world.work(upto, most=FEW if demand and upto == until else MANY)
                    settle(figures=False)
            told(upto)
            at = upto
        with clock.pinned(until):
            settle()


def advance(days: int, *, seed: int, told: Told) -> datetime:
    """Let `days` pass for what is in the shop, from now or from where the last play ended."""
    latest = EventRecord.objects.filter(live=True).aggregate(at=Max("happened_at"))["at"]
    now = clock.now()
    since = max(latest, now) if latest else now
    until = since + timedelta(days=days)
    play(since, until, seed=seed, told=told)
    return until
