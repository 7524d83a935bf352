"""A figure cut by country, category, carrier …: the slices are together what it is."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from core.actor import SYSTEM
from core.roles import Role
from inventory.models import Product, Sku
from kpis.errors import BadPeriod
from kpis.facts import slices_of, total_behind
from kpis.figures import split_down
from kpis.metrics import METRICS
from kpis.narrowed import where_of
from orders.models import Order
from tests.builders.inventory import counted
from tests.builders.kpis import at, between, moment, rolled
from tests.builders.orders import order_in, placed_order
from tests.builders.people import someone
from tests.builders.shipping import handed_over

pytestmark = pytest.mark.django_db
SPLITS = [(key, split) for key, one in METRICS.items() for split in one.splits]
SPAN = f"from={moment(0).date()}&to={moment(2).date()}"


@pytest.fixture
def shop():
    """Three orders of two days: to two countries, of two categories and one of none."""
    with at(2):
        for day, country, goods in (
            (0, "GB", {"MUG": 3, "TRAY": 1}), (0, "DE", {"MUG": 1}), (1, "GB", {"JAR": 2}),
        ):  # fmt: skip
            given = replace(order_in("3.35", **goods), placed_at=moment(day))
            order = placed_order("web", given=given)
            Order.objects.filter(pk=order.pk).update(country=country)
        for code, category in (("MUG", "Kitchen"), ("TRAY", "Table"), ("JAR", "")):
            product = Product.objects.create(title=code, category=category)
            Sku.objects.filter(code=code).update(product=product)
        yield
        rolled(0, 2)


def split(key: str, by: str, first: int = 0, last: int = 2) -> dict[str, Decimal | None]:
    where = replace(between(first, last), split=by)
    return {name: one.value for name, one in split_down(METRICS[key], where, SYSTEM).items()}


@pytest.mark.parametrize(("key", "by"), SPLITS)
def test_the_slices_are_together_what_the_figure_is(shop, key, by):
    handed_over(BOWL=1)
    with at(1):
        counted(MUG=5)
    where = replace(between(0, 2), split=by)
    whole = total_behind(METRICS[key], between(0, 2), SYSTEM)

    slices = slices_of(METRICS[key], where, SYSTEM)

    assert whole["facts"]
    assert sum(row["num"] for row in slices) == whole["num"]
    assert sum(row["den"] for row in slices) == whole["den"]
    for row in slices:
        alone = total_behind(METRICS[key], replace(where, slice=row["slice"]), SYSTEM)
        assert (alone["num"], alone["facts"]) == (row["num"], row["facts"])


def test_sales_by_country_and_category(shop):
    assert split("gross_sales", "country") == {"DE": Decimal("3.35"), "GB": Decimal("20.10")}
    assert split("gross_sales", "category") == {
        "": Decimal("6.70"), "Kitchen": Decimal("13.40"), "Table": Decimal("3.35"),
    }  # fmt: skip
    assert split("orders", "country") == {"DE": 1, "GB": 2}


def test_order_value_of_new_and_returning_customers(shop):
    first, last = Order.objects.earliest("placed_at"), Order.objects.latest("placed_at")
    Order.objects.filter(pk=last.pk).update(customer=first.customer_id)

    assert split("aov", "buyer", 1) == {"returning": Decimal("6.70")}
    assert set(split("aov", "buyer", 0, 0)) == {"new"}


def test_on_time_by_the_carrier_that_took_the_parcel():
    with at(2):
        parcel = handed_over(MUG=1)
        Order.objects.update(ship_by=moment(1))

        assert split("on_time_ship_rate", "carrier") == {parcel.carrier.name: 0}


def test_what_cannot_be_split_is_refused(shop):
    for asked, field in (
        ({"split": "weather"}, "split"), ({"split": "country", "days": "101"}, "split"),
    ):  # fmt: skip
        with pytest.raises(BadPeriod) as refused:
            where_of(asked, METRICS["orders"])
        assert refused.value.facts["field"] == field


def test_on_the_page_with_the_rows_behind_each_slice(shop):
    client = Client()
    client.force_login(someone(Role.MANAGER))
    rolled(0, 2)

    page = client.get(f"/kpis/gross_sales/?{SPAN}").content.decode()
    assert "&amp;by=country" in page
    assert "By country" not in page
    page = client.get(f"/kpis/gross_sales/?{SPAN}&by=country").content.decode()
    assert "By country" in page
    assert "split=country&amp;slice=DE" in page
    rows = client.get(f"/kpis/gross_sales/rows/?{SPAN}&split=country&slice=DE").content.decode()
    assert "country DE" in rows
    assert "£3.35" in rows
    assert client.get(f"/kpis/gross_sales/?{SPAN}&by=weather").status_code == 422


def test_over_the_api(shop):
    client = Client()
    client.force_login(someone(Role.MANAGER))
    rolled(0, 2)
    there = "/api/v1/metrics/gross_sales"

    told = client.get(f"{there}?{SPAN}&by=category").json()
    assert told["splits"] == ["category", "country"]
    assert [(one["slice"], one["value"]) for one in told["by"]] == [
        ("", "6.70"), ("Kitchen", "13.40"), ("Table", "3.35"),
    ]  # fmt: skip
    rows = client.get(f"{there}/rows?{SPAN}&split=category&slice=Table").json()["results"]
    assert [row["counted"] for row in rows] == ["3.35"]
    assert client.get(f"{there}?days=200&by=category").status_code == 422
    assert client.get(f"{there}?{SPAN}&by=weather").status_code == 422
