"""`manage.py check_books`: prove every counter by its ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actor import SYSTEM, acting
from core.books import book_repairs, check_books


class Command(BaseCommand):
    help = "Prove every counter by its ledger; exit code 1 when one is not proved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair", action="store_true",
            help="First add movements where a ledger says less or more than its counter.",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair"]:
            for name, repair in sorted(book_repairs.items()):
                with acting(SYSTEM):
                    self.stdout.write(f"{name}: {repair()} movements added")
        wrong = 0
        for name, mismatches in check_books():
            self.stdout.write(f"{'ok   ' if not mismatches else 'WRONG'} {name}")
            for mismatch in mismatches[:20]:
                self.stdout.write(f"      {mismatch.subject}: {mismatch.sentence}")
            wrong += len(mismatches)
        if wrong:
            raise CommandError(f"{wrong} counters are not proved by their ledgers.")
