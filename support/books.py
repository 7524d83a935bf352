"""What must always hold of cases and mails; `manage.py check_books` asks."""

from collections.abc import Iterator

from core.books import Mismatch
from core.statements import run_sql


def answers_are_mailed() -> Iterator[Mismatch]:
    """Each answer to a customer has its one mail."""
    for row in run_sql("support/check_replies"):
        yield Mismatch(f"case {row['number']}", f"message {row['id']} has no mail", row)
