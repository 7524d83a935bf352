from datetime import UTC, datetime

import pytest

from core import clock

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon():
    """By day: no rule about the night adds its points."""
    with clock.pinned(NOON):
        yield
