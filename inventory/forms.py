"""What people fill in; the rules are the operations', forms only shape the fields."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from core.actor import current_actor
from core.errors import BadValue
from inventory.models import Channel, Product, ReplenishmentRule, Sku, Warehouse
from inventory.operations.stock.booking import MOST_UNITS
from inventory.operations.stock.take_list import MODES
from inventory.states import AdjustReason, Bucket, ForecastMethod, HazardClass, SkuNeed


def my_warehouses() -> QuerySet[Warehouse]:
    return Warehouse.objects.visible_to(current_actor()).active().order_by("code")


class WarehouseField(forms.ModelChoiceField):
    """Those within the person's reach, by code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Warehouse.objects.none(), to_field_name="code", **options)

    def __deepcopy__(self, memo: dict) -> "WarehouseField":
        copy = super().__deepcopy__(memo)
        copy.queryset = my_warehouses()
        return copy


class ProductForm(forms.Form):
    title = forms.CharField(max_length=200)
    category = forms.CharField(max_length=100, required=False)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))


class SkuForm(forms.Form):
    """Master data; `changes()` is what the operation takes."""

    code = forms.CharField(max_length=64, label="SKU code")
    title = forms.CharField(max_length=200)
    product = forms.ModelChoiceField(
        Product.objects.filter(archived_at=None),
        to_field_name="public_id",
        required=False,
        widget=forms.HiddenInput,
    )
    barcode = forms.CharField(max_length=32, required=False)
    weight_grams = forms.IntegerField(required=False, min_value=1, label="Weight (g)")
    length_mm = forms.IntegerField(required=False, min_value=1, label="Length (mm)")
    width_mm = forms.IntegerField(required=False, min_value=1, label="Width (mm)")
    height_mm = forms.IntegerField(required=False, min_value=1, label="Height (mm)")
    hs_code = forms.CharField(max_length=20, required=False, label="HS code")
    origin_country = forms.CharField(max_length=2, required=False, label="Origin (GB, CN, …)")
    hazard_class = forms.ChoiceField(
        choices=[("", "None"), *HazardClass.choices], required=False, label="Dangerous goods"
    )
    un_number = forms.CharField(max_length=10, required=False, label="UN number")
    unit_cost = forms.DecimalField(max_digits=19, decimal_places=6, required=False)
    unit_price = forms.DecimalField(max_digits=19, decimal_places=6, required=False)
    currency = forms.CharField(max_length=3)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    active = forms.BooleanField(required=False, initial=True, label="Sold (else archived)")

    @classmethod
    def of(cls, sku: Sku) -> "SkuForm":
        """Filled with what there is."""
        names = [name for name in cls.base_fields if name != "product"]
        return cls(initial={name: getattr(sku, name) for name in names})

    def changes(self) -> dict[str, Any]:
        return {name: v for name, v in self.cleaned_data.items() if name != "product"}


class AdjustForm(forms.Form):
    warehouse = WarehouseField()
    units = forms.IntegerField(
        min_value=-MOST_UNITS, max_value=MOST_UNITS, help_text="+3 found, -2 lost"
    )
    reason = forms.ChoiceField(choices=AdjustReason.choices)
    note = forms.CharField(max_length=200, required=False)
    sure = forms.BooleanField(required=False, label="Even if it is unusually many")


class SetForm(forms.Form):
    warehouse = WarehouseField()
    units = forms.IntegerField(min_value=0, max_value=MOST_UNITS, label="Counted")
    expected = forms.IntegerField(min_value=0, max_value=MOST_UNITS, label="Seen on hand")
    note = forms.CharField(max_length=200, required=False)
    sure = forms.BooleanField(required=False, label="Even if it is unusually many")


class SafetyForm(forms.Form):
    warehouse = WarehouseField()
    units = forms.IntegerField(min_value=0, max_value=MOST_UNITS, label="Safety stock")


