"""Bills on pages and over the API, and who sees them."""

import pytest
from django.test import Client

from core import clock
from core.models import Approval
from core.roles import Role
from inventory.models import Bill, WarehouseAccess
from tests.builders.api import caller
from tests.builders.inventory import warehouse
from tests.builders.people import someone
from tests.builders.purchasing import arrive, billed, sent


@pytest.mark.django_db
def test_the_pages_enter_show_accept_and_pay():
    order = sent(MUG=10)
    arrive(order, MUG=8)
    line = order.lines.get()
    client = Client()
    client.force_login(someone(Role.FINANCE))
    start = client.post("/purchasing/bills/new/", {"order": order.number})
    assert start.url == f"{order.get_absolute_url()}bill/"
    assert 'value="8"' in client.get(start.url).content.decode()
    body = {
        "number": "R-77", "billed_on": clock.today(), "tax": "", "total": "1,5",
        f"units-{line.pk}": "8", f"price-{line.pk}": "4.25", "charge-0": "Freight", "amount-0": "3",
    }  # fmt: skip
    odd = client.post(start.url, body)
    assert (odd.status_code, "can be read in two ways" in odd.content.decode()) == (422, True)
    assert 'value="4.25"' in odd.content.decode()  # what was typed stays
    wrong = client.post(start.url, body | {"total": "30"})
    assert "come to £37.00, not £30.00" in wrong.content.decode()
    done = client.post(start.url, body | {"total": "37.00"})
    page = client.get(done.url).content.decode()
    assert "£5.00 are billed that were not ordered" in page
    assert "Ordered at 4.00." in page
    assert "Dispute £2.00: price" in page
    assert "Dispute £3.00: charge" in page
    client.post(f"{done.url}accept/", {"reason": "Small"})
    assert "£37.00 were paid" in client.get(done.url).content.decode()
    other = Client()
    other.force_login(someone(Role.FINANCE))
    other.post(f"{done.url}pay/", {"paid_on": clock.today(), "reference": "B-1"})
    assert Bill.objects.get().status == "paid"
    listed = client.get("/purchasing/bills/?status=paid").content.decode()
    assert "R-77" in listed
    assert "R-77" in client.get(order.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_api_enters_matches_accepts_and_pays():
    order = sent(MUG=10)
    arrive(order, MUG=10)
    api = caller(someone(Role.FINANCE))
    body = {
        "order": order.number, "number": "R-9", "billed_on": f"{clock.today()}",
        "lines": [{"sku": "MUG", "units": 10, "price": "4.50"}],
        "tax": {"amount": "9.00", "currency": "GBP"},
        "total": {"amount": "54.00", "currency": "GBP"},
    }  # fmt: skip
    made = api.post("/api/v1/bills?expand=lines", body)
    assert made.status_code == 201, made.json()
    there = f"/api/v1/bills/{made.json()['id']}"
    shown = api.get(f"{there}?expand=lines").json()
    assert (shown["status"], shown["difference"]["amount"]) == ("differs", "5.00")
    assert shown["lines"][0]["finding"] == "Ordered at 4.00."
    assert api.post("/api/v1/bills", body).json()["code"] == "bill_known"
    assert api.post(f"{there}/pay", {"paid_on": f"{clock.today()}"}).status_code == 409
    assert api.post(f"{there}/accept", {"reason": "Agreed"}).json()["status"] == "to_pay"
    other = caller(someone(Role.FINANCE))
    paid = other.post(f"{there}/pay", {"paid_on": f"{clock.today()}"}).json()
    assert (paid["status"], paid["payable"]["amount"]) == ("paid", "54.00")
    assert [row["number"] for row in api.get("/api/v1/bills?status=paid").json()["results"]] == [
        "R-9"
    ]


@pytest.mark.django_db
def test_bills_of_other_warehouses_are_not_there():
    bill = billed(sent(MUG=10, to="MAN"), MUG=10)
    clerk = someone(Role.FINANCE, all_warehouses=False)
    WarehouseAccess.objects.create(user=clerk, warehouse=warehouse("LON"))
    api, client = caller(clerk), Client()
    client.force_login(clerk)
    assert api.get("/api/v1/bills").json()["results"] == []
    assert api.get(f"/api/v1/bills/{bill.public_id}").status_code == 404
    assert client.get(bill.get_absolute_url()).status_code == 404
    picker = Client()
    picker.force_login(someone(Role.PICKER))
    assert picker.get("/purchasing/bills/").status_code == 403
    assert not Approval.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/bills?number=%00", "/bills?vendor=%00", "/disputes?order=%00", "/disputes?due=x"]
)
def test_nothing_that_is_asked_ends_in_a_500(path):
    assert caller(someone(Role.MANAGER)).get(f"/api/v1{path}").status_code in {200, 400, 422}
