"""Counts in the demo: rules, one that was posted, one to count, one that waits for a second one."""

from contextlib import suppress
from datetime import timedelta

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import StockCount, StockLevel, Warehouse
from inventory.operations.stock.count_rules import set_count_rule
from inventory.operations.stock.counts import count_units, start_count, submit_count
from inventory.ports import off_the_shelf
from inventory.states import CountWhy

AT, SKUS = "LON", 6
RULES = {CountWhy.PERIOD: 90, CountWhy.TURNOVER: 30, CountWhy.NOT_FOUND: 1}
OFF = (0, -1, 0, 0, 2, 0)  # what the shelf has more than the books, SKU by SKU
OFF_BY_MUCH = (0, 0, -30, 0, 0, 0)


def leave_counts() -> None:
    """Where the shop has the warehouse and the goods; else nothing."""
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    place = Warehouse.objects.filter(code=AT).first()
    if place is None or not {"buyer", "picker"} <= people.keys():
        return
    with suppress(Refused):
        with acting(person(people["buyer"])):
            for why, days in RULES.items():
                set_count_rule(place.pk, why=why, days=days)
            levels = StockLevel.objects.filter(warehouse=place).with_available()
            rows = list(levels.filter(available__gte=60).order_by("-available", "id")[: 3 * SKUS])
            shelves = [rows[at : at + SKUS] for at in range(0, len(rows), SKUS)]
            ages = (timedelta(days=3), timedelta(hours=5), timedelta())
            counts = [
                _started(place, shelf, age) for shelf, age in zip(shelves, ages, strict=False)
            ]
        for count, off, age in zip(counts, (OFF, OFF_BY_MUCH), ages, strict=False):
            with acting(person(people["picker"])), clock.pinned(clock.now() - age * 0.9):
                _counted(count, off)


def _started(place: Warehouse, shelf: list[StockLevel], age: timedelta) -> StockCount:
    with clock.pinned(clock.now() - age):
        picker = User.objects.get(email="picker@example.com")
        skus = [level.sku_id for level in shelf]
        return start_count(place.pk, sku_ids=skus, assigned_to_id=picker.pk)


def _counted(count: StockCount, off: tuple[int, ...]) -> None:
    """Twice the same; the first is not believed."""
    levels = [line.level for line in count.lines.select_related("level").order_by("id")]
    taken = off_the_shelf.answer.units(count.warehouse_id, [level.sku_id for level in levels])
    units = {
        level.sku_id: level.on_hand - taken.get(level.sku_id, 0) + more
        for level, more in zip(levels, off, strict=False)
    }
    for key in ("first", "second"):
        count_units(count.pk, units, key=key)
        submit_count(count.pk)
