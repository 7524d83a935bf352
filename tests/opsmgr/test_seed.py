"""When `up` migrates, and when it loads the demo shop."""

from types import SimpleNamespace

import pytest

from opsmgr import up
from opsmgr.up import Seed


@pytest.fixture
def prepared(monkeypatch) -> list[list[str]]:
    """What was asked of the database, in order."""
    asked: list[list[str]] = []
    monkeypatch.setattr(up, "_prepare", lambda tasks, environ: asked.append(tasks))
    return asked


@pytest.fixture
def ours(tmp_path):
    return SimpleNamespace(postgres=SimpleNamespace(data=tmp_path))


GIVEN = SimpleNamespace(postgres=None)


def test_a_new_database_of_ours_is_migrated_and_gets_the_shop_once(ours, prepared):
    for _ in range(3):
        up.migrate_and_seed(ours, {}, seed=Seed.WHERE_OURS)
    assert prepared == [["--migrate", "--seed"]]


def test_changed_code_is_migrated_and_not_seeded_again(ours, prepared, monkeypatch):
    up.migrate_and_seed(ours, {}, seed=Seed.WHERE_OURS)
    monkeypatch.setattr(up, "code_digest", lambda: "changed")
    up.migrate_and_seed(ours, {}, seed=Seed.WHERE_OURS)
    assert prepared == [["--migrate", "--seed"], ["--migrate"]]


def test_who_declined_is_not_asked_again_until_they_ask(ours, prepared):
    up.migrate_and_seed(ours, {}, seed=Seed.DECLINE)
    up.migrate_and_seed(ours, {}, seed=Seed.WHERE_OURS)
    up.migrate_and_seed(ours, {}, seed=Seed.LOAD)
    up.migrate_and_seed(ours, {}, seed=Seed.LOAD)
    assert prepared == [["--migrate"], ["--seed"]]


def test_another_command_migrates_and_leaves_the_shop_to_up(ours, prepared):
    up.migrate_and_seed(ours, {})
    up.migrate_and_seed(ours, {}, seed=Seed.WHERE_OURS)
    assert prepared == [["--migrate"], ["--seed"]]


def test_a_given_database_is_left_alone_unless_asked(prepared):
    up.migrate_and_seed(GIVEN, {}, seed=Seed.WHERE_OURS)
    assert prepared == []
    up.migrate_and_seed(GIVEN, {}, migrate=True, seed=Seed.LOAD)
    assert prepared == [["--migrate", "--seed"]]
