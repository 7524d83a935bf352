"""Compute figures anew: `manage.py roll_up --from 2026-01-01 --to 2026-01-31`."""

import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.actor import SYSTEM, acting
from kpis.operations.mark import turn_clock
from kpis.operations.roll_up import mark_days, roll_up


class Command(BaseCommand):
    help = "Compute the figures of dirty days, or of a whole period, now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", help="First business day, like 2026-01-31.")
        parser.add_argument("--to", dest="last", help="Last business day; today when left out.")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        with acting(SYSTEM):
            if options["first"]:
                mark_days(*_period(options["first"], options["last"]))
            turn_clock()
            done = roll_up()
        days = max(done.values(), default=0)
        took = time.monotonic() - started
        self.stdout.write(f"{len(done)} metrics, up to {days} days, {took:.1f} s")


def _period(first: str, last: str | None) -> tuple[date, date]:
    try:
        start = date.fromisoformat(first)
        end = date.fromisoformat(last) if last else clock.today()
    except ValueError as error:
        raise CommandError("Days look like 2026-01-31.") from error
    if start > end:
        raise CommandError("The period must start before it ends.")
    return start, end
