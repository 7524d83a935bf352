"""Batches: row by row, as whoever asked; cut off anywhere, they end the same."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from core import batches
from core.actor import acting, current_actor, person
from core.batches import (
    KINDS,
    Progress,
    batch_kind,
    cancel_batch,
    retry_batch,
    run_batch,
    start_batch,
)
from core.errors import BadValue, BatchOver, NotPermitted
from core.jobs import work_off
from core.models import Batch, BatchRow, BatchState, EventRecord, Job, Note
from core.operations import operation
from core.people import change_person
from core.roles import Role
from tests.builders.api import Caller, caller, token_for
from tests.builders.people import someone


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kind():
    """A kind that writes a note per row; the text "bad" is refused, "bug" is a bug."""

    @operation(permission="core.view_settings")
    def write(text: str) -> None:
        """Write."""
        Note.objects.create(subject="user:1", text=f"{text} by {current_actor().name}")
        if text == "bad":
            raise BadValue(field="text", fix="not that")
        if text == "bug":
            raise ZeroDivisionError

    class Write:
        def prepare(self, batch):
            if batch.file_in:
                lines = batch.file_in.read().decode().split()
                return ((str(place), {"text": line}) for place, line in enumerate(lines))
            return None

        def each(self, row) -> str:
            write(row.data["text"])
            row.result = {"wrote": row.data["text"]}
            return f"Wrote {row.data['text']}."

    yield batch_kind("test.write", permission="core.view_settings")(Write)
    del KINDS["test.write"]


def start(*texts: str, **fields) -> Batch:
    rows = [(text, {"text": text}) for text in texts] if texts else None
    return start_batch("test.write", title="Write notes", rows=rows, **fields)


def states(batch: Batch) -> list[str]:
    return list(batch.rows.order_by("position").values_list("state", flat=True))


@pytest.mark.django_db
def test_rows_are_done_as_whoever_asked_and_a_refusal_is_the_rows_result(kind):
    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        batch = start("a", "bad", "b")
    assert batch.state == BatchState.WAITING
    work_off(run_batch)

    batch.refresh_from_db()
    assert (batch.state, batch.total, batch.done, batch.failed) == ("done", 3, 2, 1)
    assert states(batch) == ["done", "failed", "done"]
    failed = batch.rows.get(position=2)
    assert (failed.code, failed.message) == ("bad_value", "text: not that")
    written = Note.objects.order_by("id").values_list("text", flat=True)
    assert list(written) == [f"a by person:{asker.pk}", f"b by person:{asker.pk}"]
    finished = EventRecord.objects.get(name="batch.finished")
    assert (finished.payload["done"], finished.payload["failed"]) == (2, 1)


@pytest.mark.django_db
def test_the_failed_are_tried_again_and_the_done_are_not(kind):
    batch = start("a", "bad")
    work_off(run_batch)
    batch.rows.filter(state="failed").update(data={"text": "good"})

    retry_batch(batch.pk)
    work_off(run_batch)

    batch.refresh_from_db()
    assert (batch.state, batch.done, batch.failed) == ("done", 2, 0)
    assert Note.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_killed_between_two_rows_it_goes_on_where_it_was(kind, monkeypatch):
    """A row's effect and its result commit together, so none is done twice."""

    class Killed(BaseException):
        pass

    batch = start("a", "b", "c")
    seen = []

    def kill(self: Progress) -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Killed

    monkeypatch.setattr(Progress, "row_done", kill)
    with pytest.raises(Killed):
        work_off(run_batch)
    assert states(batch) == ["done", "done", "waiting"]
    monkeypatch.undo()

    Job.objects.update(lease_until="2020-01-01T00:00Z")
    work_off(run_batch)

    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("done", 3)
    assert Note.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_killed_between_a_rows_effect_and_its_result_neither_is_there(kind, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(self, *_: object, **__: object) -> None:
        raise Killed

    batch = start("a", "b")
    monkeypatch.setattr(BatchRow, "save", kill)
    with pytest.raises(Killed):
        work_off(run_batch)
    monkeypatch.undo()
    assert Note.objects.count() == 0
    assert states(batch) == ["waiting", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_a_bug_in_a_row_undoes_it_and_breaks_the_batch_off_after_eight_tries(kind):
    batch = start("a", "bug")
    for _ in range(8):
        Job.objects.filter(state="waiting").update(not_before="2020-01-01T00:00Z")
        work_off(run_batch)
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert batch.last_error.startswith("ZeroDivisionError")
    assert Note.objects.count() == 1
    assert Job.objects.get(kind="core.run_batch").state == "dead"


@pytest.mark.django_db
def test_rows_come_from_the_file_that_was_sent(kind):
    batch = start(file=ContentFile(b"x y z", name="notes.txt"))
    assert Path(batch.file_in.name).name.startswith("notes")
    work_off(run_batch)
    batch.refresh_from_db()
    assert (batch.total, batch.done) == (3, 3)


@pytest.mark.django_db
def test_cancelled_it_stops_after_the_row_that_it_is_at(kind, monkeypatch):
    monkeypatch.setattr(batches, "TELL_SECONDS", 0)
    batch = start("a", "b", "c")
    real = kind.each

    def then_cancel(self, row):
        said = real(self, row)
        cancel_batch(batch.pk)
        return said

    monkeypatch.setattr(kind, "each", then_cancel)
    work_off(run_batch)

    batch.refresh_from_db()
    assert batch.state == BatchState.CANCELLED
    assert states(batch) == ["done", "waiting", "waiting"]
    assert batch.done == 1
    with pytest.raises(BatchOver):
        cancel_batch(batch.pk)


@pytest.mark.django_db
def test_a_long_one_makes_room_for_others_and_goes_on(kind, monkeypatch):
    monkeypatch.setattr(batches, "TELL_SECONDS", 0)
    monkeypatch.setattr(batches, "SLICE_SECONDS", -1)
    batch = start("a", "b", "c")
    slices = 0
    while work_off(run_batch):
        slices += 1
    batch.refresh_from_db()
    assert (batch.state, batch.done) == ("done", 3)
    assert slices == 4


@pytest.mark.django_db
def test_a_kind_that_runs_by_itself_is_called_again_until_it_is_done():
    taken = []

    @batch_kind("test.run", permission="core.view_settings")
    class Run:
        def run(self, batch, progress) -> None:
            for number in range(len(taken) + 1, 4):
                taken.append(number)
                progress(number, report={"last": number})

        def finish(self, batch) -> None:
            batch.file_out.save("out.txt", ContentFile(b"done"))

    batch = start_batch("test.run", title="Run")
    work_off(run_batch)
    batch.refresh_from_db()
    del KINDS["test.run"]
    assert (batch.state, batch.done, batch.report) == ("done", 3, {"last": 3})
    assert batch.file_out.read() == b"done"


@pytest.mark.django_db
def test_only_who_may_do_the_rows_may_start_it(kind):
    with acting(person(someone(Role.AGENT))), pytest.raises(NotPermitted):
        start("a")


@pytest.mark.django_db
def test_who_lost_the_right_meanwhile_does_nothing(kind):
    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        batch = start("a")
    change_person(asker.pk, roles=[Role.PICKER])
    work_off(run_batch)
    assert states(batch) == ["failed"]
    assert Note.objects.count() == 0


@pytest.mark.django_db
def test_a_tokens_batch_has_the_tokens_rights_only(kind):
    asker = someone(Role.MANAGER)
    token = token_for(asker, "core.start_batch", "core.view_batch")
    from core.api.auth import token_actor
    from core.models import ApiToken

    with acting(token_actor(ApiToken.objects.get())), pytest.raises(NotPermitted):
        start("a")
    assert Caller(token).get("/batches").json()["results"] == []


@pytest.mark.django_db
def test_through_the_api_it_is_followed_and_its_rows_are_read(kind):
    asker = someone(Role.MANAGER)
    with acting(person(asker)):
        batch = start("a", "bad")
    work_off(run_batch)
    api = caller(asker)

    shown = api.get(f"/batches/{batch.public_id}").json()
    rows = api.get(f"/batches/{batch.public_id}/rows?state=failed").json()["results"]

    assert (shown["state"], shown["done"], shown["failed"]) == ("done", 1, 1)
    assert [(row["position"], row["code"]) for row in rows] == [(2, "bad_value")]
    assert api.get("/batches/0123456789abcdef/rows").status_code == 404
    assert api.post(f"/batches/{batch.public_id}/retry").json()["state"] == "waiting"
    assert api.post(f"/batches/{batch.public_id}/cancel").json()["state"] == "cancelled"
    again = api.post(f"/batches/{batch.public_id}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "batch_over")


@pytest.mark.django_db
def test_another_ones_batch_is_not_there_for_who_is_bound_to_places(kind):
    batch = start("a")
    bound = caller(someone(Role.MANAGER, all_channels=False))
    assert bound.get(f"/batches/{batch.public_id}").status_code == 404
    assert caller(someone(Role.MANAGER)).get(f"/batches/{batch.public_id}").status_code == 200
