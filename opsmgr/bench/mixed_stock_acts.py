"""What the clients of `mixed_stock` do: every kind of stock operation, on SKUs in any order."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random

from inventory.models import StockLevel, TransferLine
from inventory.operations.stock.adjust import adjust_stock
from inventory.operations.stock.allocate import allocate_rest, allocate_stock
from inventory.operations.stock.counts import cancel_count, count_units, start_count, submit_count
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.reserve import release_reservation, reserve_stock
from inventory.operations.stock.restock import move_bucket, restock
from inventory.operations.stock.ship import ship_stock
from inventory.operations.stock.transfer import (
    Arrived,
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from orders.intake import AddressIn, CustomerIn, LineIn, OrderIn
from orders.models import OrderLine
from orders.operations.cancel import cancel_order
from orders.operations.fill import retry_allocation
from orders.operations.fulfillment.ship import cancel_fulfillment, ship_fulfillment
from orders.operations.place import place_order
from orders.operations.release import release_order

BENCH = "mixed"  # what holds the units that no order has


@dataclass
class Shop:
    """The same few rows that everybody is at, and what the clients have left for each other."""

    house_ids: list[int]
    channel_ids: list[int]
    codes: dict[int, str]
    numbers: count = field(default_factory=lambda: count(1))
    held: deque[int] = field(default_factory=deque)
    orders: deque[int] = field(default_factory=deque)
    released: deque[int] = field(default_factory=deque)
    requested: deque[int] = field(default_factory=deque)
    sent: deque[int] = field(default_factory=deque)
    reserved: deque[tuple[int, str]] = field(default_factory=deque)


class Acts:
    """One client. Each act asks for other SKUs, in an order of its own."""

    def __init__(self, shop: Shop, chance: Random) -> None:
        self.shop, self.chance = shop, chance

    def all(self) -> dict[str, Callable[[], object]]:
        """Every act, by name."""
        return {
            act.__name__.strip("_"): act
            for act in (
                self._receive, self._adjust, self._restock, self._move, self._promise,
                self._promise_rest, self._give_back, self._ship, self._place, self._fill,
                self._cancel, self._release, self._take_work_back, self._request, self._send,
                self._arrive, self._count, self._reserve, self._let_go, self._ship_order,
            )
        }  # fmt: skip

    def _house(self) -> int:
        return self.chance.choice(self.shop.house_ids)

    def _houses(self) -> list[int]:
        return self.chance.sample(self.shop.house_ids, 2)

    def _some(self, most: int = 4) -> dict[int, int]:
        """Up to `most` SKUs, in any order, a few units of each."""
        skus = self.chance.sample(sorted(self.shop.codes), self.chance.randint(2, most))
        return {sku_id: self.chance.randint(1, 3) for sku_id in skus}

    def _key(self) -> str:
        return f"mixed {next(self.shop.numbers)}"

    def _receive(self) -> None:
        receive_stock(
            self._house(), self._some(5), source_kind="bench", source_id=3, key=self._key()
        )

    def _adjust(self) -> None:
        sku_id = next(iter(self._some()))
        adjust_stock(sku_id, self._house(), units=self.chance.choice((-2, -1, 1)), reason="count")

    def _restock(self) -> None:
        restock(
            next(iter(self._some())), self._house(), 1,
            to=self.chance.choice(("on_hand", "damaged")),
            source_kind="bench", source_id=3, key=self._key(),
        )  # fmt: skip

    def _move(self) -> None:
        move_bucket(
            next(iter(self._some())), self._house(), 1, source="on_hand", target="quarantine",
            reason="looked at", key=self._key(),
        )  # fmt: skip

    def _promise(self) -> None:
        number = next(self.shop.numbers)
        allocate_stock(BENCH, number, self._some(), warehouse_ids=self._houses())
        self.shop.held.append(number)

    def _promise_rest(self) -> None:
        number = next(self.shop.numbers)
        lines = [(number, sku_id, units) for sku_id, units in self._some().items()]
        allocate_rest(lines, holder_kind=BENCH, warehouse_id=self._house())
        self.shop.held.append(number)

    def _give_back(self) -> None:
        with suppress(IndexError):
            several = [self.shop.held.popleft(), self.shop.held.pop()]
            deallocate_stock(BENCH, several, reason="mixed")

    def _ship(self) -> None:
        number, key = next(self.shop.numbers), self._key()
        places = self._houses()
        allocate_stock(BENCH, number, units := self._some(), warehouse_ids=places)
        ship_stock(
            [(number, sum(units.values()))], holder_kind=BENCH, source_kind="bench",
            source_id=number, key=key,
        )  # fmt: skip

    def _place(self) -> None:
        number = next(self.shop.numbers)
        lines = [
            LineIn(sku=self.shop.codes[sku_id], units=units, unit_price=Decimal("2.50"))
            for sku_id, units in self._some().items()
        ]
        held = (
            self.shop.reserved.popleft()[1]
            if self.chance.random() < 0.3 and self.shop.reserved
            else ""
        )
        given = OrderIn(
            channel_ref=f"M{number}",
            customer=CustomerIn(name="Ada Byron", email=f"ada{number}@example.com"),
            ship_to=AddressIn(
                name="Ada Byron", line1="12 St James's Square", city="London",
                postal_code="SW1Y 4JH", country="GB",
            ),
            lines=lines,
            payment=None,
            reservation=held,
        )  # fmt: skip
        self.shop.orders.append(place_order(self.chance.choice(self.shop.channel_ids), given).pk)

    def _fill(self) -> None:
        short = OrderLine.objects.filter(units_short__gt=0, order__status="open")
        if orders := sorted(set(short.values_list("order", flat=True)[:20])):
            retry_allocation(self.chance.choice(orders))

    def _cancel(self) -> None:
        with suppress(IndexError):
            cancel_order(self.shop.orders.popleft(), reason="mixed")

    def _release(self) -> None:
        with suppress(IndexError):
            rows = release_order(self.shop.orders.pop())
            self.shop.released.extend(row.pk for row in rows)

    def _take_work_back(self) -> None:
        with suppress(IndexError):
            cancel_fulfillment(self.shop.released.popleft(), reason="mixed")

    def _request(self) -> None:
        source, destination = self._houses()
        made = request_transfer(source, destination, units=self._some())
        self.shop.requested.append(made.pk)

    def _send(self) -> None:
        with suppress(IndexError):
            self.shop.sent.append(ship_transfer(self.shop.requested.popleft()).pk)

    def _arrive(self) -> None:
        with suppress(IndexError):
            transfer_id = self.shop.sent.popleft()
            lines = TransferLine.objects.filter(transfer=transfer_id)
            arrived = {line.pk: Arrived(units=line.units, damaged=1) for line in lines}
            receive_transfer(transfer_id, arrived, key="all")

    def _count(self) -> None:
        """Starts, counts twice and posts; what is in the way of posting calls it off."""
        house_id, skus = self._house(), list(self._some())
        begun = start_count(house_id, sku_ids=skus)
        try:
            for key in ("once", "twice"):
                levels = StockLevel.objects.filter(warehouse=house_id, sku__in=skus)
                there = dict(levels.values_list("sku", "on_hand"))
                count_units(begun.pk, {sku: there[sku] + 1 for sku in skus}, key=key)
                if submit_count(begun.pk).status == "posted":
                    return
        except BaseException:
            cancel_count(begun.pk, reason="mixed")
            raise

    def _reserve(self) -> None:
        """One of a few carts, whose units are replaced."""
        made = reserve_stock(
            self._some(), key=f"cart {self.chance.randint(1, 6)}",
            channel_id=self.chance.choice(self.shop.channel_ids), minutes=1,
        )  # fmt: skip
        self.shop.reserved.append((made.pk, made.public_id))

    def _let_go(self) -> None:
        with suppress(IndexError):
            release_reservation(self.shop.reserved.popleft()[0])

    def _ship_order(self) -> None:
        with suppress(IndexError):
            ship_fulfillment(self.shop.released.pop())
