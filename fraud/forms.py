import json
from collections.abc import Sequence
from typing import Any

from django import forms

from fraud.models import RiskPolicy, RiskRule

ACCEPT_REASONS = [
    "Customer confirmed by phone",
    "Known customer, good history",
    "Bank confirmed the card",
    "Address and name verified",
]
REJECT_REASONS = [
    "Stolen card",
    "Customer could not confirm",
    "Same person as earlier fraud",
    "Bulk order for resale",
]


class DecisionForm(forms.Form):
    """A reason from the list of the decision, one in own words, or both."""

    reason = forms.ChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "“%(value)s” is no reason on the list. Choose one of it, or say why"
            " in your words."
        },
    )
    note = forms.CharField(
        required=False,
        max_length=200,
        label="Or in your words",
        error_messages={
            "max_length": "Your words are %(show_value)s characters long; use at most"
            " %(limit_value)s."
        },
    )

    def __init__(self, *args: Any, reasons: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(reason, reason) for reason in reasons]  # type: ignore[attr-defined]

    def told(self) -> str:
        """The reason as it stays with the order; empty when none was given. For a valid form."""
        parts = (self.cleaned_data["reason"].strip(), self.cleaned_data["note"].strip())
        return ": ".join(part for part in parts if part)


class RuleForm(forms.ModelForm):
    note = forms.CharField(max_length=300, label="Why", help_text="Stays with the change.")
    params = forms.JSONField(required=False, widget=forms.Textarea(attrs={"rows": 4}))

    class Meta:
        model = RiskRule
        fields = ["points", "active", "params"]

    def clean_params(self) -> dict:
        given = self.cleaned_data["params"]
        if given in (None, ""):
            return {}
        if not isinstance(given, dict):
            raise forms.ValidationError(f"Write an object like {json.dumps({'orders': 3})}.")
        return given


class ThresholdsForm(forms.ModelForm):
    note = forms.CharField(max_length=300, label="Why", help_text="Stays with the change.")

    class Meta:
        model = RiskPolicy
        fields = ["review_from", "decline_from", "velocity_hours", "link_days"]
