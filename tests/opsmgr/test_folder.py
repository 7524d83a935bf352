"""Who holds the folder, and who waits for it."""

import pytest

from opsmgr import folder


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "STATE", tmp_path)


def test_who_waits_goes_on_as_soon_as_what_it_waited_for_is_there():
    answers = iter([None, None, "an `up` that is ready"])

    with (
        folder.holding("`manage.py up`"),
        pytest.raises(folder.NoNeedToHold),
        folder.holding_patiently("`manage.py shell`", name="lock", unless=lambda: next(answers)),
    ):
        pytest.fail("two held the folder")


def test_who_need_not_wait_holds_it():
    with (
        folder.holding_patiently("`manage.py shell`", name="lock", unless=lambda: "no matter"),
        pytest.raises(folder.InUse, match="shell"),
        folder.holding("other"),
    ):
        pytest.fail("two held the folder")
