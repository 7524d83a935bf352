"""Threads that start together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

from django.db import connection

from core.errors import Refused


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
