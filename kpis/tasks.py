"""Background work of KPIs."""

from datetime import timedelta

from core.jobs import job
from kpis.errors import NothingSold
from kpis.operations.judge_forecasts import judge_forecasts, thin_forecasts
from kpis.operations.mark import turn_clock
from kpis.operations.roll_up import roll_up
from kpis.operations.run_forecast import run_forecast

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


@job("kpis.forecast", queue="default", lease=timedelta(minutes=15))
def forecast_demand(key: str) -> None:
    """Judge what can be judged by now, and forecast anew.

    The key "nightly" makes one run a day, however often it is asked; any other makes one more.
    """
    judge_forecasts()
    thin_forecasts()
    try:
        run_forecast(once_a_day=key == "nightly")
    except NothingSold:
        return  # a new shop: tomorrow there may be something