class ReplenishmentForm(forms.Form):
    """How a SKU is bought; filled with what is in force."""

    service_percent = forms.DecimalField(
        min_value=50, max_value=99.5, decimal_places=1, max_digits=4, label="Service level (%)"
    )
    lead_days = forms.IntegerField(min_value=1, max_value=730, label="Lead time (days)")
    lead_spread_days = forms.IntegerField(min_value=0, max_value=365, label="± days")
    cover_days = forms.IntegerField(min_value=1, max_value=730, label="Orders last (days)")
    minimum_units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, label="Least order")
    pack_units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, label="Units a pack")
    method = forms.ChoiceField(choices=ForecastMethod.choices, label="Forecast method")

    @classmethod
    def of(cls, rule: ReplenishmentRule) -> "ReplenishmentForm":
        return cls(initial={name: getattr(rule, name) for name in cls.base_fields})


class MoveForm(forms.Form):
    warehouse = WarehouseField()
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS)
    source = forms.ChoiceField(choices=Bucket.choices, label="From")
    target = forms.ChoiceField(choices=[*Bucket.choices, ("", "Scrap")], required=False, label="To")
    reason = forms.CharField(max_length=64)


class ReceiptForm(forms.Form):
    """Where and for which delivery goods are taken in."""

    warehouse = WarehouseField()
    reference = forms.CharField(max_length=60, label="Delivery note")


class ScanForm(ReceiptForm):
    """One scan: a bin, a SKU or a barcode; `scan` makes a form that is sent twice count once."""

    barcode = forms.CharField(max_length=64, label="Scan")
    units = forms.IntegerField(min_value=1, max_value=100_000, initial=1)
    bin = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    scan = forms.CharField(max_length=16, widget=forms.HiddenInput)


class TakeBackForm(ReceiptForm):
    """One scan of a delivery that was wrong."""

    sku = forms.ModelChoiceField(Sku.objects.all(), to_field_name="public_id")
    key = forms.CharField(max_length=100)
    bin = forms.CharField(max_length=32, required=False)


class MapForm(forms.Form):
    sku = forms.CharField(max_length=64, label="SKU code or barcode")
    remap = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ListingForm(forms.Form):
    channel = forms.ModelChoiceField(Channel.objects.none(), to_field_name="code")
    channel_sku = forms.CharField(max_length=100, label="Channel's code")
    title = forms.CharField(max_length=200, required=False)
    sku = forms.CharField(max_length=64, required=False, label="SKU code or barcode")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        mine = Channel.objects.visible_to(current_actor()).order_by("code")
        self.fields["channel"].queryset = mine  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    file = forms.FileField(help_text="CSV with the columns sku, warehouse and units.")
    mode = forms.ChoiceField(
        choices=[("receive", "Add the units (received)"), ("count", "Set to the units (counted)")]
    )
    warehouse = WarehouseField(required=False, label="Warehouse of rows that name none")
    create_missing = forms.BooleanField(
        required=False, label="Create SKUs that are missing (needs the column title)"
    )

    def options(self) -> dict[str, Any]:
        """As batches keep them."""
        given = self.cleaned_data
        place = given["warehouse"]
        return {
            "mode": given["mode"] if given["mode"] in MODES else "receive",
            "warehouse": place.code if place else "",
            "create_missing": given["create_missing"],
        }


def require_valid(form: forms.Form) -> dict[str, Any]:
    """The form's values. Raises BadValue for the first field that will not do."""
    if form.is_valid():
        return form.cleaned_data
    field, wrong = next(iter(form.errors.items()))
    raise BadValue(field=field, fix=str(wrong[0]))


class NeedsForm(forms.Form):
    """What a SKU must have before a channel lists or ships it."""

    list_needs = forms.MultipleChoiceField(
        choices=SkuNeed.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="To be listed",
    )  # fmt: skip
    ship_needs = forms.MultipleChoiceField(
        choices=SkuNeed.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="Before an order is released",
    )  # fmt: skip
    least_description = forms.IntegerField(
        min_value=1, max_value=20_000, label="Characters of a description, at least"
    )
    least_pictures = forms.IntegerField(min_value=1, max_value=12, label="Pictures, at least")

    @classmethod
    def of(cls, channel: Channel) -> "NeedsForm":
        """Filled with what is asked for now."""
        return cls(initial={name: getattr(channel, name) for name in cls.base_fields})
