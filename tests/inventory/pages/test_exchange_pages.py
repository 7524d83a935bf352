import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.jobs import KINDS, admit_jobs, work_off
from core.models import Batch
from core.roles import Role
from inventory.models import ColumnMapping, Sku
from tests.builders.api import token_for
from tests.builders.inventory import sku, stock
from tests.builders.people import someone


@pytest.fixture(autouse=True)
def _files_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def buyer(client: Client) -> Client:
    client.force_login(someone(Role.BUYER))
    return client


def worked() -> Batch:
    admit_jobs()
    work_off(KINDS["core.run_batch"])
    return Batch.objects.latest("id")


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("list.csv", text.encode())


def send(client: Client, text: str, **fields: object) -> Batch:
    usual = {"kind": "products", "empty": "keep", "reason": "count", "file": upload(text)}
    answer = client.post(reverse("inventory:exchange"), usual | fields)
    assert answer.status_code == 302, answer.content
    return worked()


@pytest.mark.django_db
def test_a_file_is_mapped_checked_and_applied(buyer):
    check = send(buyer, "Artikel,Titel\nA,Becher\nB,\n")
    page = buyer.get(check.get_absolute_url()).content.decode()
    assert "Say below which column is this" in page
    assert "Becher" in page
    again = reverse("inventory:exchange_again", args=[check.public_id])
    columns = {"map-sku": "Artikel", "map-title": "Titel", "name": "Ours"}
    buyer.post(again, columns)
    check = worked()
    page = buyer.get(check.get_absolute_url()).content.decode()
    assert "B is new: give it a title." in page
    assert ColumnMapping.objects.get().columns == {"sku": "Artikel", "title": "Titel"}
    errors = buyer.get(reverse("inventory:exchange_errors", args=[check.public_id]))
    assert b"3,title,B is new" in b"".join(errors.streaming_content)
    url = reverse("inventory:exchange_apply", args=[check.public_id])
    buyer.post(url, {"mode": "good"})
    done = worked()
    assert (done.state, Sku.objects.get().code) == ("done", "A")
    page = buyer.get(done.get_absolute_url()).content.decode()
    assert "What became of the file" in page
    check = send(buyer, "Artikel,Titel\nA,Becher\n", saved=ColumnMapping.objects.get().pk)
    assert check.report["unchanged"] == 1


@pytest.mark.django_db
def test_what_is_asked_wrongly_is_refused_not_broken(buyer):
    assert buyer.post(reverse("inventory:exchange"), {}).status_code == 422
    check = send(buyer, "sku,title\nA,Becher\n")
    for name, sent in (("again", {"map-sku": "x"}), ("apply", {"mode": "x"}), ("again", {})):
        url = reverse(f"inventory:exchange_{name}", args=[check.public_id])
        assert buyer.post(url, sent).status_code == 302
    for query in ("?kind=x", "?format=x"):
        url = reverse("inventory:exchange_export") + query
        assert buyer.get(url).status_code == 422
    assert buyer.get(reverse("inventory:exchange_errors", args=["x"])).status_code == 404


@pytest.mark.django_db
def test_who_may_do_what(client):
    stock("MUG", on_hand=1)
    client.force_login(someone(Role.FINANCE))
    page = client.get(reverse("inventory:exchange")).content.decode()
    assert 'value="costs"' in page
    assert 'value="products"' not in page
    client.force_login(someone(Role.AGENT))
    assert client.get(reverse("inventory:exchange")).status_code == 403
    export = reverse("inventory:exchange_export")
    assert client.get(export + "?kind=costs").status_code == 403
    assert client.get(export + "?kind=stock&format=xlsx").status_code == 200


@pytest.mark.django_db
def test_the_same_through_the_api():
    sku("A", title="A")
    headers = {"Authorization": f"Token {token_for(someone(Role.BUYER))}"}
    api = Client(headers=headers)
    given = {"kind": "products", "file": upload("x,y\nA,B\n"),
             "mapping": json.dumps({"sku": "x", "title": "y"})}  # fmt: skip
    answer = api.post("/api/v1/exchange", given)
    assert answer.status_code == 202, answer.content
    assert worked().report["changed"] == 1
    body = {"check_batch": answer.json()["batch"]}
    answer = api.post("/api/v1/exchange/apply", body, "application/json")
    assert answer.status_code == 202, answer.content
    worked()
    assert Sku.objects.get().title == "B"
    for wrong in ({"kind": "x"}, {"mapping": "[1]"}, {"mapping": "{"}, {"x": "1"},
                  {"mapping": json.dumps({"sku": 1})}):  # fmt: skip
        given = {"kind": "products", "file": upload("x\nA\n"), **wrong}
        assert api.post("/api/v1/exchange", given).status_code in (400, 422)
    answer = api.post("/api/v1/exchange/apply", {"check_batch": "nope"}, "application/json")
    assert answer.status_code == 404
