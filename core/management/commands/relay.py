"""`manage.py relay`: number committed events, derive reactions, ring for what is due."""

import logging
import select
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from core.jobs import admit_jobs
from core.pulse import beat_pulse
from core.relay import relay_once, ring_due

TURN_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Number committed events and derive their reactions; one is active at a time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopped = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not self.stopped:
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001 - the database went away: come back
                logger.warning("the database went away: %s", error)
                connection.close()
                time.sleep(TURN_SECONDS)

    def _stop(self, *_: Any) -> None:
        self.stopped = True

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN relay")
        raw = connection.connection
        while not self.stopped:
            while relay_once():
                pass
            while admit_jobs():
                pass
            ring_due()
            beat_pulse("relay")
            raw.poll()
            raw.notifies.clear()
            select.select([raw], [], [], TURN_SECONDS)
