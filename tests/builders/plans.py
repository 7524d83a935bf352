"""How Postgres would answer."""

from django.db import connection, transaction
from django.db.models import QuerySet


def plan_of(rows: QuerySet) -> str:
    """The plan when reading a whole table is the last resort: a Seq Scan in it has no index."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        return str(rows.explain())
