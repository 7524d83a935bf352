"""What people fill in about counts."""

from typing import Any

from django import forms

from core.models import User
from inventory.forms import WarehouseField
from inventory.models import CountRule
from inventory.operations.catalog.find import bins_called, skus_called
from inventory.operations.catalog.packs import MOST_PACK
from inventory.operations.stock.counts import counters
from inventory.states import CountWhy

MOST_DIGITS = 7  # of a number of units; what has more is a barcode


class CountForm(forms.Form):
    """What is to be counted: SKUs, and all that lies in some bins."""

    warehouse = WarehouseField()
    skus = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 5}), required=False, label="SKUs",
        help_text="Codes or barcodes, one per row.",
    )  # fmt: skip
    bins = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text="Codes of bins, one per row: all that lies in them.",
    )  # fmt: skip
    blind = forms.BooleanField(
        required=False, initial=True, label="Blind: whoever counts is not told what the books say"
    )
    assigned_to = forms.ModelChoiceField(
        User.objects.none(), to_field_name="email", required=False, label="Who counts"
    )
    note = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["assigned_to"].queryset = counters().order_by("name")  # type: ignore[attr-defined]

    def sku_ids(self) -> list[int]:
        """Raises BadValue that names the first unknown one."""
        codes = self.cleaned_data["skus"].split()
        return [sku.pk for sku in skus_called(codes, fields=["skus"] * len(codes))]

    def bin_ids(self) -> list[int]:
        """Raises BadValue that names the first bin that is not in the warehouse."""
        codes, place = self.cleaned_data["bins"].split(), self.cleaned_data["warehouse"]
        return [one.pk for one in bins_called(codes, place, fields=["bins"] * len(codes))]


class CountedForm(forms.Form):
    """One scan of a count: a bin or an item first, then how many of it."""

    barcode = forms.CharField(max_length=64)
    sku = forms.CharField(max_length=64, required=False)
    bin = forms.CharField(max_length=32, required=False)
    extra = forms.BooleanField(required=False)
    each = forms.IntegerField(min_value=1, max_value=MOST_PACK, required=False)
    pack = forms.CharField(max_length=32, required=False)
    key = forms.CharField(max_length=60)

    def units(self) -> int | None:
        """The number, when an item is named already and this is one."""
        typed = self.cleaned_data["barcode"].strip()
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS
        return int(typed) if self.cleaned_data["sku"] and is_number else None


class RuleForm(forms.Form):
    """One rule of a warehouse; saving it again changes it."""

    warehouse = WarehouseField()
    why = forms.ChoiceField(
        choices=[choice for choice in CountWhy.choices if choice[0] != CountWhy.HAND],
        label="Count what",
    )
    days = forms.IntegerField(
        min_value=1, max_value=3650, initial=90, label="Not again within (days)"
    )
    most = forms.IntegerField(min_value=1, max_value=2000, initial=25, label="SKUs on one count")
    active = forms.BooleanField(required=False, initial=True, label="In force")

    @classmethod
    def of(cls, rule: CountRule) -> "RuleForm":
        return cls(
            initial={
                "warehouse": rule.warehouse.code, "why": rule.why, "days": rule.days,
                "most": rule.most, "active": rule.active,
            }
        )  # fmt: skip
