"""Do in this process, at once, what relay and workers would do: so that played time is exact."""

from contextlib import suppress

from core import relay
from core.jobs import KINDS, admit_jobs, work_off
from core.models import Job
from kpis.errors import NothingSold
from kpis.operations.run_forecast import run_forecast

ROUNDS = 200  # a job that asks for itself for ever must not hang the demo


def settle(*, figures: bool = True) -> None:
    """Derive what events ask for and run what is due, until nothing more comes of it.

    `figures=False` leaves the roll-ups for later: they cost as much for one step as for all.
    """
    for _round in range(ROUNDS):
        busy = 0
        while found := relay.relay_once():
            busy += found
        admit_jobs()
        waiting = Job.objects.filter(state="waiting").order_by().values_list("kind", flat=True)
        for name in sorted(set(waiting.distinct()) & KINDS.keys()):
            if not figures and name.startswith("kpis."):
                continue
            while found := work_off(KINDS[name]):
                busy += found
        if not busy:
            return


def forecast_shop() -> None:
    """Forecast what the shop will sell, as the night does it; a new shop has nothing to say."""
    with suppress(NothingSold):
        run_forecast()
