"""What people fill in to hold stock."""

from django import forms

from inventory.forms import WarehouseField
from inventory.operations.stock.reserve import MOST_MINUTES
from inventory.transfer_forms import units_in

DAY = 24 * 60


class ReservationForm(forms.Form):
    """What is held where, for how long, and why."""

    warehouse = WarehouseField()
    lines = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6}),
        label="What",
        help_text="One row per SKU: code or barcode, then units.",
    )
    days = forms.IntegerField(
        min_value=1, max_value=MOST_MINUTES // DAY, required=False, label="For how many days",
        help_text="Empty: until somebody releases it.",
    )  # fmt: skip
    note = forms.CharField(max_length=300, label="For whom, and why")
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def units(self) -> dict[int, int]:
        return units_in(self.cleaned_data["lines"])

    def minutes(self) -> int | None:
        days = self.cleaned_data["days"]
        return days * DAY if days else None
