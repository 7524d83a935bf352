"""Profiles: refused when they cannot be read by, tried before they count, changed with history."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.errors import BadValue
from core.models import EventRecord
from core.roles import Role
from orders.models import ImportProfile, Order
from orders.operations.imports.profile import check_rules
from orders.operations.imports.profiles import change_profile, create_profile
from tests.builders.people import someone
from tests.orders.imports.conftest import HEADER, ROWS

pytestmark = pytest.mark.django_db
PLAIN = {name: name for name in ("channel_ref", "sku", "units", "unit_price", "placed_at")}


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"colour": "blue"}, "rules.colour"),
        ({"paid": "yes"}, "rules.paid"),
        ({"return_prefixes": [""]}, "rules.return_prefixes"),
        ({"return_prefixes": [7]}, "rules.return_prefixes"),
        ({"aside_prefixes": {"": "all of them"}}, "rules.aside_prefixes"),
        ({"charges": {"POST": "postage"}}, "rules.charges.POST"),
        ({"charges": {"POST": ["shipping"]}}, "rules.charges"),
        ({"countries": {"eire": "Ireland"}}, "rules.countries.eire"),
        ({"date_formats": []}, "rules.date_formats"),
        ({"date_formats": ["day %"]}, "rules.date_formats"),
        ({"date_formats": ["%H:%M"]}, "rules.date_formats"),
        ({"time_zone": "Moon/Base"}, "rules.time_zone"),
        ({"currency_rate": "abc"}, "rules.currency_rate"),
        ({"currency_rate": "0"}, "rules.currency_rate"),
        ({"currency_rate": "NaN"}, "rules.currency_rate"),
        ({"unknown_sku": "guess"}, "rules.unknown_sku"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named(rules, field):
    with pytest.raises(BadValue) as refusal:
        check_rules(rules)
    assert refusal.value.facts["field"] == field


def test_the_timeline_says_what_was_before():
    create_profile("shop", name="Shop", columns=PLAIN, rules={"paid": True})

    changed = {**PLAIN, "sku": "code"}
    change_profile("shop", name="Shop", columns=changed, rules={"paid": False})

    told = EventRecord.objects.filter(name="import_profile.changed").order_by("id")
    assert [record.payload["what"] for record in told] == [
        "made", "sku: code, was sku; paid: false, was true",
    ]  # fmt: skip
    change_profile("shop", name="Shop", columns=changed, rules={"paid": False})
    assert told.count() == 2


@pytest.mark.parametrize("code", ["", "Shop", "a b", "-x", "é", "x" * 65])
def test_a_code_fits_an_address(code):
    with pytest.raises(BadValue):
        create_profile(code, name="Shop", columns=PLAIN, rules={})


def fields(client, code: str = "online_retail") -> dict:
    """The form as the page shows it, ready to send back."""
    form = client.get(reverse("orders:profile", args=[code])).context["form"]
    sent = {field.html_name: field.field.prepare_value(field.initial) for field in form}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_what_the_page_shows_can_be_sent_back_unchanged(channel, client):
    client.force_login(someone(Role.MANAGER))
    before = ImportProfile.objects.get(code="online_retail")

    url = reverse("orders:profile", args=["online_retail"])
    answer = client.post(url, fields(client) | {"act": "save"})

    assert answer.status_code == 302, answer.context["form"].errors
    after = ImportProfile.objects.get(code="online_retail")
    assert after.columns == before.columns
    assert before.rules.items() <= after.rules.items()


def test_a_try_shows_what_each_line_becomes_and_writes_nothing(channel, client):
    client.force_login(someone(Role.MANAGER))
    file = SimpleUploadedFile("o.csv", "\n".join([HEADER, *ROWS * 5]).encode())
    sent = fields(client) | {"act": "try", "sample": file, "charges": "MUG = fee"}

    answer = client.post(reverse("orders:profile", args=["online_retail"]), sent)

    assert answer.status_code == 200, answer.context["form"].errors
    shown = answer.context["preview"]
    assert len(shown) == 20
    assert [row.becomes for row in shown[:6]] == [
        "Charge: fee", "Charge: fee", "Sold line", "Sold line", "Set aside", "Credit",
    ]  # fmt: skip
    assert "Nothing was written" in answer.content.decode()
    assert ImportProfile.objects.get(code="online_retail").rules["charges"]["POST"] == "shipping"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changes", "blamed"),
    [
        ({"charges": "POST"}, "charges"),
        ({"charges": "POST = postage"}, "charges"),
        ({"time_zone": "Moon"}, "time_zone"),
        ({"column_sku": ""}, "column_sku"),
        ({"act": "try"}, "sample"),
    ],
)
def test_the_page_says_beside_the_field_what_is_wrong(channel, client, changes, blamed):
    client.force_login(someone(Role.MANAGER))

    sent = fields(client) | {"act": "save"} | changes
    answer = client.post(reverse("orders:profile", args=["online_retail"]), sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [blamed]


def test_a_new_profile_is_made_on_its_page_and_listed(channel, client):
    client.force_login(someone(Role.MANAGER))
    columns = {f"column_{name}": name for name in PLAIN}
    rules = {"unknown_sku": "create", "opening_stock": "none", "currency_rate": "1"}
    sent = {"code": "shop", "name": "My shop", "date_formats": "%d.%m.%Y", **columns, **rules}

    answer = client.post(reverse("orders:profile_new"), sent | {"time_zone": "Europe/Berlin"})

    assert answer.status_code == 302, answer.context["form"].errors
    assert ImportProfile.objects.get(code="shop").rules["date_formats"] == ["%d.%m.%Y"]
    assert "My shop" in client.get(reverse("orders:profile_list")).content.decode()


def test_who_may_only_look_may_not_save(channel, client):
    client.force_login(someone(Role.VIEWER))
    url = reverse("orders:profile", args=["online_retail"])
    page = client.get(url)
    assert page.status_code == 200
    assert "Save" not in page.content.decode().split('<form class="stack"')[1]
    before = ImportProfile.objects.get(code="online_retail").name

    assert client.get(reverse("orders:profile_new")).status_code == 403
    assert client.post(url, fields(client) | {"name": "Mine"}).status_code == 403
    assert ImportProfile.objects.get(code="online_retail").name == before
