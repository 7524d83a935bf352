"""The books stay proved, whatever happens in whatever order."""

from contextlib import ExitStack, suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.actor import SYSTEM, acting
from core.books import book_checks
from core.errors import Refused
from inventory.models import Allocation, StockLevel
from inventory.operations.stock.adjust import adjust_stock
from inventory.operations.stock.allocate import allocate_lines, allocate_rest
from inventory.operations.stock.deallocate import deallocate_stock, deallocate_units
from inventory.operations.stock.receive import receive_stock
from inventory.operations.stock.restock import move_bucket, restock
from inventory.operations.stock.ship import ship_stock
from tests.builders.inventory import sku, stock, warehouse


def mismatches() -> list:
    own = [check for name, check in sorted(book_checks.items()) if name.startswith("inventory")]
    return [found for check in own if (found := list(check()))]


@pytest.mark.django_db
def test_a_counter_that_its_ledger_does_not_prove_is_found():
    level = stock("MUG", on_hand=5)
    allocate_lines([(1, level.sku_id, 2)], warehouse_ids=[level.warehouse_id])
    assert mismatches() == []

    StockLevel.objects.filter(pk=level.pk).update(on_hand=6)
    assert mismatches()[0][0].sentence.startswith("on_hand is 6; its movements sum to 5.")
    StockLevel.objects.filter(pk=level.pk).update(on_hand=5)
    Allocation.objects.update(units=1)
    assert mismatches()[0][0].sentence == "allocated is 2; its promises sum to 1"


UNITS = st.integers(1, 6)
CODES = st.sampled_from(["MUG", "CUP"])
PLACES = st.sampled_from(["LON", "BER"])
LINES = st.integers(1, 4)
KEYS = st.integers(1, 6)


class Stock(RuleBasedStateMachine):
    """Anything people and orders do to stock, in any order, repeats included."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(acting(SYSTEM))
        self.undo.enter_context(transaction.atomic())
        self.places = [warehouse("LON").pk, warehouse("BER").pk]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.close()

    def attempt(self, act, *args, **options) -> None:
        with suppress(Refused):
            act(*args, **options)

    @rule(code=CODES, place=PLACES, units=UNITS, key=KEYS)
    def receive(self, code, place, units, key) -> None:
        self.attempt(
            receive_stock, warehouse(place).pk, {sku(code).pk: units},
            source_kind="receipt", source_id=key, key=f"r{key}",
        )  # fmt: skip

    @rule(lines=st.lists(st.tuples(LINES, CODES, UNITS), min_size=1, max_size=3))
    def promise(self, lines) -> None:
        asked = [(holder, sku(code).pk, units) for holder, code, units in lines]
        self.attempt(allocate_lines, asked, warehouse_ids=self.places)

    @rule(lines=st.lists(st.tuples(LINES, CODES, UNITS), min_size=1, max_size=3), place=PLACES)
    def promise_what_there_is(self, lines, place) -> None:
        asked = [(holder, sku(code).pk, units) for holder, code, units in lines]
        self.attempt(allocate_rest, asked, warehouse_id=warehouse(place).pk)

    @rule(lines=st.lists(LINES, min_size=1, max_size=3))
    def give_back(self, lines) -> None:
        self.attempt(deallocate_stock, "order_line", lines, reason="cancelled")

    @rule(line=LINES, units=UNITS)
    def give_some_back(self, line, units) -> None:
        self.attempt(deallocate_units, "order_line", line, units, "short pick")

    @rule(lines=st.lists(st.tuples(LINES, UNITS), min_size=1, max_size=3), key=KEYS)
    def ship(self, lines, key) -> None:
        self.attempt(
            ship_stock, lines, source_kind="fulfillment", source_id=key, key="shipped"
        )  # fmt: skip

    @rule(code=CODES, place=PLACES, units=st.integers(-6, 6), damage=st.booleans(), key=KEYS)
    def adjust(self, code, place, units, damage, key) -> None:
        reason = "damage" if damage else "shrinkage"
        self.attempt(
            adjust_stock, sku(code).pk, warehouse(place).pk,
            units=units, reason=reason, key=f"a{key}",
        )  # fmt: skip

    @rule(code=CODES, place=PLACES, units=UNITS, key=KEYS,
          to=st.sampled_from(["on_hand", "quarantine", "damaged"]))  # fmt: skip
    def come_back(self, code, place, units, to, key) -> None:
        self.attempt(
            restock, sku(code).pk, warehouse(place).pk, units,
            to=to, source_kind="rma", source_id=key, key=f"u{key}",
        )  # fmt: skip

    @rule(code=CODES, place=PLACES, units=UNITS, key=KEYS,
          source=st.sampled_from(["on_hand", "quarantine", "damaged"]),
          aim=st.sampled_from(["on_hand", "quarantine", "damaged", None]))  # fmt: skip
    def move(self, code, place, units, source, aim, key) -> None:
        self.attempt(
            move_bucket, sku(code).pk, warehouse(place).pk, units,
            source=source, target=aim, reason="sorted", key=f"m{key}",
        )  # fmt: skip

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert mismatches() == []


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_books_prove_themselves():
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
