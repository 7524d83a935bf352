"""`manage.py evaluate forecast`: the product's own forecasts on a file of order lines."""

import csv
import gzip
import io
import json
from datetime import date, timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command

HEAD = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]


@pytest.fixture
def lines(tmp_path):
    """60 goods over 45 weeks, and what is no good: postage, a return, a gift."""
    chance = np.random.default_rng(3)
    path = tmp_path / "lines.csv.gz"
    with gzip.open(path, "wt", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEAD)
        for day in range(45 * 7):
            at = f"{date(2025, 1, 6) + timedelta(days=day)} 10:00"
            for code in range(60):
                for _ in range(chance.poisson(0.1 + code / 60)):
                    out.writerow(["1", 10000 + code, "", 1 + chance.poisson(3), at, "1.5"])
            out.writerow(["1", "POST", "", 1000, at, "18"])
            out.writerow(["C1", "10001", "", -500, at, "1.5"])
            out.writerow(["1", "10002", "", 500, at, "0"])
    return path


def told(*arguments: str) -> dict:
    out = io.StringIO()
    call_command("evaluate", "forecast", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_it_scores_the_forecasts_of_the_last_six_origins(lines):
    found = told(str(lines))

    assert {
        "wape", "wape_ma8", "wape_seasonal_naive", "bias", "coverage_90", "coverage_95",
        "seconds_per_1000", "stock_weeks",
    } <= found.keys()  # fmt: skip
    assert (found["skus"], found["origins"], found["weeks"]) == (60, 6, 45)
    assert 0 < found["wape"] < 1
    assert abs(found["bias"]) < 0.1
    assert 0.8 < found["coverage_90"] <= found["coverage_95"] <= 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("InvoiceNo,StockCode\n1,10001\n", "column"),
        ("", "no line of goods"),
        (",".join(HEAD) + "\n1,10001,,3,2025-01-06,1.5\n", "too few"),
        (",".join(HEAD) + "\n1,10001,,many,2025-01-06,1.5\n", "many"),
        (",".join(HEAD) + "\n1,10001,,3,yesterday,1.5\n", "yesterday"),
    ],
)
def test_a_file_that_will_not_do_says_why(tmp_path, text, said):
    path = tmp_path / "lines.csv"
    path.write_text(text)
    with pytest.raises(CommandError, match=said):
        told(str(path))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="cannot be evaluated"):
        told(str(tmp_path / "none.csv"))


def test_an_evaluation_that_there_is_not():
    with pytest.raises(CommandError, match="no evaluation weather"):
        call_command("evaluate", "weather", "file")
