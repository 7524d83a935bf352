"""Exports: exactly the rows and columns shown, safe to open in a spreadsheet."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from core import clock
from core.exports import BadFilter, NoSuchFormat, TooManyRows, safe_cell
from core.models import User


def table(answer):
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_csv_holds_every_matching_row_and_the_shown_columns(ask, people):
    for number in range(60):  # more than a page
        User.objects.create_user(f"d{number}@example.com", name=f"Dot {number:02}", theme="dark")
    answer = ask("?export=csv&theme=dark&columns=name,email")
    rows = table(answer)

    assert rows[0] == ["Name", "Email"]
    assert rows[1] == ["Bob", "bob@example.com"]
    assert len(rows) == 1 + 62
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="people-{clock.today():%Y-%m-%d}.csv"'
    )


def test_formulas_are_made_text(ask):
    User.objects.create_user("f@example.com", name='=HYPERLINK("http://x")')

    assert table(ask("?export=csv&q=%3D&columns=name"))[1] == ['\'=HYPERLINK("http://x")']


@pytest.mark.parametrize(
    ("value", "safe"),
    [("=1+1", "'=1+1"), ("+44 20", "'+44 20"), ("@SUM(A1)", "'@SUM(A1)"), ("-2+3", "'-2+3"),
     ("\t=1", "'\t=1"), ("-12.30 GBP", "-12.30 GBP"), ("-5", "-5"), ("MUG", "MUG"), (-5, -5)],
)  # fmt: skip
def test_only_what_a_spreadsheet_would_compute_is_prefixed(value, safe):
    assert safe_cell(value) == safe


def test_a_spreadsheet_has_real_numbers_and_times_on_the_persons_clock(ask):
    user = User.objects.create_user(
        "x@example.com", name="\x0bTess", joined_at=datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    )
    with clock.read_in("Asia/Tokyo"):
        answer = ask(f"?export=xlsx&id={user.pk}&columns=name,id,joined_at")
    sheet = load_workbook(io.BytesIO(answer.content)).active

    assert [cell.value for cell in sheet[1]] == ["Name", "ID", "Joined"]
    assert [cell.value for cell in sheet[2]] == ["Tess", user.pk, datetime(2026, 7, 1, 19, 30)]  # noqa: DTZ001
    assert sheet.freeze_panes == "A2"


def test_what_cannot_be_exported_is_refused(ask, people, monkeypatch):
    with pytest.raises(NoSuchFormat):
        ask("?export=pdf")
    with pytest.raises(BadFilter, match="Theme"):
        ask("?export=csv&theme=purple")
    monkeypatch.setattr("core.exports.XLSX_ROWS_MAX", 2)
    with pytest.raises(TooManyRows):
        ask("?export=xlsx")
