"""Numbers that people read aloud; drawn from sequences, so gaps are possible."""

from django.db import connection


def next_number(sequence: str, prefix: str) -> str:
    """`next_number("returns_rma_seq", "RMA")` -> "RMA-1042"."""
    return next_numbers(sequence, prefix, 1)[0]


def next_numbers(sequence: str, prefix: str, count: int) -> list[str]:
    """Draw `count` numbers at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [f"{prefix}-{number}" for (number,) in cursor.fetchall()]
