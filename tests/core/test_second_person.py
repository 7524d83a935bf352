"""Approvals: another person's yes, on what is true by then."""

import pytest

from core.actor import acting, current_actor, person
from core.api.auth import token_actor
from core.approvals import approved_by, ask_approval, decide_approval, withdraw_approval
from core.errors import AlreadyDecided, NotPermitted, Refused, SecondPersonNeeded
from core.models import ApiToken, Approval, EventRecord
from core.operations import CATALOGUE, operation
from core.roles import Role
from tests.builders.api import caller, token_for
from tests.builders.people import someone
from tests.races import at_once


@pytest.fixture
def pay():
    """An operation over the limit: `pay.done` are the amounts, with who approved and who did."""
    done = []

    class Empty(Refused):
        code = "empty"
        sentence = "The till is empty."

    @operation(permission="core.view_settings")  # managers and admins
    def pay(*, pounds: int) -> Approval | None:
        """Pay out."""
        if approved_by() is None:
            return ask_approval(
                "tests.pay", {"pounds": pounds}, sentence=f"Pay {pounds} pounds", facts={},
                permission="core.decide_approval", subject="order:7",
            )  # fmt: skip
        if pounds > 1000:
            raise Empty
        done.append((pounds, approved_by(), current_actor().name))
        return None

    pay.done, pay.Empty = done, Empty
    yield pay
    del CATALOGUE["tests.pay"]


@pytest.mark.django_db
def test_it_is_done_when_a_second_person_says_yes(pay):
    asker, boss = someone(Role.MANAGER), someone(Role.MANAGER)
    with acting(person(asker)):
        asked = pay(pounds=500)
        assert pay(pounds=500) == asked  # asked once
    assert pay.done == []

    with acting(person(boss)):
        decide_approval(asked.pk, approve=True, note="fine")

    assert pay.done == [(500, boss.pk, f"person:{boss.pk}")]
    assert approved_by() is None
    names = EventRecord.objects.filter(subjects__contains=["order:7"]).values_list(
        "name", flat=True
    )
    assert list(names) == ["approval.asked", "approval.decided"]


@pytest.mark.django_db
def test_who_asked_cannot_say_yes_also_not_by_their_token(pay):
    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        asked = pay(pounds=500)
        with pytest.raises(SecondPersonNeeded):
            decide_approval(asked.pk, approve=True)
    token_for(asker)
    with acting(token_actor(ApiToken.objects.get())), pytest.raises(SecondPersonNeeded):
        decide_approval(asked.pk, approve=True)
    answer = caller(asker).post(f"/approvals/{asked.public_id}/decide", {"approve": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "second_person_needed")
    assert pay.done == []


@pytest.mark.django_db
def test_what_a_token_asked_its_person_cannot_approve(pay):
    asker = someone(Role.MANAGER)
    token_for(asker)
    with acting(token_actor(ApiToken.objects.get())):
        asked = pay(pounds=500)
    with acting(person(asker)), pytest.raises(SecondPersonNeeded):
        decide_approval(asked.pk, approve=True)


@pytest.mark.django_db
def test_the_database_itself_refuses_the_same_person(pay):
    from django.db import IntegrityError, transaction

    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        asked = pay(pounds=500)
    with pytest.raises(IntegrityError, match="approval_by_a_second_person"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(state="approved", decided_by=asker)


@pytest.mark.django_db
def test_what_is_refused_by_then_leaves_the_question_open(pay):
    with acting(person(someone(Role.MANAGER))):
        asked = pay(pounds=5000)
    with acting(person(someone(Role.MANAGER))), pytest.raises(pay.Empty):
        decide_approval(asked.pk, approve=True)
    asked.refresh_from_db()
    assert asked.state == "waiting"
    assert asked.decided_by is None


@pytest.mark.django_db
def test_rejected_is_not_done_and_decided_once(pay):
    with acting(person(someone(Role.MANAGER))):
        asked = pay(pounds=500)
    with acting(person(someone(Role.FINANCE))):
        decide_approval(asked.pk, approve=False, note="no")
        with pytest.raises(AlreadyDecided):
            decide_approval(asked.pk, approve=True)
    assert pay.done == []


@pytest.mark.django_db
def test_without_the_right_that_it_asks_for_nobody_approves(pay):
    with acting(person(someone(Role.MANAGER))):
        asked = pay(pounds=500)
    for role in (Role.ADMIN, Role.AGENT, Role.VIEWER):
        with acting(person(someone(role))), pytest.raises(NotPermitted):
            decide_approval(asked.pk, approve=True)


@pytest.mark.django_db
def test_only_the_asker_takes_it_back(pay):
    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        asked = pay(pounds=500)
    with acting(person(someone(Role.AGENT))), pytest.raises(NotPermitted):
        withdraw_approval(asked.pk)
    with acting(person(asker)):
        assert withdraw_approval(asked.pk).state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_of_four_who_approve_at_once_one_does(pay):
    with acting(person(someone(Role.MANAGER))):
        asked = pay(pounds=500)
    bosses = [someone(Role.MANAGER) for _ in range(4)]

    def approve() -> None:
        with acting(person(bosses.pop())):
            decide_approval(asked.pk, approve=True)

    refused = at_once(4, approve)

    assert [type(refusal) for refusal in refused] == [AlreadyDecided] * 3
    assert len(pay.done) == 1
