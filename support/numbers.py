"""Numbers of cases; drawn from a sequence, so gaps are possible."""

from django.db import connection


def next_case_number() -> str:
    """Return e.g. "CASE-1042"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('support_case_seq')")
        return f"CASE-{cursor.fetchone()[0]}"
