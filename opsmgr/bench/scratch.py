"""A database of its own for a benchmark, on the same server as the shop's; dropped at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command
from django.db import connection

NAME = "opsmgr_bench"


@contextmanager
def scratch_database(*, keep: bool = False) -> Iterator[str]:
    """Let this process use a freshly migrated database; yields its URL for child processes.

    `keep`: leave it for the next run, which then finds its data and need not make it again.
    """
    shop = connection.settings_dict["NAME"]
    there = _exists()
    if there and not keep:
        _admin(f'DROP DATABASE "{NAME}" WITH (FORCE)')
        there = False
    if not there:
        _admin(f'CREATE DATABASE "{NAME}"')
    _use(NAME)
    try:
        call_command("migrate", verbosity=0)
        yield _url()
    finally:
        _use(shop)
        if not keep:
            _admin(f'DROP DATABASE "{NAME}" WITH (FORCE)')


def _exists() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        return cursor.fetchone() is not None


def _admin(statement: str) -> None:
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(statement)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _url() -> str:
    given = connection.settings_dict
    user = quote(given["USER"] or "postgres", safe="")
    secret = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    host, port = given["HOST"] or "127.0.0.1", given["PORT"] or 5432
    if host.startswith("/"):
        return f"postgres://{user}{secret}@{quote(host, safe='')}:{port}/{NAME}"
    return f"postgres://{user}{secret}@{host}:{port}/{NAME}"


def cores() -> int:
    """How many processors the figures were measured on."""
    return os.cpu_count() or 1
