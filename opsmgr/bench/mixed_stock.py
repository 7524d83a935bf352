"""All kinds of stock operations at once on the same few SKUs: nobody locks anybody else out."""

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from random import Random
from threading import Event
from typing import Any

from django.db import connection, transaction

from core.actor import SYSTEM, acting
from core.books import check_books
from core.errors import Refused
from core.operations import DEADLOCK
from inventory.models import Channel, ChannelWarehouse, Product, Sku, Warehouse
from inventory.operations.stock.booking import Source, Why, book
from inventory.operations.stock.receive import receive_stock
from inventory.states import Counter, Movement
from opsmgr.bench.mixed_stock_acts import Acts, Shop
from opsmgr.bench.scratch import cores, scratch_database

SKUS, UNITS = 10, 60  # few enough that orders run out of them now and then


@dataclass
class Mixed:
    """What the clients have seen; deadlocks count even where a retry has hidden them."""

    done: Tally[str] = field(default_factory=Tally)
    refused: Tally[str] = field(default_factory=Tally)
    deadlocks: Tally[str] = field(default_factory=Tally)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Mixed") -> None:
        """Take in what another client has seen."""
        self.done += other.done
        self.refused += other.refused
        self.deadlocks += other.deadlocks
        self.failures += other.failures


def run(*, seconds: float = 10, clients: int = 8, **_: Any) -> dict[str, Any]:
    """The operations as they are, then the control: the same rows locked in any order."""
    with scratch_database(), acting(SYSTEM):
        shop = make_shop()
        ours = mix(shop, seconds=seconds, clients=clients)
        wrong = wrong_books()
        control = mix(shop, seconds=seconds, clients=clients, sort=False)
        return {
            "name": "mixed_stock",
            "ours": sum(ours.deadlocks.values()),
            "limit": 0,
            "unit": "deadlocks",
            "deadlocks": dict(ours.deadlocks),
            "control_deadlocks": sum(control.deadlocks.values()),
            "per_second": sum(ours.done.values()) / ours.seconds,
            "done": dict(ours.done.most_common()),
            "refused": dict(ours.refused.most_common()),
            "failed": len(ours.failures),
            "first_failure": ours.failures[:1],
            "wrong_books": wrong[:3],
            "control_wrong_books": wrong_books()[:3],
            "clients": clients,
            "cores": cores(),
        }


def make_shop() -> Shop:
    """Ten SKUs in two warehouses; a shop and a marketplace rank them the other way round."""
    houses = [
        Warehouse.objects.create(code=code, name=code, country="GB") for code in ("MIXA", "MIXB")
    ]
    channels = []
    for code, ranked in (("mixshop", houses), ("mixmarket", houses[::-1])):
        channel = Channel.objects.create(
            code=code, name=code, currency="GBP", marketplace=code == "mixmarket", clearances=[]
        )
        for rank, house in enumerate(ranked, 1):
            ChannelWarehouse.objects.create(channel=channel, warehouse=house, rank=rank)
        channels.append(channel.pk)
    product = Product.objects.create(title="Mixed")
    skus = Sku.objects.bulk_create(
        Sku(product=product, code=f"MIX{n}", title=f"Mixed {n}", currency="GBP", unit_cost=1)
        for n in range(SKUS)
    )
    for house in houses:
        receive_stock(
            house.pk, {sku.pk: UNITS for sku in skus}, source_kind="bench", source_id=3, key="mixed"
        )
    return Shop(
        house_ids=[house.pk for house in houses],
        channel_ids=channels,
        codes={sku.pk: sku.code for sku in skus},
    )


def mix(shop: Shop, *, seconds: float, clients: int = 8, sort: bool = True) -> Mixed:
    """Let `clients` do anything for `seconds`; without `sort` until the first deadlock, at most."""
    total, seen, started = Mixed(), Event(), time.perf_counter()

    def client(chance: Random) -> Mixed:
        named = Acts(shop, chance).all() if sort else {"unsorted": lambda: _unsorted(shop, chance)}
        found, kinds = Mixed(), sorted(named)
        try:
            while time.perf_counter() < started + seconds and (sort or not seen.is_set()):
                kind = chance.choice(kinds)
                with _counting(found, kind, seen):
                    _try(found, kind, named[kind])
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(clients) as pool:
        people = [
            pool.submit(copy_context().run, client, Random(place))  # noqa: S311
            for place in range(clients)
        ]
        for person in people:
            total.add(person.result())
    total.seconds = time.perf_counter() - started
    return total


def wrong_books() -> list[str]:
    """What contradicts its ledger, in words."""
    return [f"{name}: {one.sentence}" for name, found in check_books() for one in found]


def _try(found: Mixed, kind: str, act: Callable[[], object]) -> None:
    try:
        act()
        found.done[kind] += 1
    except Refused as refusal:
        found.refused[f"{kind}: {refusal.code}"] += 1
    except Exception as error:  # noqa: BLE001 - told, and judged by who asked
        if not _is_deadlock(error):
            found.failures.append(f"{kind}: {type(error).__name__}: {error}"[:300])


@contextmanager
def _counting(found: Mixed, kind: str, seen: Event) -> Iterator[None]:
    """Count a deadlock at the statement it ends: the operation's own retry comes after that."""

    def counted(execute: Any, *args: Any) -> Any:
        try:
            return execute(*args)
        except Exception as error:
            if _is_deadlock(error):
                found.deadlocks[kind] += 1
                seen.set()
            raise

    with connection.execute_wrapper(counted):
        yield


def _is_deadlock(error: BaseException) -> bool:
    return getattr(error.__cause__, "pgcode", "") == DEADLOCK


def _unsorted(shop: Shop, chance: Random) -> None:
    """The control: the statement that books a receipt, SKU by SKU in any order."""
    house_id = chance.choice(shop.house_ids)
    key = f"unsorted {chance.getrandbits(60)}"
    with transaction.atomic():
        for sku_id in chance.sample(sorted(shop.codes), 4):
            book(
                house_id,
                [(sku_id, Counter.ON_HAND, 1)],
                why=Why(kind=Movement.RECEIVE, reason="control"),
                source=Source(kind="bench", id=3, key=key),
            )
