"""What comes in: once, with its effect; parked while its parent is unknown."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from core import clock
from core.housekeeping import housekeeping
from core.inbox import UnknownParent, readers, retry_parked, take_in, takes
from core.jobs import work_off
from core.models import InboxMessage, Job, Note
from tests.races import at_once


@pytest.fixture
def post():
    """Takes "<parent> <text>" messages; `post` are the parents that are known."""
    known: set[str] = set()

    @takes("test")
    def read(source: str, body: bytes) -> None:
        parent, text = body.decode().split(" ", 1)
        Note.objects.create(subject=parent, text=text)
        if parent not in known:
            raise UnknownParent(f"no {parent}")

    yield known
    del readers["test"]


@pytest.mark.django_db
def test_a_message_has_its_effect_once(post):
    post.add("p:1")
    assert take_in("test:a", "1", b"p:1 hello") == "done"
    assert take_in("test:a", "1", b"p:1 hello") == "duplicate"
    assert take_in("test:b", "1", b"p:1 hello") == "done"  # another sender's numbers
    assert Note.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_arrive_at_once_one_has_its_effect(post):
    post.add("p:1")
    at_once(8, lambda: take_in("test:a", "1", b"p:1 hello"))
    assert Note.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_breaks_leaves_nothing_so_that_the_sender_tries_again(post):
    def broken() -> None:
        Note.objects.create(subject="p:1", text="x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take_in("test:a", "1", b"", broken)
    assert InboxMessage.objects.count() == Note.objects.count() == 0


@pytest.mark.django_db
def test_before_its_parent_it_is_parked_and_has_its_effect_when_that_came(post):
    assert take_in("test:a", "1", b"p:1 hello") == "parked"
    assert Note.objects.count() == 0
    assert take_in("test:a", "1", b"p:1 hello") == "duplicate"

    due()
    work_off(retry_parked)
    message = InboxMessage.objects.get()
    assert (message.state, message.reason, message.attempts) == ("parked", "no p:1", 2)

    post.add("p:1")
    due()
    work_off(retry_parked)
    assert InboxMessage.objects.get().state == "done"
    assert Note.objects.count() == 1


@pytest.mark.django_db
def test_after_a_week_without_its_parent_it_is_dead(post):
    take_in("test:a", "1", b"p:1 hello")
    InboxMessage.objects.update(received_at=Now() - timedelta(days=8))
    due()
    work_off(retry_parked)
    assert InboxMessage.objects.get().state == "dead"
    due()
    assert work_off(retry_parked) == 0


@pytest.mark.django_db
def test_who_reads_it_must_be_known():
    with pytest.raises(LookupError):
        take_in("nobody:a", "1", b"")


@pytest.mark.django_db
def test_raw_bodies_go_after_their_time_and_the_record_stays(post):
    post.add("p:1")
    with clock.pinned(clock.now() - timedelta(days=31)):
        take_in("test:a", "1", b"p:1 hello")
    take_in("test:a", "2", b"p:1 hello")

    housekeeping.do("nightly")

    old, new = InboxMessage.objects.order_by("id")
    assert old.body is None
    assert bytes(new.body) == b"p:1 hello"


@pytest.mark.django_db
def test_old_done_jobs_go_and_dead_ones_stay():
    for state, days in (("done", 8), ("done", 6), ("dead", 100), ("waiting", 100)):
        Job.objects.create(
            kind="x", key=f"{state} {days}", state=state,
            finished_at=Now() - timedelta(days=days),
        )  # fmt: skip
    housekeeping.do("nightly")
    housekeeping.do("nightly")
    assert sorted(Job.objects.values_list("key", flat=True)) == [
        "dead 100",
        "done 6",
        "waiting 100",
    ]


def due() -> None:
    from core.jobs import admit_jobs

    admit_jobs()
    Job.objects.filter(state="waiting").update(not_before=Now())
