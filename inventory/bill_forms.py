"""What people fill in about vendors' bills, disputes, and vendors that are to become better."""

from typing import Any

from django import forms
from django.http import QueryDict

from core.errors import BadValue
from core.money import Money, typed_amount
from inventory.models import Dispute, PurchaseLine, PurchaseOrder
from inventory.operations.purchasing.bills import BilledLine, Charge
from inventory.purchasing_forms import DayInput, day
from inventory.states import STAGES, DisputeKind, DisputeOutcome, DisputeStage, PlanMeasure

CHARGES = 3  # rows of the page; the API takes more
PAPERS = ".pdf,.jpg,.jpeg,.png,.webp"


def money(field: str, typed: str, currency: str) -> Money:
    """An amount that was typed. Raises BadValue."""
    try:
        return Money.of(typed_amount(typed), currency)
    except ValueError as error:
        raise BadValue(field=field, fix=f"{error}.") from error


class PaperInput(forms.ClearableFileInput):
    """A file that is a PDF or a picture."""

    def __init__(self) -> None:
        super().__init__(attrs={"accept": PAPERS})


class WhichOrderForm(forms.Form):
    """The order that a bill is for."""

    order = forms.CharField(max_length=32, label="Our order number")


class BillForm(forms.Form):
    """A bill; its lines are a table beside it."""

    number = forms.CharField(max_length=60, label="Their number")
    billed_on = forms.DateField(widget=DayInput(), label="Dated")
    due_on = day(label="Due", help_text="Empty: by the order's terms.")
    tax = forms.CharField(max_length=30, required=False, help_text="Empty: none.")
    total = forms.CharField(max_length=30, label="Total with tax")
    document = forms.FileField(required=False, widget=PaperInput(), help_text="PDF or picture.")

    def given(self, order: PurchaseOrder) -> dict[str, Any]:
        """As the operation takes it. Raises BadValue."""
        told = {name: self.cleaned_data[name] for name in ("number", "billed_on", "due_on")}
        for name in ("tax", "total"):
            typed = self.cleaned_data[name].strip() or "0"
            told[name] = money(name, typed, order.currency)
        return told

    def lines(self, lines: list[PurchaseLine], posted: QueryDict) -> list[BilledLine]:
        """The lines that are billed; one without units is not. Raises BadValue."""
        found = []
        for line in lines:
            typed = posted.get(f"units-{line.pk}", "").strip() or "0"
            if not (typed.isascii() and typed.isdigit() and len(typed) < 11):
                fix = f"{line.sku}: “{typed[:20]}” is no number of units."
                raise BadValue(field="units", fix=fix)
            if int(typed):
                price = _price(line.sku.code, posted.get(f"price-{line.pk}", ""))
                found.append(BilledLine(sku_id=line.sku_id, units=int(typed), price=price))
        return found

    def charges(self, posted: QueryDict) -> list[Charge]:
        """What is billed beside the lines. Raises BadValue."""
        found = []
        for place in range(CHARGES):
            text = posted.get(f"charge-{place}", "").strip()
            typed = posted.get(f"amount-{place}", "").strip()
            if text or typed:
                found.append(Charge(text=text, amount=_price(text or "A charge", typed)))
        return found


def _price(what: str, typed: str) -> str:
    try:
        return typed_amount(typed.strip())
    except ValueError as error:
        raise BadValue(field="price", fix=f"{what}: {error}.") from error


class AcceptForm(forms.Form):
    """Why a bill is paid although it differs."""

    reason = forms.CharField(max_length=200)


class PayForm(forms.Form):
    """When a bill was paid."""

    paid_on = forms.DateField(widget=DayInput(), label="Paid on")
    reference = forms.CharField(max_length=60, required=False, help_text="Of the bank, if any.")


class DisputeForm(forms.Form):
    """What a vendor is to answer for."""

    kind = forms.ChoiceField(choices=DisputeKind.choices, label="About")
    amount = forms.CharField(max_length=30, help_text="In the order's currency.")
    about = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), label="What is wrong"
    )
    due_on = day(label="Answer due", help_text="Empty: in 14 days.")

    def given(self, currency: str) -> dict[str, Any]:
        """As the operation takes it. Raises BadValue."""
        told = {name: self.cleaned_data[name] for name in ("kind", "about", "due_on")}
        return {**told, "amount": money("amount", self.cleaned_data["amount"], currency)}


class EvidenceForm(forms.Form):
    """What was said or shown."""

    text = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        label="What was said",
    )  # fmt: skip
    file = forms.FileField(required=False, widget=PaperInput(), help_text="PDF or picture.")


class MoveForm(forms.Form):
    """The next stage, or another day for the same."""

    stage = forms.ChoiceField(choices=[])
    due_on = forms.DateField(widget=DayInput(), label="Answer due")
    note = forms.CharField(max_length=2000, required=False)

    def __init__(self, *args: Any, dispute: Dispute, **options: Any) -> None:
        super().__init__(*args, **options)
        ahead = STAGES[STAGES.index(DisputeStage(dispute.stage)) : -1]
        stage: Any = self.fields["stage"]
        stage.choices = [(one.value, one.label) for one in ahead]


class CloseForm(forms.Form):
    """How a dispute ends."""

    outcome = forms.ChoiceField(choices=DisputeOutcome.choices)
    settled = forms.CharField(
        max_length=30, required=False, label="What the vendor gives", help_text="For a part only."
    )
    note = forms.CharField(max_length=500, label="What was agreed")

    def given(self, currency: str) -> dict[str, Any]:
        """As the operation takes it. Raises BadValue."""
        typed = self.cleaned_data["settled"].strip()
        settled = money("settled", typed, currency) if typed else None
        told = {name: self.cleaned_data[name] for name in ("outcome", "note")}
        return {**told, "settled": settled}


class PlanForm(forms.Form):
    """What a vendor is to become better at."""

    goal = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), label="What was agreed"
    )
    measure = forms.ChoiceField(choices=PlanMeasure.choices, label="Judged by")
    target = forms.DecimalField(min_value=0, max_value=100, decimal_places=2, label="Target in %")
    due_on = forms.DateField(widget=DayInput(), label="Until")


class EndForm(forms.Form):
    """Why a vendor is ended."""

    reason = forms.CharField(max_length=200)
