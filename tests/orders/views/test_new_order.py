"""Taking an order by phone or at the counter."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from core.books import check_books
from core.money import Money
from core.roles import Role
from inventory.models import Sku
from inventory.operations.catalog.skus import change_sku
from orders.models import Order, OrderLine
from tests.builders.inventory import channel, stock
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(someone(Role.MANAGER))
    return client


def page(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def fill_in(said: str, **more: str) -> dict[str, str]:
    """The form as the browser would send it: its hidden reference and the given fields."""
    ref = re.search(r'name="channel_ref" value="([^"]+)"', said)
    assert ref is not None
    return {
        "channel": "web", "channel_ref": ref[1], "name": "Ada Byron", "email": "ada@example.com",
        "line1": "12 St James's Square", "city": "London", "postal_code": "SW1Y 4JH",
        "country": "GB", "service": "standard", "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


def test_an_order_by_phone(manager):
    stock("MUG", on_hand=5)
    channel("web")
    Sku.objects.filter(code="MUG").update(unit_price=Decimal("7.50"))
    url = reverse("orders:order_new")
    given = fill_in(
        page(manager, url),
        **{"lines-0-sku": "MUG", "lines-0-units": "2", "shipping": "3.95", "paid": "captured"},
    )

    answer = manager.post(url, given)
    again = manager.post(url, given)

    order = Order.objects.get()
    assert answer["Location"] == again["Location"] == order.get_absolute_url()
    assert order.total == Money.of("18.95", "GBP")
    assert order.payment_status == "paid"
    assert not [found for found in check_books() if found[1]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lines-0-sku": "NOPE"}, "There is no SKU NOPE; type its code or barcode"),
        ({"lines-0-unit_price": "0.001"}, "A price in GBP has at most 2 decimals"),
        ({"lines-0-unit_price": ""}, "MUG has no price in GBP; type one"),
        ({"lines-0-units": "99"}, "94 of MUG missing"),
        ({"lines-0-units": "-1"}, "greater than or equal to 1"),
        ({"lines-0-sku": ""}, "Which SKU?"),
        ({"country": "Britain"}, "Country code"),
        ({"shipping": "1.234"}, "decimal"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(manager, change, told):
    stock("MUG", on_hand=5)
    channel("web")
    url = reverse("orders:order_new")
    given = fill_in(
        page(manager, url),
        **{"lines-0-sku": "MUG", "lines-0-units": "1", "lines-0-unit_price": "5"},
    )

    answer = manager.post(url, given | change)

    said = answer.content.decode()
    assert answer.status_code == 200
    assert told in said
    assert "ada@example.com" in said
    assert not Order.objects.exists()


def test_a_sku_is_named_by_its_code_in_any_case_or_by_its_barcode(manager):
    stock("MUG", on_hand=5)
    channel("web")
    mug = Sku.objects.get(code="MUG")
    change_sku(mug.pk, {"unit_price": "7.50", "barcode": "4006381333931"})
    url = reverse("orders:order_new")
    for typed in (" mug ", "4006381333931"):
        given = fill_in(page(manager, url), **{"lines-0-sku": typed, "lines-0-units": "1"})
        assert manager.post(url, given).status_code == 302

    assert list(OrderLine.objects.values_list("sku__code", flat=True)) == ["MUG", "MUG"]


def test_while_one_types_skus_are_suggested(manager):
    stock("MUG", on_hand=5)
    Sku.objects.filter(code="MUG").update(title="Blue enamel mug")
    there = reverse("inventory:sku_options")
    assert f'hx-get="{there}"' in page(manager, reverse("orders:order_new"))

    for typed in ("mu", "enam bl"):
        assert 'value="MUG"' in page(manager, f"{there}?lines-0-sku={typed}")
    assert "option" not in page(manager, there)
    assert "5 free" in page(manager, f"{there}?lines-3-sku=mug")


def test_five_lines_more(manager):
    channel("web")
    url = reverse("orders:order_new")

    answer = manager.post(url, fill_in(page(manager, url), more="1"))

    assert "lines-6-sku" in answer.content.decode()
