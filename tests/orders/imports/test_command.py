"""`manage.py import_orders` that breaks off: it says so, and goes on when it is started again."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import clock
from core.batches import run_batch
from core.jobs import work_off
from core.models import Batch
from core.roles import Role
from orders.operations.imports import run
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(someone(Role.MANAGER))
    return client


@pytest.mark.parametrize("trouble", [RuntimeError("disk"), KeyboardInterrupt()])
def test_a_command_that_breaks_off_says_so_and_goes_on_when_started_again(
    channel, invoices, monkeypatch, trouble
):
    path = str(invoices())
    take = run.take_chunk

    def break_off(*args, **kwargs):
        raise trouble

    monkeypatch.setattr(run, "take_chunk", break_off)
    with pytest.raises(type(trouble)):
        call_command("import_orders", path, channel="uk-web", profile="online_retail")
    batch = Batch.objects.get()
    assert batch.state == "failed"
    assert batch.last_error.startswith("Broken off (")

    monkeypatch.setattr(run, "take_chunk", take)
    call_command("import_orders", path, channel="uk-web", profile="online_retail")

    batch.refresh_from_db()
    assert (batch.state, batch.last_error) == ("done", "")
    assert Batch.objects.count() == 1
    assert batch.done + batch.failed == batch.report["rows"]


def test_a_command_that_was_killed_is_shown_as_stopped_and_can_be_retried(
    channel, invoices, manager, monkeypatch
):
    def die(*args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(run, "take_chunk", die)
    with pytest.raises(SystemExit):
        call_command("import_orders", str(invoices()), channel="uk-web", profile="online_retail")
    batch = Batch.objects.get()
    Batch.objects.update(state="running", finished_at=None, last_error="")  # as SIGKILL leaves it
    assert batch.seen_at is not None
    monkeypatch.undo()
    there = reverse("core:batch", args=[batch.public_id])
    assert "Running" in manager.get(there).content.decode()
    retry = reverse("core:batch_retry", args=[batch.public_id])
    assert manager.post(retry).status_code == 409

    with clock.pinned(clock.now() + timedelta(minutes=6)):
        page = manager.get(there).content.decode()
        assert "Stopped" in page
        assert "Start the same command again" in page
        assert manager.post(retry).status_code == 302
        work_off(run_batch)
    batch.refresh_from_db()
    assert batch.state == "done"
