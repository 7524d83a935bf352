import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core.batches import run_batch
from inventory.exchange import start_check
from inventory.importing import FileUnreadable
from inventory.importing.mapped import read_table
from inventory.importing.sheets import table_of


def sheet(*rows: list[object], **formats: str) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, pattern in formats.items():
        book.active[place].number_format = pattern
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_of_a_sheet_are_read_exactly():
    data = sheet(
        ["sku", "barcode", "price"], [123, 5012345678900, 0.1], [7, 12345, 1e-06], ["A", None, 4.0],
        A3="00000",
    )  # fmt: skip
    rows = [[str(cell) for cell in cells] for _, cells in table_of(BytesIO(data))]
    assert rows[1:] == [
        ["123", "5012345678900", "0.1"], ["00007", "12345", "0.000001"], ["A", "", "4"],
    ]  # fmt: skip
    table = read_table(BytesIO(data), kind="products")
    assert [problem[:2] for problem in table.problems] == [(3, "barcode")]


def _bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(450):
                part.write(b"0" * 1_000_000)
        packed.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


def _archive(name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, "<x/>")
    return out.getvalue()


BAD_FILES = [
    b"", b"\n\n", b"sku,title\n", b"PK\x03\x04rubbish", _archive("a.txt"),
    _archive("xl/workbook.xml"), sheet(["sku"])[:-200], sheet([]), b'sku,title\n"A,One\n',
    b"sku,sku\nA,B\n", b"sku," + b"x," * 300 + b"\nA\n", b"\xff\xfes\x00",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("place", range(len(BAD_FILES)))
def test_a_file_that_is_none_fails_as_a_whole_and_says_why(place, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    check = start_check("products", SimpleUploadedFile("list.csv", BAD_FILES[place]), {})
    run_batch.do(str(check.pk))
    check.refresh_from_db()
    assert check.state == "failed"
    assert check.last_error.startswith("The file cannot be read")


def test_what_unpacks_to_too_much_is_not_unpacked():
    with pytest.raises(FileUnreadable, match="too large"):
        next(table_of(BytesIO(_bomb())))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_encoding_and_separator_is_told(encoding, separator):
    text = f"SKU{separator}Title\r\nA{separator}Käse\r\n".encode(encoding)
    table = read_table(BytesIO(text), kind="products")
    assert table.rows[0].values == {"sku": "A", "title": "Käse"}
