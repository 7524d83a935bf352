"""Files of orders through pages and API: who may, what is refused with which words."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from core.actor import acting, person
from core.batches import cancel_batch, retry_batch, run_batch
from core.errors import NotThere
from core.jobs import work_off
from core.models import Batch, BatchRow, Job, JobState
from core.roles import Role
from inventory.models import ChannelAccess, Sku
from orders.models import ImportedReturnLine, ImportLine, ImportProfile, Order
from orders.operations.imports import run, staging
from orders.operations.imports.opening import start_import
from tests.builders.api import Caller, caller
from tests.builders.people import someone
from tests.orders.imports.conftest import HEADER, ROWS

pytestmark = pytest.mark.django_db
CSV = "\n".join([HEADER, *ROWS]).encode()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def manager(client):
    client.force_login(someone(Role.MANAGER))
    return client


def form(content: bytes = CSV, name: str = "orders.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return {"file": file, "channel": "uk-web", "profile": "online_retail", **fields}


def send(client, content: bytes = CSV, **fields):
    return client.post(reverse("orders:import"), form(content, **fields))


def done(client, content: bytes = CSV, **fields) -> Batch:
    """Send it, let the worker do it."""
    answer = send(client, content, **fields)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    work_off(run_batch)
    batch = Batch.objects.latest("id")
    assert answer["Location"] == f"/batches/{batch.public_id}/"
    return batch


def report_page(client, batch: Batch) -> str:
    """The batch's page, which shows the report."""
    answer = client.get(reverse("core:batch", args=[batch.public_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sent_file_becomes_orders_in_the_background(channel, manager):
    batch = done(manager)

    assert (batch.state, batch.done, batch.failed, batch.total) == ("done", 6, 3, 9)
    assert batch.report["balanced"]
    assert Order.objects.count() == 3
    assert batch.actor.startswith("person:")
    assert not ImportLine.objects.exists()


def test_a_try_writes_nothing_but_its_report(channel, manager):
    batch = done(manager, dry_run="on")

    assert batch.report["new_skus"] == 3
    assert not Order.objects.exists()
    assert not Sku.objects.exists()
    assert "What would happen" in report_page(manager, batch)


def test_the_report_names_what_was_set_aside_and_exports_it(channel, manager):
    batch = done(manager)

    said = report_page(manager, batch)
    assert "It adds up." in said
    assert "negative units on a sale" in said
    url = reverse("orders:import_aside", args=[batch.public_id])
    assert "no units" in manager.get(url).content.decode()
    csv = b"".join(manager.get(f"{url}?export=csv").streaming_content).decode()
    assert "6,101,PEN,0,1.000000,no units" in csv


def test_new_orders_are_placed_live(channel, manager):
    batch = done(manager, live="on")

    assert batch.state == "done"
    assert set(Order.objects.values_list("status", "historical")) == {("open", False)}


def test_the_same_file_again_finds_everything_there_already(channel, manager):
    done(manager)

    again = done(manager)

    assert {name: part["rows"] for name, part in again.report["outcomes"].items()} == {
        "already": 6, "set_aside": 3,
    }  # fmt: skip
    assert Order.objects.count() == 3


def test_sent_twice_before_a_worker_comes_is_one_import(channel, manager):
    first, second = send(manager), send(manager)

    assert first["Location"] == second["Location"]
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER.encode() + b"\n" + b"x" * 10_000_000, "Line 2 is longer than 200,000 characters"),
        (b"x" * 10_000_000, "Line 1 is longer than 200,000 characters"),
        (HEADER.encode(), "The file has a header but no rows"),
        (b"InvoiceNo,StockCode\n1,A\n", 'There is no column "Quantity"'),
        (gzip.compress(CSV * 50)[:-40], "damaged"),
        (b"\x1f\x8bnot gzip at all", "The gzip file is damaged"),
        (HEADER.encode() + b"\n\x81\xfe\x8d", "bytes that are no text; save the file as UTF-8"),
        (b"\x81\xfe\x8d", "bytes that are no text; save the file as UTF-8"),
        (b"\xff\xfe\x00", "bytes that are no text"),
        (b"PK\x03\x04" + bytes(500), "There is no column"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_a_sentence(channel, manager, content, said):
    batch = done(manager, content)

    assert batch.state == "failed"
    assert said in batch.last_error
    assert not Order.objects.exists()


def test_an_empty_file_is_refused_at_once(channel, manager):
    answer = send(manager, b"")

    assert answer.status_code == 422
    assert "The file is empty" in answer.content.decode()
    assert not Batch.objects.exists()


def test_too_large_a_file_is_refused_at_once(channel, manager, monkeypatch):
    from orders.operations.imports import opening

    monkeypatch.setattr(opening, "MOST_BYTES", 100)

    assert "larger than" in send(manager).content.decode()


def test_formulas_and_nul_stay_text(channel, manager):
    row = '200,CALC,"=HYPERLINK(""http://x"",""y"")\x00",1,2010-12-01 08:26,2.00,17850,EIRE'
    batch = done(manager, f"{HEADER}\n{row}\n".encode())

    assert batch.state == "done"
    line = Order.objects.get().lines.get()
    assert line.title == '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_office_programs_write_is_read(channel, manager, encoding):
    row = "200,MUG,Täfelchen,1,2010-12-01 08:26,2.00,17850,EIRE"
    done(manager, f"{HEADER}\n{row}\n".encode(encoding))

    assert Order.objects.get().lines.get().title == "Täfelchen"


def test_a_file_is_staged_in_pieces(channel, manager, monkeypatch):
    monkeypatch.setattr(staging, "PIECE", 2)

    assert done(manager).report["balanced"]
    assert Order.objects.count() == 3


def test_more_rows_than_anybody_imports_are_refused(channel, manager, monkeypatch):
    monkeypatch.setattr(staging, "MOST_ROWS", 5)

    assert "split it" in done(manager).last_error


def test_cancelled_it_stops_and_tried_again_it_goes_on(channel, manager, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 1)
    before = run.take_chunk

    def cancelled_meanwhile(target, *, first, last):
        before(target, first=first, last=last)
        if first == 1:
            cancel_batch(target.batch_id)

    monkeypatch.setattr(run, "take_chunk", cancelled_meanwhile)
    batch = done(manager)
    assert (batch.state, Order.objects.count()) == ("cancelled", 1)

    monkeypatch.setattr(run, "take_chunk", before)
    retry_batch(batch.pk)
    work_off(run_batch)
    batch.refresh_from_db()
    assert (batch.state, Order.objects.count()) == ("done", 3)
    assert batch.report["balanced"]
    assert BatchRow.objects.filter(batch=batch).exclude(message="").count() == 3


def test_a_whole_import_tried_again_reads_the_file_anew(channel, manager):
    batch = done(manager)

    retry_batch(batch.pk)
    work_off(run_batch)

    batch.refresh_from_db()
    assert batch.state == "done"
    assert batch.report["outcomes"]["already"]["rows"] == 6
    assert batch.report["balanced"]
    assert BatchRow.objects.filter(batch=batch).count() == 3


def test_two_runs_of_one_import_share_the_work(channel, manager, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 1)
    send(manager)
    batch = Batch.objects.get()
    before = run.take_chunk

    def twice(target, *, first, last):
        before(target, first=first, last=last)
        before(target, first=first, last=last)

    monkeypatch.setattr(run, "take_chunk", twice)
    run.run_import(batch.pk)

    batch.refresh_from_db()
    assert batch.report["balanced"]
    assert Order.objects.count() == 3


@pytest.mark.parametrize("role", [Role.AGENT, Role.PICKER, Role.VIEWER, Role.FINANCE])
def test_others_may_not_import(channel, client, role):
    client.force_login(someone(role))

    assert client.get(reverse("orders:import")).status_code == 403
    assert send(client).status_code == 403
    assert not Batch.objects.exists()


def test_a_channel_out_of_reach_cannot_be_chosen(channel, client):
    bound = someone(Role.MANAGER, all_channels=False)
    client.force_login(bound)
    assert send(client).status_code == 422
    assert not Batch.objects.exists()

    ChannelAccess.objects.create(user=bound, channel=channel)
    assert send(client).status_code == 302


def test_the_command_matches_credits_without_a_worker(channel, invoices, capsys):
    from django.core.management import call_command

    call_command("import_orders", str(invoices()), channel="uk-web", profile="online_retail")

    assert ImportedReturnLine.objects.get().state == "matched"
    said = capsys.readouterr().out
    assert "credits belong to an order" in said
    assert not Job.objects.filter(
        kind="returns.match_imported", state__in=[JobState.ASKED, JobState.WAITING]
    ).exists()


# -- API ---------------------------------------------------------------------------------------


@pytest.fixture
def shop(channel) -> Caller:
    """A system that calls with a token of a manager."""
    return caller(someone(Role.MANAGER))


def post(shop: Caller, content: bytes = CSV, headers=None, **fields):
    body = encode_multipart(BOUNDARY, form(content, **fields))
    return shop.post(
        "/orders/import", body, **{"content-type": MULTIPART_CONTENT}, **(headers or {})
    )


def test_the_api_takes_a_file_and_names_its_batch(shop):
    answer = post(shop)

    assert answer.status_code == 202, answer.content
    batch = Batch.objects.get()
    assert answer.json() == {
        "batch": batch.public_id, "url": f"/api/v1/batches/{batch.public_id}",
    }  # fmt: skip
    work_off(run_batch)
    told = shop.get(f"/batches/{batch.public_id}").json()
    assert told["state"] == "done"
    assert told["report"]["orders"] == 3


def test_the_api_takes_larger_files_than_documents(shop, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    many = "\n".join([HEADER, *ROWS * 20]).encode()

    assert post(shop, many).status_code == 202


def test_the_same_key_is_answered_the_same_and_another_file_refused(shop):
    key = {"idempotency_key": "file-1"}

    first, again = post(shop, headers=key), post(shop, headers=key)
    other = post(shop, CSV + b"\n", headers=key)

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"channel": "moon"}, "/channel"),
        ({"profile": "moon"}, "/profile"),
        ({"content": b""}, "/file"),
        ({"limit": "0"}, "/limit"),
        ({"colour": "blue"}, "/colour"),
    ],
)
def test_what_the_api_cannot_use_is_named(shop, fields, pointer):
    answer = post(shop, **fields)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Batch.objects.exists()


