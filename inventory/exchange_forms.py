"""Forms of files of products, stock and costs: what is sent, and which column is what."""

from typing import Any

from django import forms

from core.errors import BadValue
from inventory.importing.columns import KINDS, columns_of
from inventory.models import ColumnMapping
from inventory.states import AdjustReason

WORDS = {"products": "Products and SKUs", "stock": "Stock", "costs": "Unit costs"}


class FileForm(forms.Form):
    """A file to check. `kinds`: those that the person may send."""

    kind = forms.ChoiceField(label="What it holds")
    file = forms.FileField(
        label="File", allow_empty_file=True,
        help_text="CSV (any separator and encoding) or XLSX; up to 50 MB and 200,000 rows.",
    )  # fmt: skip
    saved = forms.ModelChoiceField(
        ColumnMapping.objects.none(), required=False, label="Columns as in",
        empty_label="Found by their headers",
    )  # fmt: skip
    empty = forms.ChoiceField(
        label="Empty cells", choices=[("keep", "Keep what is there"), ("clear", "Empty the field")]
    )
    reason = forms.ChoiceField(
        label="Reason for stock", choices=AdjustReason.choices, initial=AdjustReason.COUNT,
        help_text="For rows of stock that give none.",
    )  # fmt: skip
    note = forms.CharField(
        required=False, max_length=100, help_text="Stands beside each movement and cost."
    )
    sure = forms.BooleanField(required=False, label="Unusually many units are right")

    def __init__(self, *args: Any, kinds: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: Any = self.fields["kind"]
        chosen.choices = [(kind, WORDS[kind]) for kind in KINDS if kind in kinds]
        saved: Any = self.fields["saved"]
        saved.queryset = ColumnMapping.objects.filter(kind__in=kinds).order_by("kind", "name")
        saved.label_from_instance = lambda row: f"{row.name} ({row.kind})"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        saved = given.get("saved")
        if saved and saved.kind != given.get("kind"):
            self.add_error("saved", f"{saved.name} is for {saved.kind}.")
        return given

    def options(self) -> dict[str, Any]:
        """As checks take them."""
        given = self.cleaned_data
        saved = given["saved"]
        return {
            "mapping": saved.columns if saved else None,
            **{name: given[name] for name in ("empty", "reason", "note", "sure")},
        }


def mapping_from(kind: str, sent: Any) -> dict[str, str]:
    """Which header was chosen for which field: `map-<field>`. Raises BadValue."""
    mapping = {}
    for name in columns_of(kind):
        header = str(sent.get(f"map-{name}", ""))
        if len(header) > 100:
            raise BadValue(field="mapping", fix="There is no such column.")
        if header:
            mapping[name] = header
    return mapping
