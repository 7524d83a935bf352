"""What people fill in about transfers."""

from django import forms
from django.http import QueryDict

from core.errors import BadValue
from inventory.forms import WarehouseField
from inventory.models import TransferLine
from inventory.operations.catalog.find import skus_called
from inventory.operations.stock.transfer import Arrived
from inventory.purchasing_forms import DayInput


class TransferForm(forms.Form):
    """From where to where, and what; a row per SKU."""

    source = WarehouseField(label="From")
    destination = WarehouseField(label="To")
    lines = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}),
        label="What",
        help_text="One row per SKU: code or barcode, then units.",
    )
    expected_on = forms.DateField(widget=DayInput(), required=False, label="Should be there on")
    note = forms.CharField(max_length=300, required=False)

    def units(self) -> dict[int, int]:
        return units_in(self.cleaned_data["lines"])


def units_in(text: str) -> dict[int, int]:
    """SKU id -> units, of rows like “MUG 48”. Raises BadValue that names the row."""
    rows = [row.split() for row in text.splitlines() if row.strip()]
    for row in rows:
        if len(row) != 2 or not (row[1].isascii() and row[1].isdigit() and len(row[1]) < 12):
            raise BadValue(field="lines", fix=f"Write rows like “MUG 48”, not “{row[0][:30]}”.")
    skus = skus_called([row[0] for row in rows], fields=["lines"] * len(rows))
    found: dict[int, int] = {}
    for sku, row in zip(skus, rows, strict=True):
        if sku.pk in found:
            raise BadValue(field="lines", fix=f"{sku} is named twice; add them up.")
        found[sku.pk] = int(row[1])
    return found


class ArrivalForm(forms.Form):
    """What has come of each line; the key makes sending it twice harmless."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def arrived(self, lines: list[TransferLine], posted: QueryDict) -> dict[int, Arrived]:
        """Line id -> what came of it. Raises BadValue for what is no number."""
        found = {}
        for line in lines:
            units, damaged = (_number(posted, name, line) for name in ("units", "damaged"))
            if units or damaged:
                found[line.pk] = Arrived(units=units, damaged=damaged)
        return found


def _number(posted: QueryDict, name: str, line: TransferLine) -> int:
    typed = posted.get(f"{name}-{line.pk}", "").strip() or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 11):
        raise BadValue(field="units", fix=f"{line.sku}: “{typed[:20]}” is no number of units.")
    return int(typed)
