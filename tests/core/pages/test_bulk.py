"""Acts on many rows: frozen, shown, run in the background, undone."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core.actor import acting, person
from core.batches import run_batch
from core.bulk import ChoiceGone, NothingChosen, TooManyChosen, can_undo, choice_of, start, undo
from core.errors import BadValue, NotThere
from core.models import Batch, RowState, User
from core.roles import Role
from tests.builders.people import someone


def token_of(answer):
    return re.search(r'action="/bulk/([^/"]+)/"', answer.text)[1]


def test_ticked_rows_are_shown_before_anything_happens(ask, people):
    answer = ask(f"?bulk=rename&tick={people[0].pk}&tick={people[1].pk}")

    assert "Rename: 2 rows" in answer.text
    assert "Zed" in answer.text
    assert "Bob" not in answer.text
    assert "It can be undone." in answer.text
    assert Batch.objects.count() == 0


def test_all_that_match_are_frozen_at_that_moment(ask, people, manager):
    token = token_of(ask("?bulk=rename&every=1&theme=dark"))
    User.objects.create_user("late@example.com", name="Late", theme="dark")
    User.objects.filter(name="Bob").update(theme="light")

    with acting(person(manager)):
        assert choice_of(token).ids == sorted(one.pk for one in people if one.theme == "dark")


def test_a_selection_belongs_to_who_made_it(ask, people):
    token = token_of(ask("?bulk=rename&every=1"))

    with acting(person(someone(Role.MANAGER))), pytest.raises(ChoiceGone):
        choice_of(token)


def test_an_act_that_is_not_theirs_does_not_exist(ask, people):
    viewer = someone(Role.VIEWER)

    assert 'name="bulk"' not in ask(as_=viewer).text
    with pytest.raises(NotThere):
        ask("?bulk=rename&every=1", as_=viewer)
    with pytest.raises(NotThere):
        ask("?bulk=delete_everything&every=1")


def test_nothing_and_too_much_are_refused(ask, people, monkeypatch):
    with pytest.raises(NothingChosen):
        ask("?bulk=rename&tick=abc&tick=99999999999999999999")
    monkeypatch.setattr("core.bulk.ROWS_MAX", 2)
    with pytest.raises(TooManyChosen):
        ask("?bulk=rename&every=1")


def test_each_row_has_its_own_result_and_it_can_be_undone(ask, people, manager):
    token = token_of(ask("?bulk=rename&every=1&theme=dark"))
    with acting(person(manager)):
        batch = start(choice_of(token), {"name": "Renamed"})
    run_batch.do(str(batch.pk))

    zed, _, bob = people
    rows = {row.key: (row.state, row.message) for row in batch.rows.all()}
    assert rows[str(zed.pk)] == (RowState.FAILED, "Zed keeps their name.")
    assert rows[str(bob.pk)][0] == RowState.DONE
    assert User.objects.get(pk=bob.pk).name == "Renamed"

    with acting(person(manager)):
        back = undo(batch)
    run_batch.do(str(back.pk))
    assert User.objects.get(pk=bob.pk).name == "as before"
    assert [row.key for row in back.rows.all()] == [str(bob.pk)]
    assert not can_undo(batch), "it is undone"
    with acting(person(manager)), pytest.raises(BadValue):
        undo(batch)


def test_the_page_starts_it_or_shows_the_form_again(ask, people, manager):
    token = token_of(ask("?bulk=rename&every=1&theme=dark"))
    client = Client()
    client.force_login(manager)
    url = reverse("core:bulk", args=[token])

    wrong = client.post(url, {"name": "x" * 50})
    assert wrong.status_code == 422
    assert "at most 20 characters" in wrong.content.decode()
    assert Batch.objects.count() == 0

    done = client.post(url, {"name": "Fine"})
    assert done.status_code == 302
    assert done["Location"] == "/people/?theme=dark"
    assert Batch.objects.get().total == 2
