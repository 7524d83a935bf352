from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.jobs import KINDS, admit_jobs, work_off
from core.models import Batch
from inventory.importing import FileUnreadable
from inventory.models import SupplierProduct
from inventory.operations.stock.take_list import ListRefused
from inventory.price_batches import check_price_file, start_price_import
from tests.builders.inventory import sku
from tests.builders.purchasing import vendor

HEAD = "vendor,sku,from units,price,vendor sku,pack,minimum,multiple,valid from,valid to\n"
GOOD = HEAD + "ACME,MUG,1,4.00,M-1,6,6,6,2026-01-01,\nACME,MUG,100,3.5,M-1,6,6,6,2026-01-01,\n"


def file(text: str) -> BytesIO:
    return BytesIO(text.encode())


def book(text: str) -> Batch:
    upload = SimpleUploadedFile("prices.csv", text.encode())
    batch = start_price_import(upload, {"vendor": ""})
    admit_jobs()
    work_off(KINDS["core.run_batch"])
    batch.refresh_from_db()
    return batch


def prices() -> list[str]:
    rows = SupplierProduct.objects.for_list().order_by("sku__code", "valid_from")
    return [f"{row.sku} {row.valid_from}–{row.valid_to}: {row.price_shown}" for row in rows]


@pytest.fixture(autouse=True)
def _known(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    vendor("ACME"), sku("MUG"), sku("CUP")


def test_rows_of_one_sku_and_day_are_one_agreement():
    assert check_price_file(file(GOOD), {"vendor": ""}) == {"rows": 2, "made": 1, "changed": 0}
    assert not SupplierProduct.objects.exists()
    assert book(GOOD).report == {"rows": 2, "made": 1, "changed": 0}
    assert prices() == ["MUG 2026-01-01–None: 1: 4.00, 100: 3.50 GBP"]
    found = SupplierProduct.objects.get()
    assert (found.vendor_code, found.pack_units, found.multiple_units) == ("M-1", 6, 6)


def test_the_same_list_again_changes_nothing_and_a_later_one_ends_the_earlier():
    book(GOOD)
    assert book(GOOD).report["changed"] == 1
    book(HEAD + "ACME,MUG,1,4.40,M-1,6,6,6,2026-07-01,\n")
    assert prices() == [
        "MUG 2026-01-01–2026-06-30: 1: 4.00, 100: 3.50 GBP",
        "MUG 2026-07-01–None: 4.40 GBP",
    ]
    assert SupplierProduct.objects.valid_on(date(2026, 6, 30)).count() == 1


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("NOBODY,MUG,1,4,,1,1,1,2026-01-01,", "vendor"),
        ("ACME,THING,1,4,,1,1,1,2026-01-01,", "sku"),
        ("ACME,MUG,1,,,1,1,1,2026-01-01,", "price"),
        ("ACME,MUG,1,-4,,1,1,1,2026-01-01,", "price"),
        ("ACME,MUG,1,4.1234567,,1,1,1,2026-01-01,", "price"),
        ("ACME,MUG,1.5,4,,1,1,1,2026-01-01,", "from_units"),
        ("ACME,MUG,0,4,,1,1,1,2026-01-01,", "from_units"),
        ("ACME,MUG,99999999999,4,,1,1,1,2026-01-01,", "from_units"),
        ("ACME,MUG,5,4,,1,1,1,2026-01-01,", "from_units"),
        ("ACME,MUG,1,4,,0,1,1,2026-01-01,", "pack_units"),
        ("ACME,MUG,1,4,,1,1,1,soon,", "valid_from"),
        ("ACME,MUG,1,4,,1,1,1,2026-01-01,2025-01-01", "valid_to"),
        ("ACME,=SUM(A1),1,4,,1,1,1,2026-01-01,", "sku"),
        ("ACME,CUP,1,5,,1,1,1,2026-01-01,", "from_units"),  # a second price from 1
        ("ACME,CUP,9,5,,7,1,1,2026-01-01,", "pack_units"),  # not what the row before says
    ],
)
def test_a_cell_that_will_not_do_is_told_by_row_and_column(row, column):
    text = HEAD + "ACME,CUP,1,2.00,,1,1,1,2026-01-01,\n" + row + "\n"
    with pytest.raises(ListRefused) as refused:
        check_price_file(file(text), {"vendor": ""})
    assert (refused.value.facts["row"], refused.value.facts["column"]) == (3, column)
    batch = book(text)
    assert (batch.state, prices()) == ("failed", [])


def test_a_file_that_is_no_price_list_says_what_is_missing():
    for text in ("", "a,b\n1,2\n", "vendor,sku\nACME,MUG\n", "sku,price,sku\nMUG,1,2\n", HEAD):
        with pytest.raises(FileUnreadable):
            check_price_file(file(text), {"vendor": ""})


def test_rows_without_a_vendor_take_the_one_that_is_given():
    told = check_price_file(file("item;price\nMUG;4\n"), {"vendor": "ACME"})
    assert told["made"] == 1
