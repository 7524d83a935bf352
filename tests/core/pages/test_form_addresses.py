"""An address that only takes a form leads whoever visits it to a page."""

import pytest
from django.test import Client

from core.access import routes
from core.roles import Role
from tests.builders.inventory import sku
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db
SHOWN = {route.path for route in routes() if route.method == "GET"}
FORMS = {
    route.path: route.sample
    for route in routes()
    if route.method == "POST"
    and route.path not in SHOWN
    and not route.path.startswith(("api/", "admin/", "accounts/"))
}


@pytest.fixture
def manager() -> Client:
    client = Client()
    client.force_login(someone(*Role))
    return client


def test_no_form_address_is_a_dead_end(manager):
    assert len(FORMS) > 50
    for path, sample in FORMS.items():
        answer = manager.get(f"/{sample}")
        assert answer.status_code == 302, path
        there = answer["Location"]
        assert f"/{sample}".startswith(there), path
        assert there != f"/{sample}"


def test_it_is_the_page_above_or_where_one_comes_from(manager):
    order = placed_order(MUG=1)
    there = f"/orders/{order.public_id}/hold/"

    assert manager.get(there)["Location"] == order.get_absolute_url()
    came = manager.get(there, headers={"Referer": "http://testserver/orders/?late=true"})
    assert came["Location"] == "http://testserver/orders/?late=true"
    for wrong in ("http://elsewhere.example/", f"http://testserver{there}"):
        assert (
            manager.get(there, headers={"Referer": wrong})["Location"] == order.get_absolute_url()
        )
    item = sku("MUG")
    assert manager.get(f"/inventory/skus/{item.public_id}/adjust/", follow=True).status_code == 200


def test_systems_are_told_as_before(manager):
    assert manager.get("/api/v1/refunds/lost").status_code in {404, 405}
    order = placed_order(MUG=1)
    part = manager.get(f"/orders/{order.public_id}/hold/", headers={"HX-Request": "true"})
    assert part.status_code == 405
    assert Client().get(f"/orders/{order.public_id}/hold/").status_code in {302, 405}
