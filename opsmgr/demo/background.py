"""Do in this process, at once, what relay and workers would do: so that played time is exact."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from django.db import connection

from core import relay
from core.events import relaying_here
from core.jobs import ADMIT, ADMIT_LOCK, KINDS, admit_jobs, work_off
from kpis.errors import NothingSold
from kpis.operations.run_forecast import run_forecast

ROUNDS = 500  # a job that asks for itself for ever must not hang the demo
BATCH = 1_000  # jobs claimed at once: nobody else waits for them
# Asked for at placing, and again when each gate is cleared: once, after those, will do.
LAST = {"orders.release"}
LOCKS = (relay.LOCK, ADMIT_LOCK)
TO_DO = """
    SELECT EXISTS (SELECT FROM core_eventrecord WHERE number IS NULL),
           EXISTS (SELECT FROM core_job WHERE state = 'asked'),
           ARRAY(SELECT DISTINCT kind FROM core_job
                  WHERE state = 'waiting' AND not_before <= statement_timestamp())
"""


@contextmanager
def sole_relay() -> Iterator[None]:
    """Be the relay meanwhile: another one that runs here (`manage.py up`) stands back.

    What workers take over all the same happens at the machine's time, not at the played one.
    """
    with connection.cursor() as cursor:
        for lock in LOCKS:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for lock in LOCKS:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def settle(*, figures: bool = True) -> None:
    """Derive what events ask for and run what is due, until nothing more comes of it.

    `figures=False` leaves the roll-ups for later: they cost as much for one step as for all.
    """
    with relaying_here():
        for _round in range(ROUNDS):
            events, asked, kinds = _to_do()
            due = {name for name in kinds if figures or not name.startswith("kpis.")} & KINDS.keys()
            if events or asked:
                _take_in(events=events)
            elif due:
                _work(due)
            else:
                return


def forecast_shop() -> None:
    """Forecast what the shop will sell, as the night does it; a new shop has nothing to say."""
    with suppress(NothingSold):
        run_forecast()


def _to_do() -> tuple[bool, bool, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(TO_DO)
        return cursor.fetchone()


def _take_in(*, events: bool) -> None:
    while events and relay.relay_once() == relay.BATCH:
        pass
    while admit_jobs() == ADMIT:
        pass


def _work(due: set[str]) -> None:
    for name in sorted(due - LAST or due):
        while work_off(replace(KINDS[name], batch=BATCH)) == BATCH:
            pass