def test_the_api_asks_for_the_permission(channel):
    assert post(caller(someone(Role.AGENT))).status_code == 403
    assert post(caller(someone(Role.MANAGER), "orders.view_order")).status_code == 403
    assert post(Caller()).status_code == 401


def test_profiles_are_read_and_replaced_through_the_api(channel):
    admin = caller(someone(Role.ADMIN))
    plain = {name: name for name in ("channel_ref", "sku", "units", "unit_price", "placed_at")}

    made = admin.ask("PUT", "/import-profiles/shop", {"name": "Shop", "columns": plain})
    assert (made.status_code, made.json()["rules"]) == (201, {})
    rules = {"paid": False}
    put = {"name": "Shop", "columns": plain, "rules": rules}
    changed = admin.ask("PUT", "/import-profiles/shop", put)
    assert (changed.status_code, changed.json()["rules"]) == (200, rules)
    assert admin.get("/import-profiles/shop").json()["columns"] == plain
    codes = [row["code"] for row in admin.get("/import-profiles").json()["results"]]
    assert codes == ["generic", "online_retail", "shop"]
    assert ImportProfile.objects.get(code="shop").rules == rules


def test_a_bad_profile_is_refused_by_field_and_others_may_not_change_one(channel):
    body = {"name": "Shop", "columns": {"sku": "Code"}, "rules": {}}
    address = "/import-profiles/generic"

    answer = caller(someone(Role.ADMIN)).ask("PUT", address, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/columns/channel_ref"
    assert (
        caller(someone(Role.AGENT)).ask("PUT", "/import-profiles/generic", body).status_code == 403
    )


def test_a_channel_out_of_reach_reads_as_one_that_is_not_there(channel):
    bound = someone(Role.MANAGER, all_channels=False)

    hidden, unknown = post(caller(bound)), post(caller(bound), channel="moon")

    assert hidden.status_code == unknown.status_code == 422
    assert (
        hidden.json()["errors"][0]["detail"].replace("uk-web", "moon")
        == (unknown.json()["errors"][0]["detail"])
    )
    with acting(person(bound)), pytest.raises(NotThere):
        start_import(channel.pk, profile="online_retail", file=SimpleUploadedFile("a.csv", CSV))
    assert not Batch.objects.exists()
