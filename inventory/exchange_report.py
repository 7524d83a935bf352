"""What the page of a checked or applied file shows in place of a batch's plain report."""

from typing import Any

from core.models import Batch, BatchRow
from inventory.importing.columns import COLUMNS
from inventory.models import FileCheck

SHOWN = 100


def report_context(batch: Batch) -> dict[str, Any]:
    """What the page of a batch of this kind shows."""
    check = FileCheck.objects.filter(pk=batch.pk).first()
    told = check.told if check else {}
    chosen = told.get("mapping", {})
    problems = BatchRow.objects.filter(batch=batch, state="failed").order_by("position")
    return {
        "batch": batch,
        "told": told,
        "problems": problems[:SHOWN],
        "unused": [
            (header, found) for header, found in told.get("examples", {}).items()
            if header not in chosen.values()
        ],
        "is_open": batch.state in {"waiting", "running"},
        "changes": [
            {"row": row, "key": key, "what": what, "changes": list(changes.items()), "asks": asks}
            for row, key, what, changes, asks in told.get("changes", [])
        ],
        "fields": [
            {"name": c.name, "label": c.label, "needed": c.needed, "header": chosen.get(c.name, ""),
             "examples": told.get("examples", {}).get(chosen.get(c.name, ""), [])}
            for c in COLUMNS[batch.options["kind"]]
        ] if check else [],
    }  # fmt: skip
