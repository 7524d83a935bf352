"""Threads that start together."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

from django.db import connection, transaction

from core.errors import Refused

WAITING = """SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""


def at_once(times: int, act: Callable[[], object]) -> list[Refused]:
    """Call `act` in `times` threads that start together; return the refusals."""
    start = Barrier(times)

    def person() -> Refused | None:
        try:
            start.wait()
            act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(times) as pool:
        futures = [pool.submit(copy_context().run, person) for _ in range(times)]
    return [refusal for future in futures if (refusal := future.result())]


def overtaken(first: Callable[[], object], second: Callable[[], object]) -> Refused | None:
    """`second` starts before what `first` did is committed, and waits; return its refusal."""

    def run() -> Refused | None:
        try:
            second()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            acting = pool.submit(copy_context().run, run)
            _until_somebody_waits()
        return acting.result(timeout=20)


def _until_somebody_waits() -> None:
    """For a lock of this connection; the act is refused or done without waiting otherwise."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waits")
