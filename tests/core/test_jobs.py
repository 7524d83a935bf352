"""Jobs: asked for without waiting, done once per key, tried again, given up in the open."""

import time
from contextlib import contextmanager
from contextvars import copy_context
from datetime import timedelta
from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from core import jobs
from core.jobs import KINDS, LIMIT, LeaseLost, admit_jobs, job, keep_lease, running_job, work_off
from core.models import Job, JobState
from core.relay import ring_due
from tests.races import at_once


@pytest.fixture
def kind():
    """A kind whose jobs note what they saw; `kind.then` is what they do besides."""
    seen: list[str] = []

    def do(key: str) -> None:
        seen.append(key)
        made.then(key)

    class Made:
        then = staticmethod(lambda key: None)

    made = Made()
    made.seen = seen
    made.kind = job("test.note", queue="default", lease=timedelta(seconds=30))(do)
    yield made
    del KINDS["test.note"]


@contextmanager
def meanwhile(act):
    """Run `act` in a thread with a connection of its own; it must have ended after the block."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=copy_context().run, args=(run,))
    thread.start()
    yield thread
    thread.join(10)
    assert not thread.is_alive()


def only() -> Job:
    return Job.objects.get(kind="test.note")


@pytest.mark.django_db
def test_asking_three_times_is_one_job(kind):
    for _ in range(3):
        kind.kind.add("7")

    assert work_off(kind.kind) == 1
    assert kind.seen == ["7"]
    assert only().state == JobState.DONE
    assert only().finished_at is not None
    assert work_off(kind.kind) == 0


@pytest.mark.django_db(transaction=True)
def test_two_orders_never_wait_for_each_others_commit_through_a_shared_key(kind):
    asked, may_end = Flag(), Flag()

    def slow_order() -> None:
        with transaction.atomic():
            kind.kind.add("shared")
            asked.set()
            assert may_end.wait(10)

    with meanwhile(slow_order):
        assert asked.wait(10)
        began = time.monotonic()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            kind.kind.add("shared")  # would wait here, were its row unique
        admit_jobs()
        assert time.monotonic() - began < 1.5
        assert work_off(kind.kind) == 1  # done while the slow one is not even committed
        may_end.set()

    assert work_off(kind.kind) == 1  # and once more for the slow one: it may have changed something
    assert kind.seen == ["shared", "shared"]


@pytest.mark.django_db(transaction=True)
def test_a_change_during_a_run_is_not_a_lost_wake_up(kind):
    kind.kind.add("7")

    def another_change(key: str) -> None:
        kind.then = lambda key: None
        with meanwhile(lambda: kind.kind.add("7")):
            pass
        assert admit_jobs() == 1
        with meanwhile(lambda: (work_off(kind.kind), kind.seen.append("looked"))):
            pass  # another worker: two jobs of one key never run at once

    kind.then = another_change
    work_off(kind.kind)
    assert kind.seen == ["7", "looked"]

    work_off(kind.kind)
    assert kind.seen == ["7", "looked", "7"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_does_it(kind):
    kind.kind.add("7")
    admit_jobs()
    kind.then = lambda key: time.sleep(0.2)

    at_once(8, lambda: work_off(kind.kind))

    assert kind.seen == ["7"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_two_jobs_of_one_key_do_not_fall_over(kind):
    """While one is running its twin waits; nobody errs, and each is done once, in turn."""
    kind.then = lambda key: time.sleep(0.01)
    for _ in range(6):
        kind.kind.add("7")
        admit_jobs()
        at_once(4, lambda: (work_off(kind.kind), kind.kind.add("7"), work_off(kind.kind)))
    while work_off(kind.kind):
        pass
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_failed_job_backs_off_and_is_dead_after_eight_attempts(kind):
    def fail(key: str) -> None:
        raise ValueError("no such luck")

    kind.then = fail
    kind.kind.add("7")
    waits = []
    for _ in range(LIMIT):
        assert work_off(kind.kind) == 1
        assert work_off(kind.kind) == 0  # not before its time
        row = only()
        if row.state == JobState.WAITING:
            waits.append(round((row.not_before - _database_now()).total_seconds()))
            Job.objects.update(not_before=Now())

    assert waits == [4, 16, 64, 256, 1024, 3600, 3600]
    assert only().state == JobState.DEAD
    assert only().last_error == "ValueError: no such luck"
    assert len(kind.seen) == LIMIT


@pytest.mark.django_db
def test_a_key_that_is_asked_for_all_the_time_still_backs_off_and_dies(kind):
    def fail(key: str) -> None:
        if not running_job().is_last_try:
            kind.kind.add("7")
            admit_jobs()
        raise ValueError("no such luck")

    kind.then = fail
    kind.kind.add("7")
    for _ in range(LIMIT):
        assert work_off(kind.kind) == 1
        assert work_off(kind.kind) == 0
        Job.objects.filter(state=JobState.WAITING).update(not_before=Now())

    assert Job.objects.filter(state=JobState.DEAD).count() == 1
    assert len(kind.seen) == LIMIT


@pytest.mark.django_db
def test_a_wish_brings_a_later_first_try_forward_but_not_a_back_off(kind):
    kind.kind.add("7", wait=timedelta(hours=1))
    assert work_off(kind.kind) == 0
    kind.kind.add("7")
    assert work_off(kind.kind) == 1

    Job.objects.create(
        kind="test.note",
        key="8",
        state="waiting",
        attempts=2,
        not_before=Now() + timedelta(hours=1),
    )
    kind.kind.add("8")
    assert work_off(kind.kind) == 0


@pytest.mark.django_db
def test_a_job_whose_worker_died_comes_back_when_its_lease_has_ended(kind):
    kind.kind.add("7")
    admit_jobs()
    assert len(jobs._claim(kind.kind)) == 1  # and the worker dies here
    assert work_off(kind.kind) == 0

    Job.objects.update(lease_until=Now())
    assert work_off(kind.kind) == 1
    assert only().state == JobState.DONE
    assert only().attempts == 2


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_every_time_is_buried(kind):
    kind.kind.add("7")
    admit_jobs()
    for _ in range(LIMIT):
        assert len(jobs._claim(kind.kind)) == 1
        Job.objects.update(lease_until=Now())

    assert jobs._claim(kind.kind) == []
    ring_due()
    assert only().state == JobState.DEAD
    assert only().last_error == "Its worker died with it, every time."


@pytest.mark.django_db
def test_who_lost_the_lease_changes_nothing_any_more(kind):
    """The slow worker ends after another has taken its job over: its end is not counted."""

    def slow(key: str) -> None:
        Job.objects.update(lease_until=Now())
        assert len(jobs._claim(kind.kind)) == 1  # another worker
        running_job().renewed_at -= 1000
        with pytest.raises(LeaseLost):
            keep_lease()

    kind.then = slow
    kind.kind.add("7")
    work_off(kind.kind)

    assert only().state == JobState.RUNNING
    assert only().attempts == 2


@pytest.mark.django_db
def test_a_long_job_keeps_its_lease(kind):
    def long(key: str) -> None:
        Job.objects.update(lease_until=Now())
        running_job().renewed_at -= 1000
        keep_lease()
        assert work_off(kind.kind) == 0  # nobody takes it over

    kind.then = long
    kind.kind.add("7")
    work_off(kind.kind)
    assert only().state == JobState.DONE
    assert only().attempts == 1


@pytest.mark.django_db
def test_without_a_broker_nothing_is_lost(kind, monkeypatch):
    from kombu.exceptions import OperationalError

    from core.tasks import work

    def no_broker(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(work, "apply_async", no_broker)
    kind.kind.add("7")
    admit_jobs()
    ring_due()

    assert only().state == JobState.WAITING


def _database_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]
