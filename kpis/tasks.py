"""Background work of KPIs."""

from datetime import timedelta

from core.jobs import job
from kpis.operations.mark import turn_clock
from kpis.operations.roll_up import roll_up

EVERY, COALESCE = timedelta(minutes=5), timedelta(seconds=2)


@job("kpis.roll_up", queue="default", lease=timedelta(minutes=10))
def roll_up_days(_: str) -> None:
    """Recompute what is marked dirty."""
    roll_up()


@job("kpis.turn_clock", queue="default", lease=timedelta(minutes=1))
def tick(_: str) -> None:
    """Mark what time alone has changed, and come again; any order event starts it anew."""
    turn_clock()
    refresh()
    tick.add("shop", wait=EVERY)


def refresh() -> None:
    """Ask for a roll-up soon: marks of the next seconds share it."""
    roll_up_days.add("all", wait=COALESCE)
