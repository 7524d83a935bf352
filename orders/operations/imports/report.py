"""What an import says about itself, for pages, the API and the terminal."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count

from core.models import Batch, BatchRow
from inventory.models import Channel
from orders.models import ImportedReturnLine

WORDS = {
    "imported": "Sold lines",
    "charges": "Charges",
    "returns": "Credits",
    "already": "There already",
    "set_aside": "Set aside",
}
SHOWN = 20


@dataclass(frozen=True)
class Outcome:
    """How many rows of the file became what, and their units times prices."""

    name: str
    rows: int
    value: Decimal


def outcomes_of(report: dict[str, Any]) -> list[Outcome]:
    """Every outcome, also those that no row had."""
    told = report.get("outcomes", {})
    nothing = {"rows": 0, "value": "0"}
    return [
        Outcome(word, part["rows"], Decimal(part["value"]))
        for key, word in WORDS.items()
        for part in [told.get(key, nothing)]
    ]


def credits_of(batch: Batch) -> dict[str, int]:
    """How many credit lines of the file are matched, unmatched, or still wait."""
    rows = ImportedReturnLine.objects.filter(batch=batch).order_by()
    return dict(rows.values_list("state").annotate(lines=Count("id")))


def report_context(batch: Batch) -> dict[str, Any]:
    """What the report's panel on the batch's page shows."""
    report = batch.report
    aside = BatchRow.objects.filter(batch=batch, state="failed").order_by("position")
    shown = list(aside[: SHOWN + 1])
    channel = Channel.objects.filter(pk=batch.options.get("channel_id")).first()
    return {
        "batch": batch,
        "report": report,
        "options": batch.options,
        "channel": channel,
        "outcomes": outcomes_of(report) if report else [],
        "value": Decimal(report.get("value", "0")),
        "rounding": f"{Decimal(report.get('rounding', '0')).normalize():f}",
        "credits": credits_of(batch),
        "aside": shown[:SHOWN],
        "more": len(shown) > SHOWN,
    }
