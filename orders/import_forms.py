"""Forms of order files: what to take in, and how a profile reads it."""

from typing import Any

from django import forms

from inventory.models import Channel
from orders.models import ImportProfile
from orders.operations.imports.profile import OPTIONAL, REQUIRED
from orders.states import ChargeKind


class ImportForm(forms.Form):
    """A file, whose it is, and how it is read."""

    file = forms.FileField(
        allow_empty_file=True, help_text="CSV, as it is or packed with gzip; up to 256 MB."
    )
    channel = forms.ModelChoiceField(Channel.objects.none(), to_field_name="code")
    profile = forms.ModelChoiceField(
        ImportProfile.objects.order_by("code"), to_field_name="code", help_text="How it is read."
    )
    dry_run = forms.BooleanField(
        required=False, initial=True, label="Try only: say what would happen, write nothing"
    )
    live = forms.BooleanField(
        required=False, label="New orders to ship; without it they are history, closed and paid"
    )

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels  # type: ignore[attr-defined]


class WordsField(forms.CharField):
    """A text per line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class PairsField(WordsField):
    """`POST = shipping`, a pair per line."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{name} = {said}" for name, said in value.items())
        return value

    def clean(self, value: Any) -> Any:
        pairs = {}
        for line in super().clean(value):
            name, sign, said = (part.strip() for part in line.partition("="))
            if not sign or not name or not said:
                raise forms.ValidationError(f"Write {line[:40]!r} as: name = meaning")
            pairs[name] = said
        return pairs


class ProfileForm(forms.Form):
    """A profile as people edit it; the operation says what will not do."""

    name = forms.CharField(max_length=100)
    date_formats = WordsField(help_text="One per line, tried in this order: %Y-%m-%d %H:%M")
    time_zone = forms.CharField(max_length=64, initial="UTC", help_text="Of dates without one.")
    return_prefixes = WordsField(
        label="Credits begin with", help_text="An order reference that begins so is a credit."
    )
    aside_prefixes = PairsField(
        label="Set aside", help_text="Reference prefix = reason, one per line."
    )
    charges = PairsField(
        label="Charge codes", help_text=f"Code = one of {', '.join(ChargeKind.values)}."
    )
    charge_prefixes = PairsField(
        label="Charge codes that begin with", help_text="Prefix = one of the same."
    )
    countries = PairsField(help_text="What the file calls it = ISO code: Eire = IE.")
    unknown_sku = forms.ChoiceField(
        choices=[("exception", "Take it in as an unmapped listing"), ("create", "Create the SKU")],
        label="A code nobody knows",
    )
    opening_stock = forms.ChoiceField(
        choices=[("none", "None"), ("cover", "Receive what the orders need")],
        label="Opening stock",
    )
    currency_rate = forms.CharField(
        max_length=20, initial="1", help_text="What one unit of the file's currency is in ours."
    )
    paid = forms.BooleanField(required=False, initial=True, label="The orders are paid")
    sample = forms.FileField(
        required=False, label="Try it on a file", help_text="Shows its first 20 lines."
    )

    RULES = (
        "date_formats", "time_zone", "return_prefixes", "aside_prefixes", "charges",
        "charge_prefixes", "countries", "unknown_sku", "opening_stock", "currency_rate", "paid",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in REQUIRED + OPTIONAL:
            label = name.replace("_", " ").capitalize().replace("Sku", "SKU")
            required = name in REQUIRED
            self.fields[f"column_{name}"] = forms.CharField(
                max_length=100, required=required, label=label
            )

    @classmethod
    def initial_of(cls, row: ImportProfile | None) -> dict[str, Any]:
        """The stored profile as the form's first values."""
        if row is None:
            return {"date_formats": ["%Y-%m-%d %H:%M"]}
        columns = {f"column_{name}": column for name, column in row.columns.items()}
        return {"name": row.name, **columns, "paid": True, **row.rules}

    def given(self) -> dict[str, Any]:
        """As `create_profile` and `change_profile` take it; what is empty is left out."""
        data = self.cleaned_data
        columns = {name: data[f"column_{name}"] for name in REQUIRED + OPTIONAL}
        rules = {name: data[name] for name in self.RULES}
        return {
            "name": data["name"],
            "columns": {name: column for name, column in columns.items() if column},
            "rules": {name: rule for name, rule in rules.items() if rule not in ("", [], {})},
        }

    @property
    def required_columns(self) -> list[Any]:
        return [self[f"column_{name}"] for name in REQUIRED]

    @property
    def other_columns(self) -> list[Any]:
        return [self[f"column_{name}"] for name in OPTIONAL]

    @property
    def rules(self) -> list[Any]:
        return [self[name] for name in self.RULES]


class NewProfileForm(ProfileForm):
    """A profile that is not there yet has a code to choose."""

    code = forms.CharField(max_length=64, help_text="Small letters, digits, - and _.")
