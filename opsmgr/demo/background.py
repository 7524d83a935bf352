"""Do in this process, at once, what relay and workers would do: so that played time is exact."""

from core import relay
from core.jobs import KINDS, work_off

ROUNDS = 200  # a job that asks for itself for ever must not hang the demo


def settle() -> None:
    """Derive what events ask for and run what is due, until nothing more comes of it."""
    for _round in range(ROUNDS):
        busy = 0
        while found := relay.relay_once():
            busy += found
        for kind in KINDS.values():
            while found := work_off(kind):
                busy += found
        if not busy:
            return
