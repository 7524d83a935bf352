"""Make the demo shop and play it from its first day to the present."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from core import clock
from opsmgr.demo.background import settle
from opsmgr.demo.people import some_buyers
from opsmgr.demo.shop import CHANNELS, make_shop
from opsmgr.demo.today import leave_open
from opsmgr.demo.world import Demand, World, play


def build(
    since: datetime,
    until: datetime,
    *,
    seed: int,
    orders: int,
    skus: int,
    told: Callable[[datetime], None],
) -> None:
    """Open a shop at `since` and play it until `until`, with about so many orders."""
    chance = Random(seed)  # noqa: S311 - the same shop for the same seed
    shop = make_shop(chance, since - timedelta(days=1), skus=skus)
    channels = []
    for channel, settings in zip(shop.channels, CHANNELS, strict=True):
        countries, share = settings[5], settings[6]
        buyers = some_buyers(chance, countries, number=max(20, round(orders * share * 0.6)))
        channels.append((channel, buyers, share))
    with clock.pinned(since):
        settle()
    demand = Demand(channels, shop.goods, orders, since, until)
    play(since, until, seed=seed, demand=demand, told=told)
    today = Random(f"today {seed}")  # noqa: S311 - the same for the same seed
    leave_open(World(today, demand), until)
