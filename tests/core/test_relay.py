"""The relay: every committed event once, in a feed without gaps; each reaction alone."""

from dataclasses import dataclass
from datetime import timedelta
from select import select
from threading import Event as Flag

import pytest
from django.db import connection, transaction

from core.events import HANDLERS, HISTORY_TOO, REGISTRY, Event, event, historical, on, publish
from core.jobs import KINDS, job, work_off
from core.models import EventRecord, Job
from core.relay import relay_once, retry_reaction
from core.tracing import within_request
from tests.core.test_jobs import meanwhile
from tests.races import at_once


@dataclass
class Heard:
    """What handlers of `test.happened` heard, and a job that they may ask for."""

    keys: list[int]
    job: object
    kind: type[Event]


@pytest.fixture
def heard():
    @event("test.happened", "It happened.")
    class Happened(Event):
        thing_id: int

    done: list[int] = []

    @job("test.react", queue="default", lease=timedelta(seconds=30))
    def react(key: str) -> None:
        done.append(int(key))

    keys: list[int] = []

    @on(Happened)
    def hear(fact: Happened) -> None:
        keys.append(fact.thing_id)
        react.add(fact.thing_id)

    yield Heard(keys, react, Happened)
    del REGISTRY["test.happened"], HANDLERS["test.happened"], KINDS["test.react"]


def happen(kind, thing_id: int) -> None:
    with transaction.atomic():
        publish(kind(thing_id=thing_id))


def numbers() -> list[tuple[int, int]]:
    """The feed: number and thing."""
    rows = EventRecord.objects.numbered().filter(name="test.happened").order_by("number")
    return [(row.number, row.payload["thing_id"]) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_two_transactions_that_commit_in_the_other_order_of_their_ids_are_both_served(heard):
    written, may_commit = Flag(), Flag()

    def slow() -> None:
        with transaction.atomic():
            publish(heard.kind(thing_id=1))  # the lower id
            written.set()
            assert may_commit.wait(10)

    with meanwhile(slow):
        assert written.wait(10)
        happen(heard.kind, 2)  # the higher id, committed first
        relay_once()
        seen = numbers()
        assert [thing for _, thing in seen] == [2]
        last = seen[-1][0]
        may_commit.set()

    relay_once()

    since = [thing for number, thing in numbers() if number > last]
    assert since == [1]  # whoever read up to `last` has missed nothing
    assert heard.keys == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_though_transactions_roll_back_and_relays_race(heard):
    def act() -> None:
        for thing in range(20):
            try:
                with transaction.atomic():
                    publish(heard.kind(thing_id=thing))
                    if thing % 3 == 0:
                        raise KeyError
            except KeyError:
                pass
            relay_once()

    at_once(4, act)
    while relay_once():
        pass

    found = list(EventRecord.objects.order_by("number").values_list("number", flat=True))
    assert found == list(range(1, len(found) + 1))
    assert len(found) == 4 * 13
    assert len(heard.keys) == 4 * 13


@pytest.mark.django_db(transaction=True)
def test_one_relay_is_active_at_a_time(heard):
    happen(heard.kind, 1)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7001)")
        found = []
        with meanwhile(lambda: found.append(relay_once())):
            pass
    assert found == [0]
    assert relay_once() == 1


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_is_killed_in_the_middle_has_done_nothing(heard, monkeypatch):
    """Numbers, reactions and jobs commit together; the next relay does all of it, once."""
    for thing in (1, 2, 3):
        happen(heard.kind, thing)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr("core.relay.derive_deliveries", killed)
    with pytest.raises(Killed):
        relay_once()
    assert numbers() == []
    assert Job.objects.count() == 0
    monkeypatch.undo()

    assert relay_once() == 3
    assert [thing for _, thing in numbers()] == [1, 2, 3]
    assert sorted(Job.objects.values_list("key", flat=True)) == ["1", "2", "3"]


@pytest.mark.django_db
def test_a_handler_that_fails_holds_up_no_other_and_is_tried_again_as_a_job(heard):
    broken = [True]

    @on(heard.kind)
    def stumble(fact) -> None:
        Job.objects.create(kind="test.never", key="x")  # undone with it
        if broken[0]:
            raise ValueError("no such luck")

    happen(heard.kind, 7)
    relay_once()

    assert heard.keys[-1] == 7
    assert work_off(heard.job) == 1
    assert not Job.objects.filter(kind="test.never").exists()
    broken[0] = False
    assert work_off(retry_reaction) == 1
    assert Job.objects.filter(kind="test.never").exists()


@pytest.mark.django_db
def test_the_imported_past_reaches_only_who_wants_it(heard):
    kept: list[int] = []

    @on(heard.kind, history_too=True)
    def keep(fact) -> None:
        kept.append(fact.thing_id)

    with historical():
        happen(heard.kind, 1)
    happen(heard.kind, 2)
    relay_once()

    assert heard.keys == [2]
    assert kept == [1, 2]
    HISTORY_TOO.clear()


@pytest.mark.django_db
def test_the_id_of_the_request_follows_into_event_and_job(heard):
    with within_request("request-17"):
        happen(heard.kind, 1)
    relay_once()

    assert EventRecord.objects.get(name="test.happened").request_id == "request-17"
    assert Job.objects.get(kind="test.react").request_id == "request-17"


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_an_error(heard):
    with pytest.raises(RuntimeError, match="outside an operation"):
        publish(heard.kind(thing_id=1))


@pytest.mark.django_db(transaction=True)
def test_the_relay_is_woken_after_the_commit_and_not_before(heard):
    with connection.cursor() as cursor:
        cursor.execute("LISTEN relay")
    listener = connection.connection

    def act() -> None:
        with transaction.atomic():
            publish(heard.kind(thing_id=1))
            listener.poll()
            assert listener.notifies == []

    with meanwhile(act):
        pass
    select([listener], [], [], 10)  # the server tells its listeners a moment after the commit
    listener.poll()
    assert [note.channel for note in listener.notifies] == ["relay"]
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN relay")


@pytest.mark.django_db
def test_what_happened_is_never_changed(heard):
    from django.db import InternalError

    happen(heard.kind, 1)
    for change in (
        lambda: EventRecord.objects.update(payload={}),
        lambda: EventRecord.objects.all().delete(),
    ):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    relay_once()
    with pytest.raises(InternalError), transaction.atomic():
        EventRecord.objects.update(number=99)
