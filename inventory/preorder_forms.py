"""What people fill in about preorder offers."""

from typing import Any

from django import forms

from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.stock.booking import MOST_UNITS
from inventory.purchasing_forms import DayInput


class PreorderChangeForm(forms.Form):
    """How many may be sold until when, and what brings them."""

    order = forms.CharField(
        max_length=32, label="Order to a vendor", help_text="Its number, as PO-7: it brings them."
    )
    cap = forms.IntegerField(
        min_value=1, max_value=MOST_UNITS, label="Cap", help_text="How many may be sold in all."
    )
    ends_on = forms.DateField(
        widget=DayInput(), label="Last day", help_text="Orders are taken until its end."
    )

    def changes(self, start: dict[str, Any]) -> dict[str, Any]:
        """As the operation takes it: what is another than at the `start`."""
        given = {name: value for name, value in self.cleaned_data.items() if value != start[name]}
        if "order" in given:
            given["purchase_order_id"] = purchase_called(given.pop("order")).pk
        return given


class PreorderForm(PreorderChangeForm):
    """A new offer."""

    sku = forms.CharField(max_length=64, label="SKU code or barcode")
    field_order = ["order", "sku", "cap", "ends_on"]

    def given(self) -> dict[str, Any]:
        """As the operation takes it. Raises BadValue."""
        given = self.cleaned_data
        return {
            "purchase_order_id": purchase_called(given["order"]).pk,
            "sku_id": sku_called(given["sku"]).pk,
            "cap": given["cap"],
            "ends_on": given["ends_on"],
        }
