"""Work for people: opened once, claimed with a lease, snoozed, finished; and notes."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from core import clock
from core.actor import acting, person
from core.errors import BadValue, NotPermitted, NotThere, WorkDone, WorkTaken
from core.models import EventRecord, Note, WorkItem
from core.notes import add_note
from core.roles import Role
from core.work import (
    claim_work,
    finish_work,
    open_work,
    release_work,
    snooze_work,
    wake_work,
)
from tests.builders.people import someone
from tests.races import at_once


def review(subject: str = "order:7", **fields) -> WorkItem:
    wanted = {"title": "Look at it", "url": "/x/", "permission": "core.view_settings"} | fields
    return open_work("test.review", subject, **wanted)


@pytest.mark.django_db
def test_work_is_open_once_and_brought_up_to_date():
    first = review()
    second = review(title="Look again", priority=5)

    assert first.pk == second.pk
    assert WorkItem.objects.get().title == "Look again"
    assert finish_work("test.review", "order:7", outcome="accepted") is True
    assert finish_work("test.review", "order:7", outcome="accepted") is False
    assert review().pk != first.pk


@pytest.mark.django_db
def test_a_claim_keeps_others_away_until_it_ends():
    item, ann, bob = review(), someone(Role.MANAGER), someone(Role.MANAGER)
    with acting(person(ann)):
        assert claim_work(item.pk).owner == ann
        claim_work(item.pk)  # goes on
    with acting(person(bob)):
        for act in (claim_work, release_work, lambda pk: snooze_work(pk, until=tomorrow())):
            with pytest.raises(WorkTaken, match=str(ann)):
                act(item.pk)
        assert list(WorkItem.objects.free_for(bob.pk)) == []
        WorkItem.objects.update(lease_until=Now())
        assert list(WorkItem.objects.free_for(bob.pk)) == [item]
        assert claim_work(item.pk).owner == bob
    claimed = EventRecord.objects.filter(name="work.claimed")
    assert [record.actor for record in claimed] == [f"person:{ann.pk}", f"person:{bob.pk}"]


@pytest.mark.django_db
def test_snoozed_work_comes_back_by_itself():
    item = review()
    with acting(person(someone(Role.MANAGER))):
        snooze_work(item.pk, until=tomorrow())
    assert list(WorkItem.objects.ready()) == []
    assert list(WorkItem.objects.snoozed()) == [item]
    WorkItem.objects.update(snoozed_until=Now())
    assert list(WorkItem.objects.ready()) == [item]


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 91])
def test_a_snooze_ends_within_ninety_days(days):
    item = review()
    with acting(person(someone(Role.MANAGER))), pytest.raises(BadValue):
        snooze_work(item.pk, until=clock.now() + timedelta(days=days))


@pytest.mark.django_db
def test_only_who_may_do_it_sees_and_claims_it():
    item = review()
    with acting(person(someone(Role.AGENT))), pytest.raises(NotThere):
        claim_work(item.pk)
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        claim_work(item.pk)


@pytest.mark.django_db
def test_work_that_is_bound_to_a_place_is_for_its_people():
    bound = review(subject="order:8", channel_id=1)
    free = review()
    elsewhere = person(someone(Role.MANAGER, all_channels=False))
    assert list(WorkItem.objects.visible_to(elsewhere)) == [free]
    with acting(elsewhere), pytest.raises(NotThere):
        claim_work(bound.pk)
    assert WorkItem.objects.visible_to(person(someone(Role.MANAGER))).count() == 2


@pytest.mark.django_db
def test_what_is_done_is_done():
    item = review()
    finish_work("test.review", "order:7", outcome="x")
    with acting(person(someone(Role.MANAGER))), pytest.raises(WorkDone):
        claim_work(item.pk)


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_one_gets_it():
    item = review()
    people = [someone(Role.MANAGER) for _ in range(8)]

    def claim() -> None:
        with acting(person(people.pop())):
            claim_work(item.pk)

    refused = at_once(8, claim)

    assert [type(refusal) for refusal in refused] == [WorkTaken] * 7


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_open_the_same_work_at_once_none_errs():
    assert at_once(8, review) == []
    assert WorkItem.objects.count() == 1


@pytest.mark.django_db
def test_a_note_is_kept_apart_from_the_event_that_it_was_written():
    agent = someone(Role.AGENT, Role.ADMIN)
    with acting(person(agent)):
        note = add_note(f"user:{agent.pk}", "  Rang Mrs. Jones.  ")
    assert (note.text, note.author) == ("Rang Mrs. Jones.", agent)
    record = EventRecord.objects.get(name="note.added")
    assert record.payload == {"subject": f"user:{agent.pk}", "note_id": note.pk}
    assert f"user:{agent.pk}" in record.subjects


@pytest.mark.django_db
def test_a_card_number_in_a_note_is_masked_and_flagged():
    user = someone()
    note = add_note(f"user:{user.pk}", "Paid with 4111 1111 1111 1111, phone 020 7946 0958")
    assert "4111 1111" not in note.text
    assert note.text.endswith("phone 020 7946 0958")
    assert "1111" in note.text
    assert note.card_masked


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "text", "refusal"),
    [
        ("user:1", "   ", BadValue),
        ("user:1", "x" * 5001, BadValue),
        ("nothing:1", "x", BadValue),
        ("user:x", "x", BadValue),
        ("user:" + "9" * 30, "x", BadValue),
        ("", "x", BadValue),
        ("user:999999", "x", NotThere),
    ],
)
def test_a_note_says_something_about_a_thing_that_is_there(subject, text, refusal):
    with pytest.raises(refusal):
        add_note(subject, text)
    assert Note.objects.count() == 0


@pytest.mark.django_db
def test_nobody_notes_on_what_they_do_not_see():
    user = someone()
    with acting(person(someone(Role.AGENT))), pytest.raises(NotThere):
        add_note(f"user:{user.pk}", "x")  # accounts are for administrators


def tomorrow():
    return clock.now() + timedelta(days=1)


@pytest.mark.django_db
def test_snoozed_work_is_brought_back_by_hand():
    item = review()
    with acting(person(someone(Role.MANAGER))):
        snooze_work(item.pk, until=tomorrow())
        assert wake_work(item.pk).snoozed_until is None
        wake_work(item.pk)  # awake already
    assert list(WorkItem.objects.ready()) == [item]
    with acting(person(someone(Role.VIEWER))), pytest.raises(NotPermitted):
        wake_work(item.pk)


@pytest.mark.django_db
def test_a_thing_knows_the_work_about_it_and_who_is_at_it():
    item, ann = review(), someone(Role.MANAGER)
    other = review("order:8")
    assert [(one, one.held) for one in WorkItem.objects.about("order:7")] == [(item, False)]
    with acting(person(ann)):
        claim_work(item.pk)
    assert [(one.owner, one.held) for one in WorkItem.objects.about("order:7")] == [(ann, True)]
    WorkItem.objects.update(lease_until=Now())
    assert [one.held for one in WorkItem.objects.about("order:7")] == [False]
    finish_work("test.review", "order:8", outcome="done")
    assert not WorkItem.objects.about("order:8").filter(pk=other.pk).exists()
