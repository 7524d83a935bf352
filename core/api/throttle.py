"""How often a principal may ask: a count per minute in the cache."""

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled

from core.actor import current_actor

WINDOW_SECONDS = 60

logger = logging.getLogger(__name__)


class TooMany(Throttled):
    default_code = "too_many_requests"
    default_detail = "That was too often."
    extra_detail_singular = "Ask again in {wait} second."
    extra_detail_plural = "Ask again in {wait} seconds."


class PerPrincipal:
    """Counts requests of each token or person; sets `state` for the answer's headers."""

    def __init__(self, request: Any) -> None:
        self.state: dict[str, str] = {}
        known = request.auth
        own = getattr(known, "rate_per_minute", None)
        self.limit = settings.API_RATE_PER_MINUTE if own is None else own
        self.principal = current_actor().name

    def count(self) -> None:
        """Count this request; raises TooMany over the limit. Without a cache nobody counts."""
        if not self.limit:
            return
        now = time.time()
        window = int(now // WINDOW_SECONDS)
        reset = int((window + 1) * WINDOW_SECONDS - now) + 1
        used = _add_one(f"rate:{self.principal}:{window}")
        self.state = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - used)),
            "RateLimit-Reset": str(reset),
        }
        if used > self.limit:
            raise TooMany(wait=reset)


def _add_one(key: str) -> int:
    try:
        try:
            return int(cache.incr(key))
        except ValueError:  # the first of this window
            cache.add(key, 0, 2 * WINDOW_SECONDS)
            return int(cache.incr(key))
    except Exception as error:  # noqa: BLE001 - no cache: no limit, rather than no service
        logger.warning("requests are not counted: %s", error)
        return 0
