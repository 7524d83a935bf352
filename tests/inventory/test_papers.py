"""Transfers, counts and reservations in any order, stock moving under them: the books hold."""

from contextlib import ExitStack, suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.actor import SYSTEM, acting
from core.books import book_checks
from core.errors import Refused
from core.ids import new_public_id
from inventory.models import Reservation, StockCount, Transfer
from inventory.operations.stock.adjust import adjust_stock
from inventory.operations.stock.allocate import allocate_lines
from inventory.operations.stock.counts import cancel_count, count_units, start_count, submit_count
from inventory.operations.stock.deallocate import deallocate_stock
from inventory.operations.stock.reserve import release_reservation, reserve_stock
from inventory.operations.stock.ship import ship_stock
from inventory.operations.stock.transfer import (
    Arrived,
    cancel_transfer,
    close_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from inventory.states import COUNTING, TRANSFERS_OPEN, ReservationStatus
from tests.builders.inventory import sku, stock, warehouse

UNITS = st.integers(1, 5)
CODES = st.sampled_from(["MUG", "CUP"])
PLACES = st.sampled_from(["LON", "BER"])
WHICH = st.integers(0, 2)


def transfers():
    return Transfer.objects.filter(status__in=TRANSFERS_OPEN)


def counts():
    return StockCount.objects.filter(status__in=COUNTING)


def held():
    return Reservation.objects.filter(status=ReservationStatus.HELD)


def one_of(rows, which: int):
    found = list(rows.order_by("id"))
    return found[which % len(found)]


class Papers(RuleBasedStateMachine):
    """What warehouses do with papers in hand, while stock is sold and corrected."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = ExitStack()
        self.undo.enter_context(acting(SYSTEM))
        self.undo.enter_context(transaction.atomic())
        self.places = [warehouse("LON").pk, warehouse("BER").pk]
        for place in ("LON", "BER"):
            for code in ("MUG", "CUP"):
                stock(code, on_hand=9, at=place)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.close()

    def attempt(self, act, *args, **options) -> None:
        with suppress(Refused):
            act(*args, **options)

    @rule(line=st.integers(1, 3), code=CODES, units=UNITS)
    def sell(self, line, code, units) -> None:
        self.attempt(allocate_lines, [(line, sku(code).pk, units)], warehouse_ids=self.places)

    @rule(line=st.integers(1, 3), units=UNITS, away=st.booleans())
    def send_or_give_back(self, line, units, away) -> None:
        if away:
            self.attempt(
                ship_stock, [(line, units)], source_kind="work", source_id=1, key=new_public_id()
            )
        else:
            self.attempt(deallocate_stock, "order_line", [line], reason="cancelled")

    @rule(code=CODES, place=PLACES, units=UNITS, more=st.booleans())
    def correct(self, code, place, units, more) -> None:
        signed, reason = (units, "found") if more else (-units, "shrinkage")
        self.attempt(adjust_stock, sku(code).pk, warehouse(place).pk, units=signed, reason=reason)

    @rule(units=st.dictionaries(CODES, UNITS, min_size=1), there=st.booleans())
    def transfer(self, units, there) -> None:
        source, aim = self.places if there else reversed(self.places)
        wanted = {sku(code).pk: number for code, number in units.items()}
        self.attempt(request_transfer, source, aim, units=wanted)

    @precondition(lambda self: transfers().exists())
    @rule(step=st.sampled_from(["on", "on", "on", "end"]), units=UNITS, damaged=st.integers(0, 2),
          which=WHICH)  # fmt: skip
    def go_on_with_a_transfer(self, step, units, damaged, which) -> None:
        row = one_of(transfers(), which)
        if row.status == "requested":
            act = ship_transfer if step == "on" else cancel_transfer
        else:
            act = receive_transfer if step == "on" else close_transfer
        if act == receive_transfer:
            came = Arrived(units=units, damaged=damaged)
            arrived = {line.pk: came for line in row.lines.all() if line.units_open}
            self.attempt(act, row.pk, arrived, key=new_public_id())
        elif act == ship_transfer:
            self.attempt(act, row.pk)
        else:
            self.attempt(act, row.pk, reason="so it goes")

    @rule(codes=st.sets(CODES, min_size=1), place=PLACES)
    def want_a_count(self, codes, place) -> None:
        wanted = [sku(code).pk for code in sorted(codes)]
        self.attempt(start_count, warehouse(place).pk, sku_ids=wanted)

    @precondition(lambda self: counts().exists())
    @rule(off=st.integers(-2, 2), rest=st.booleans(), which=WHICH)
    def count_and_submit(self, off, rest, which) -> None:
        row = one_of(counts(), which)
        lines = list(row.lines.filter(live=True).left().select_related("level"))
        units = {line.level.sku_id: max(line.level.on_hand + off, 0) for line in lines}
        if units:
            self.attempt(count_units, row.pk, units, key=new_public_id())
        self.attempt(submit_count, row.pk, leave_rest=rest)

    @precondition(lambda self: counts().exists())
    @rule(which=WHICH)
    def call_a_count_off(self, which) -> None:
        self.attempt(cancel_count, one_of(counts(), which).pk, reason="rain")

    @rule(lines=st.dictionaries(CODES, UNITS, min_size=1), place=PLACES, cart=WHICH)
    def reserve(self, lines, place, cart) -> None:
        wanted = {sku(code).pk: units for code, units in lines.items()}
        self.attempt(
            reserve_stock, wanted, key=f"c{cart}", warehouse_id=warehouse(place).pk, minutes=5
        )

    @precondition(lambda self: held().exists())
    @rule(which=WHICH)
    def let_go(self, which) -> None:
        self.attempt(release_reservation, one_of(held(), which).pk)

    @invariant()
    def the_books_prove_themselves(self) -> None:
        own = [check for name, check in sorted(book_checks.items()) if name.startswith("inventory")]
        assert [str(found) for check in own for found in check()] == []


@pytest.mark.django_db
def test_whatever_papers_do_the_books_prove_themselves():
    run_state_machine_as_test(
        Papers,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
