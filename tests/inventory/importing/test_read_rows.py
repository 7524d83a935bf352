import io

import pytest

from inventory.importing import CellProblem, FileUnreadable, read_rows


def read(text: str | bytes, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read_rows(io.BytesIO(content), **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_common_encoding_and_separator_is_read(encoding, separator):
    lines = [["SKU", "Warehouse", "Qty", "Name"], ["MUG", "LON", "3", "Große Tasse é"]]
    text = "\r\n".join(separator.join(cells) for cells in lines)

    rows, problems = read(text.encode(encoding))

    assert problems == []
    assert (rows[0].sku, rows[0].warehouse, rows[0].units) == ("MUG", "LON", 3)
    assert rows[0].master == {"title": "Große Tasse é"}


def test_quoted_cells_may_hold_separators_and_line_ends():
    rows, problems = read('sku,units,title\nMUG,3,"A mug, blue"\n', default_warehouse="LON")
    assert problems == []
    assert rows[0].master["title"] == "A mug, blue"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",LON,3", "sku"),
        ("MUG,,3", "warehouse"),
        ("MUG,LON,", "units"),
        ("MUG,LON,-3", "units"),
        ("MUG,LON,3.5", "units"),
        ("MUG,LON,1e3", "units"),
        ("MUG,LON,NaN", "units"),
        ("MUG,LON,٣", "units"),
        ("MUG,LON,=1+1", "units"),
        ("MUG,LON,99999999999999999999", "units"),
        ("=cmd|' /C calc'!A0,LON,3", "sku"),
        ("@MUG,LON,3", "sku"),
        ("MUG,+LON,3", "warehouse"),
        ("MU\x00G,LON,3", "sku"),
        ("MU\x07G,LON,3", "sku"),
        (f"{'M' * 65},LON,3", "sku"),
    ],
)
def test_a_cell_that_will_not_do_is_named_by_row_and_column(cells, column):
    rows, problems = read(f"sku,warehouse,units\nCUP,LON,1\n{cells}\n")
    assert [row.sku for row in rows] == ["CUP"]
    assert [(problem.row, problem.column) for problem in problems] == [(3, column)]


@pytest.mark.parametrize(
    ("column", "cell", "fix"),
    [
        ("weight_grams", "0", "from 1 to"),
        ("weight_grams", "heavy", "digits only"),
        ("origin", "Narnia", "at most 2"),
        ("origin", "ZZ", "two-letter"),
        ("cost", "4,50", "like 4.25"),
        ("cost", "0.0000001", "6 decimals"),
        ("currency", "QQQ", "three-letter"),
        ("hs code", "12AB", "digits"),
        ("title", "=HYPERLINK(1)", "not a formula"),
    ],
)
def test_master_data_is_checked_by_the_rules_of_the_sku(column, cell, fix):
    _, problems = read(f'sku;units;{column}\nMUG;1;"{cell}"\n', default_warehouse="LON")
    assert fix in problems[0].fix


def test_every_wrong_cell_of_a_row_is_told():
    _, problems = read("sku,warehouse,units\n,,x\n")
    assert [problem.column for problem in problems] == ["sku", "warehouse", "units"]
    assert problems[2] == CellProblem(
        row=2, column="units", fix="Give a whole number of 0 or more, digits only."
    )


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        (b"", "the header lacks"),
        (b"\n\n", "the header lacks"),
        (b"sku,warehouse,units\n", "no row below"),
        (b"a,b\n1,2\n", "the header lacks sku, units, warehouse; it has: a, b"),
        (b"sku,sku code,units\nA,B,1\n", "two columns are named sku"),
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"sku,warehouse,units\n" + b"x" * 10_000_000, "a line has more than"),
        (b'sku,warehouse,units\n"A,LON,1\n' + b"B,LON,1\n" * 20_000, "row"),
        (b"\xff\xfe\x00", "the header lacks"),
    ],
)
def test_what_is_no_list_is_refused_with_the_fix(content, fix):
    with pytest.raises(FileUnreadable, match=fix):
        read(content)


def test_the_telling_of_problems_ends_somewhere():
    _, problems = read("sku,warehouse,units\n" + "A,LON,x\n" * 5000)
    assert len(problems) == 1000
