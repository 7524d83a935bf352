"""`manage.py import_orders FILE --channel uk-web --profile online_retail`."""

import sys
import time
from argparse import ArgumentTypeError
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.actor import SYSTEM, acting
from core.errors import Refused
from core.jobs import KINDS, work_off
from core.models import Batch
from core.relay import relay_once
from inventory.models import Channel
from orders.models import ImportedReturnLine
from orders.operations.imports.report import credits_of
from orders.operations.imports.run import fail_import, open_import, run_import


def _from_one(text: str) -> int:
    """A number of orders, from 1."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) == int(text):
        raise ArgumentTypeError(f"{text} is no number of orders; write a whole number from 1")
    return int(text)


MATCHER = "returns.match_imported"  # the kind of job that makes credits into returns
SIGN_SECONDS = 10


class Command(BaseCommand):
    _signed = 0.0  # monotonic seconds: when it last gave a sign of life
    help = "Take in a file of orders (CSV, also gzipped) as history, or with --live as new ones."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file")
        parser.add_argument("--channel", required=True, help="Code of the channel.")
        parser.add_argument("--profile", required=True, help="Code of the import profile.")
        parser.add_argument(
            "--limit", type=_from_one, help="Only the first so many documents: orders and credits."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen.")
        parser.add_argument("--live", action="store_true", help="New orders, not history.")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(SYSTEM):
            try:
                batch = self._run(options)
            except Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write("\n".join(report_lines(batch)))
            if not options["dry_run"]:
                self._settle_credits(batch)
        if not batch.report["balanced"]:
            raise CommandError("The outcomes do not add up to the file.")

    def _run(self, options: dict[str, Any]) -> Batch:
        channel = Channel.objects.filter(code=options["channel"]).first()
        if channel is None:
            raise CommandError(f"There is no channel {options['channel']}.")
        batch = open_import(
            channel.pk,
            profile=options["profile"],
            path=options["file"],
            dry_run=options["dry_run"],
            live=options["live"],
            limit=options["limit"],
        )
        try:
            return run_import(batch.pk, told=self._tell)
        except Refused:
            raise
        except BaseException as error:  # also Ctrl-C: the Batches page must not say "running"
            with suppress(Exception):  # it may be the database that is gone; silence tells then
                fail_import(batch.pk, error=f"Broken off ({_said(error)}); start it again.")
            raise

    def _sign_of_life(self, batch: Batch) -> None:
        """No job looks after a command: when this is not renewed, the page says it has stopped."""
        if time.monotonic() - self._signed > SIGN_SECONDS:
            self._signed = time.monotonic()
            Batch.objects.filter(pk=batch.pk).update(seen_at=clock.now())

    def _settle_credits(self, batch: Batch) -> None:
        """Let whoever is downstream match the credits now: no worker has to run for it."""
        while relay_once():
            pass
        matcher = KINDS.get(MATCHER)
        credits_read = ImportedReturnLine.objects.filter(batch=batch)
        if matcher is not None and credits_read.filter(state="waiting").exists():
            matcher.add(batch.pk)  # when another relay has not come to it yet
            while work_off(matcher):
                pass
        for line in credit_lines(batch):
            self.stdout.write(line)

    def _tell(self, batch: Batch) -> None:
        self._sign_of_life(batch)
        total = batch.total or 1
        line = f"\r{batch.done:>10,} of {total:,} lines  {100 * batch.done // total:>3} %"
        if sys.stdout.isatty() or batch.done == batch.total:
            self.stdout.write(line, ending="" if batch.done < total else "\n")
            self.stdout.flush()


def _said(error: BaseException) -> str:
    return "stopped by hand" if isinstance(error, KeyboardInterrupt) else type(error).__name__


def credit_lines(batch: Batch) -> list[str]:
    """What became of the file's credits."""
    found = credits_of(batch)
    if not found:
        return []
    words = {
        "matched": "credits belong to an order and are its returns",
        "unmatched": "credits belong to none: see the exceptions",
        "waiting": "credits still wait for a worker",
    }
    return [f"  {found[state]:>6,} {word}" for state, word in words.items() if found.get(state)]


def report_lines(batch: Batch) -> list[str]:
    """The report as a person reads it in a terminal."""
    report = batch.report
    words = {
        "imported": "sold lines", "charges": "charges", "returns": "credits",
        "already": "there already", "set_aside": "set aside",
    }  # fmt: skip
    lines = [f"{batch.title}: {report['orders']:,} orders"]
    for outcome, word in words.items():
        part = report["outcomes"].get(outcome, {"rows": 0, "value": "0"})
        lines.append(f"  {word:<14}{part['rows']:>10,} lines {float(part['value']):>18,.2f}")
    lines.append(
        f"  {'in the file':<14}{report['rows']:>10,} lines {float(report['value']):>18,.2f}"
    )
    lines.append(f"  of the sold lines, {report['merged']:,} went into a line of the same order")
    lines.append("  it adds up" if report["balanced"] else "  IT DOES NOT ADD UP")
    lines.append(f"  batch {batch.public_id} lists each line that was set aside, with its reason")
    return lines
