"""What people fill in about cost centers and budgets."""

from typing import Any

from django import forms
from django.conf import settings

from core.errors import BadValue
from core.money import Money, typed_amount
from inventory.budget_use import read_month
from inventory.forms import WarehouseField
from inventory.models import CostCenter


class MonthInput(forms.DateInput):
    """A month, from a calendar where there is one."""

    input_type = "month"


class CostCenterField(forms.ModelChoiceField):
    """By code. One that is no longer in use stays shown where it is; to choose it is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(CostCenter.objects.none(), to_field_name="code", **options)

    def __deepcopy__(self, memo: dict) -> "CostCenterField":
        copy = super().__deepcopy__(memo)
        copy.queryset = CostCenter.objects.order_by("name")
        return copy


class CostCenterForm(forms.Form):
    """A cost center; the fields are those of CENTER_RULES."""

    code = forms.CharField(max_length=32)
    name = forms.CharField(max_length=100)
    warehouse = WarehouseField(
        required=False, empty_label="None", help_text="Orders for it start with this cost center."
    )
    active = forms.BooleanField(required=False, initial=True, label="In use")

    def given(self) -> dict[str, Any]:
        """As the operation takes it: the warehouse by its code."""
        place = self.cleaned_data["warehouse"]
        return {**self.cleaned_data, "warehouse": place.code if place else ""}


class BudgetForm(forms.Form):
    """How much may be bought in a month."""

    month = forms.CharField(max_length=7, widget=MonthInput(), help_text="As 2026-01.")
    amount = forms.CharField(max_length=30, required=False, help_text="Empty: no budget.")

    def given(self) -> dict[str, Any]:
        """As the operation takes it. Raises BadValue."""
        typed, own = self.cleaned_data["amount"].strip(), settings.COMPANY_CURRENCY
        try:
            amount = Money.of(typed_amount(typed), own) if typed else None
        except ValueError as error:
            raise BadValue(field="amount", fix=f"{error}.") from error
        return {"month": read_month(self.cleaned_data["month"], field="month"), "amount": amount}
