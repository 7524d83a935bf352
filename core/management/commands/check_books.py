"""`manage.py check_books`: prove every counter by its ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.books import check_books


class Command(BaseCommand):
    help = "Prove every counter by its ledger; exit code 1 when one is not proved."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for name, mismatches in check_books():
            self.stdout.write(f"{'ok   ' if not mismatches else 'WRONG'} {name}")
            for mismatch in mismatches[:20]:
                self.stdout.write(f"      {mismatch.subject}: {mismatch.sentence}")
            wrong += len(mismatches)
        if wrong:
            raise CommandError(f"{wrong} counters are not proved by their ledgers.")
