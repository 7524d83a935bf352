"""How fast a file of products comes in: all new, all unchanged, all changed."""

import csv
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files import File
from django.test import override_settings

from core.actor import SYSTEM, acting
from core.batches import run_batch
from core.models import Batch
from inventory.exchange import apply_check, start_check
from inventory.models.barcodes import check_digit
from opsmgr.bench.scratch import cores, scratch_database


def run(*, skus: int = 50_000, **_: Any) -> dict[str, Any]:
    """Measure check and apply of one file of so many SKUs, three times."""
    figures: dict[str, Any] = {"name": "exchange", "skus": skus, "unit": "SKUs/s"}
    with (
        scratch_database(),
        acting(SYSTEM),
        TemporaryDirectory() as folder,
        override_settings(MEDIA_ROOT=folder),
    ):
        for name, word in (("new", "Thing"), ("unchanged", "Thing"), ("changed", "Other")):
            path = Path(folder) / f"{name}.csv"
            _write(path, skus, word)
            figures[f"{name}_seconds"] = _measured(path)
    figures["ours"] = skus / sum(figures["new_seconds"])
    return figures | {"cores": cores()}


def _write(path: Path, skus: int, word: str) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "title", "barcode", "weight", "price", "currency", "category"])
        for number in range(skus):
            body = f"{400_000_000_000 + number}"
            barcode = f"{body}{check_digit(body)}"
            row = [f"S-{number:06}", f"{word} {number}", barcode, number % 900 + 1]
            writer.writerow([*row, f"{number % 90 + 1}.50", "GBP", "Things"])


def _measured(path: Path) -> list[float]:
    """Seconds of the check, and of applying it."""
    with path.open("rb") as file:
        check = start_check("products", File(file, name=path.name), {})
    checking = _run(check)
    check.refresh_from_db()
    return [checking, _run(apply_check(check))]


def _run(batch: Batch) -> float:
    started = time.perf_counter()
    run_batch.do(str(batch.pk))
    batch.refresh_from_db()
    if batch.state != "done":
        raise RuntimeError(batch.last_error)
    return round(time.perf_counter() - started, 2)
