"""The Celery app: it carries door bells only; the work is in core_job."""

import logging
import logging.config
import os
from typing import Any

from celery import Celery, signals
from celery.beat import PersistentScheduler
from celery.schedules import crontab

from core.pulse import beat_pulse
from opsmgr.children import die_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsmgr.settings")

PULSE_SECONDS = 10

app = Celery("opsmgr")
_main = os.getpid()  # of the worker itself; its pool is forked from it
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["core"])
app.conf.beat_schedule = {
    "housekeeping": {
        "task": "core.ask",
        "schedule": crontab(hour=3, minute=17),
        "args": ("core.housekeeping", "nightly"),
    },
    "forecast": {
        "task": "core.ask",
        "schedule": crontab(hour=2, minute=41),
        "args": ("kpis.forecast", "nightly"),
    },
    "vendors": {
        "task": "core.ask",
        "schedule": crontab(hour=4, minute=7),
        "args": ("inventory.watch_vendors", "nightly"),
    },
    "proof": {
        "task": "core.ask",
        "schedule": crontab(hour=4, minute=52),
        "args": ("inventory.prove_stock", "nightly"),
    },
    "counts": {
        "task": "core.ask",
        "schedule": crontab(hour=4, minute=37),
        "args": ("inventory.plan_counts", "nightly"),
    },
}


class PulsingScheduler(PersistentScheduler):
    """Beat's own scheduler, whose turns can be seen from outside."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        beat_pulse("beat")
        return float(min(super().tick(*args, **kwargs), PULSE_SECONDS))


@signals.worker_ready.connect
def feel_the_pulse(sender: Any, **_: Any) -> None:
    """Let the worker's own event loop say that it turns."""
    name = f"worker-{sender.hostname.partition('@')[0]}"
    beat_pulse(name)
    sender.timer.call_repeatedly(PULSE_SECONDS, beat_pulse, (name,))


@signals.worker_process_init.connect
def die_with_the_worker(**_: Any) -> None:
    """Leave no process of the pool behind when the worker itself is killed."""
    die_with(_main)


@signals.setup_logging.connect
def log_as_django_does(**_: Any) -> None:
    """Keep Celery from formatting logs its own way."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
