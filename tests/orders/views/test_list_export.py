"""What a list exports can be calculated with."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from core.roles import Role
from tests.builders.orders import placed_order
from tests.builders.people import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client()
    client.force_login(someone(Role.MANAGER))
    return client


def test_csv_has_plain_amounts_with_their_currency_and_exact_times(client):
    order = placed_order(price="23.90")
    answer = client.get(reverse("orders:order_list"), {"export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["Total"], row["Total currency"]) == ("23.90", "GBP")
    assert row["Ship by"] == order.ship_by.isoformat(timespec="seconds")


def test_a_spreadsheet_has_numbers_in_the_currencys_own_format(client):
    placed_order(price="23.90")
    answer = client.get(reverse("orders:order_list"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    heads = [cell.value for cell in sheet[1]]
    total = sheet[2][heads.index("Total")]
    assert (total.value, total.number_format) == (23.9, "[$GBP] #,##0.00")
    assert sheet[2][heads.index("Ship by")].is_date
