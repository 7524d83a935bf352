"""What people type, scan and choose on the pages of shipping."""

from typing import Any

from django import forms

from inventory.models import Warehouse
from shipping.models import Carton, Service
from shipping.operations.pack import MOST_GRAMS
from shipping.states import Level, TrackingCode

UNITS_MOST = 100_000


class ScanForm(forms.Form):
    barcode = forms.CharField(max_length=64, label="Scan")
    units = forms.IntegerField(min_value=1, max_value=UNITS_MOST, initial=1, required=False)

    def clean_units(self) -> int:
        return self.cleaned_data.get("units") or 1


class ShortForm(forms.Form):
    line = forms.IntegerField(min_value=1)
    units = forms.IntegerField(min_value=1, max_value=UNITS_MOST, required=False)


class StartForm(forms.Form):
    warehouse = forms.ModelChoiceField(Warehouse.objects.all(), to_field_name="public_id")
    limit = forms.IntegerField(min_value=1, max_value=100, initial=20, required=False)


class PackForm(forms.Form):
    carton = forms.ChoiceField(required=False)
    weight_grams = forms.IntegerField(
        min_value=1, max_value=MOST_GRAMS, required=False, label="Weight in grams, if weighed"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cartons = Carton.objects.filter(active=True).order_by("length_mm", "width_mm", "code")
        choices = [(carton.code, f"{carton.code} · {carton.name}") for carton in cartons]
        self.fields["carton"].choices = [*choices, ("", "As it is, without a carton")]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, label="Why")


class OverrideForm(ReasonForm):
    service = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = Service.objects.filter(active=True).order_by("name")
        self.fields["service"].choices = [(service.code, service.name) for service in services]


class TrackForm(forms.Form):
    code = forms.ChoiceField(choices=TrackingCode.choices, label="What happened")
    place = forms.CharField(max_length=100, required=False)


class QuoteForm(forms.Form):
    warehouse = forms.ModelChoiceField(
        Warehouse.objects.none(), to_field_name="public_id", empty_label=None, label="From"
    )
    country = forms.RegexField(r"^[A-Za-z]{2}$", max_length=2, label="To country", initial="GB")
    postal_code = forms.CharField(max_length=20, required=False)
    weight_grams = forms.IntegerField(min_value=1, max_value=MOST_GRAMS, initial=1000)
    length_mm = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    width_mm = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    height_mm = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    deliver_by = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}), label="Arrive by"
    )
    level = forms.ChoiceField(
        choices=[("", "Any"), *Level.choices], required=False, label="At least"
    )

    def __init__(self, *args: Any, warehouses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].queryset = warehouses

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()
