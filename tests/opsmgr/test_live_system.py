"""The processes of the table, run together, and hurt."""

import json
import subprocess
import sys
import time
from datetime import timedelta
from urllib.request import urlopen

import pytest
from django.db import connection, transaction

from core import clock
from core.models import EventRecord, Job
from core.relay import retry_reaction
from core.tracing import within_request
from opsmgr.processes import PROCESSES
from tests.live import LiveSystem

pytestmark = pytest.mark.timeout(180)


def failing_job(request_id: str = "") -> Job:
    """A job that a worker must take up and that then fails: that it was tried can be seen."""
    with transaction.atomic(), within_request(request_id):
        event = EventRecord.objects.create(
            name="core.test", payload={}, subjects=[], actor="test", happened_at=clock.now()
        )
        retry_reaction.add(f"{event.pk} nobody.handles_this")
    return Job.objects.get(key=f"{event.pk} nobody.handles_this")


def tried(job: Job) -> bool:
    job.refresh_from_db()
    return bool(job.last_error)


def test_work_is_done_whatever_dies(live_system: LiveSystem):
    with urlopen(f"{live_system.url}/healthz") as answer:
        assert json.load(answer)["instance"] == live_system.database

    for process in PROCESSES:  # every command of the table works, and its health check sees it
        alive = [sys.executable, *process.alive[1:]]
        live_system.wait_until(
            lambda alive=alive: (
                not subprocess.run(alive, env=live_system.environ, check=False).returncode
            ),
            what=process.name,
        )

    job = failing_job("request-17")
    live_system.wait_until(lambda: tried(job))
    lines = [json.loads(x) for x in live_system.log_of("worker-default").splitlines() if "{" in x]
    told = next(line for line in lines if "nobody.handles_this failed" in line["event"])
    assert told["request_id"] == "request-17"  # from the page that asked to the log of the worker
    live_system.wait_until(lambda: EventRecord.objects.filter(number=None).count() == 0)

    live_system.kill_worker("default", restart=False)
    waiting = failing_job()
    time.sleep(1.5)
    live_system.flush_broker()  # whatever bells were rung are gone
    live_system.restart("worker-default")
    live_system.wait_until(lambda: tried(waiting))

    live_system.restart_postgres()
    after = failing_job()
    live_system.wait_until(lambda: tried(after))
    with urlopen(f"{live_system.url}/readyz") as answer:
        assert json.load(answer)["checks"] == {
            "database": True, "migrations": True, "broker": True,
        }  # fmt: skip


@pytest.mark.parametrize("live_system", [("web",)], indirect=True)
def test_a_part_of_the_table_can_be_started_alone(live_system: LiveSystem):
    job = failing_job()
    time.sleep(1)
    assert not tried(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (live_system.database,)
    assert retry_reaction.lease == timedelta(seconds=60)
