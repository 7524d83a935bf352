"""The id of the request that began it all: from the page or API call into its events and jobs."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

LENGTH_MAX = 64


def current_request_id() -> str:
    """Return the id that the log lines of this moment carry; "" outside any request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:LENGTH_MAX]


@contextmanager
def within_request(request_id: str, **facts: object) -> Iterator[None]:
    """Let log lines, events and jobs of this block carry the id (and lines also the facts)."""
    known = {"request_id": request_id} if request_id else {}
    with structlog.contextvars.bound_contextvars(**known, **facts):
        yield
