"""What people fill in about buying; the rules are the operations', forms only shape the fields."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from core.errors import BadValue
from core.money import Money, typed_amount
from inventory.budget_forms import CostCenterField
from inventory.forms import WarehouseField
from inventory.models import SupplierProduct, Vendor
from inventory.models.purchasing.vendors import plain_price
from inventory.operations.catalog.find import skus_called
from inventory.operations.purchasing.draft import LineIn
from inventory.operations.purchasing.receive import ArrivedLine
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import Incoterm, LandedKind, SpreadBy, VendorKind, VendorStatus

NO_INCOTERM = [("", "Not agreed"), *Incoterm.choices]


class DayInput(forms.DateInput):
    """A day, from a calendar where there is one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day(**options: Any) -> forms.DateField:
    """A field for a day that may be left empty."""
    return forms.DateField(widget=DayInput(), required=False, **options)


class VendorField(forms.ModelChoiceField):
    """Those that orders can go to, by code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Vendor.objects.none(), to_field_name="code", **options)

    def __deepcopy__(self, memo: dict) -> "VendorField":
        copy = super().__deepcopy__(memo)
        copy.queryset = Vendor.objects.buyable().order_by("name")
        return copy


class VendorForm(forms.Form):
    """Terms and contract of a vendor; the fields are those of VENDOR_RULES."""

    code = forms.CharField(max_length=32)
    name = forms.CharField(max_length=200)
    kinds = forms.MultipleChoiceField(
        choices=VendorKind.choices, widget=forms.CheckboxSelectMultiple, label="What it does"
    )
    status = forms.ChoiceField(choices=VendorStatus.choices)
    currency = forms.CharField(max_length=3)
    payment_days = forms.IntegerField(min_value=0, max_value=365, label="Payment in days")
    incoterm = forms.ChoiceField(choices=NO_INCOTERM, required=False)
    lead_time_days = forms.IntegerField(min_value=0, max_value=730, label="Lead time in days")
    tolerance_percent = forms.DecimalField(
        min_value=0, max_value=100, decimal_places=2, label="Tolerance in %",
        help_text="So much more or less of a line may come in.",
    )  # fmt: skip
    tolerance_units = forms.IntegerField(
        min_value=0, max_value=1_000_000, label="Tolerance in units", help_text="The larger counts."
    )
    price_tolerance_percent = forms.DecimalField(
        min_value=0, max_value=100, decimal_places=2, label="Price tolerance in %",
        help_text="So much above the ordered price may be billed.",
    )  # fmt: skip
    contract_from = day(label="Contract from")
    contract_to = day(label="Contract until")
    notice_days = forms.IntegerField(min_value=0, max_value=1095, label="Notice in days")
    otif_percent = forms.DecimalField(
        min_value=0, max_value=100, decimal_places=2, required=False,
        label="Promised OTIF in %", help_text="Share of lines on time and in full.",
    )  # fmt: skip
    sla_text = forms.CharField(
        max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}), label="SLA"
    )
    review_on = day(label="Next review")

    @classmethod
    def of(cls, vendor: Vendor) -> "VendorForm":
        """Filled with what there is."""
        return cls(initial={name: getattr(vendor, name) for name in cls.base_fields})


class ContactForm(forms.Form):
    """A person at a vendor."""

    name = forms.CharField(max_length=100)
    duty = forms.CharField(max_length=100, required=False, help_text="Sales, accounts, …")
    email = forms.CharField(max_length=254, required=False, label="E-mail")
    phone = forms.CharField(max_length=32, required=False)
    takes_orders = forms.BooleanField(required=False, label="Orders are mailed there")


class ReviewForm(forms.Form):
    """When a vendor is reviewed next."""

    next_on = forms.DateField(widget=DayInput(), label="Next review")


class AgreementForm(forms.Form):
    """One agreement; `prices` is a row per tier."""

    vendor = VendorField()
    sku = forms.CharField(max_length=64, label="SKU code or barcode")
    vendor_code = forms.CharField(max_length=64, required=False, label="Their code")
    prices = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One row per price: units from which it holds, then the price. “1 4.25”",
    )
    currency = forms.CharField(max_length=3, required=False, help_text="Empty: the vendor's.")
    pack_units = forms.IntegerField(min_value=1, max_value=1_000_000, initial=1, label="Pack")
    minimum_units = forms.IntegerField(
        min_value=1, max_value=MOST_UNITS, initial=1, label="Minimum"
    )
    multiple_units = forms.IntegerField(
        min_value=1, max_value=1_000_000, initial=1, label="Order multiple"
    )
    lead_time_days = forms.IntegerField(
        min_value=0, max_value=730, required=False, help_text="Empty: the vendor's."
    )
    valid_from = forms.DateField(widget=DayInput())
    valid_to = day()
    end_earlier = forms.BooleanField(
        required=False, label="End the agreement that is valid until then"
    )

    def given(self) -> dict[str, Any]:
        """What the operation takes beside vendor, SKU and prices."""
        left_out = {"vendor", "sku", "prices", "end_earlier"}
        values = {n: v for n, v in self.cleaned_data.items() if n not in left_out}
        if not values["currency"]:
            del values["currency"]
        return values

    def tiers(self) -> list[tuple[int, str]]:
        """(from units, price) of each row. Raises BadValue."""
        found = []
        for row in self.cleaned_data["prices"].splitlines():
            if not row.strip():
                continue
            units, _, price = row.strip().replace("\t", " ").replace(":", " ").partition(" ")
            if not (units.isascii() and units.isdigit() and len(units) < 12 and price.strip()):
                raise BadValue(field="prices", fix=f"Write rows like “100 3.90”, not “{row[:30]}”.")
            found.append((int(units), price.strip()))
        return found

    @classmethod
    def of(cls, agreement: SupplierProduct) -> "AgreementForm":
        """Filled with what there is."""
        names = set(cls.base_fields) - {"vendor", "sku", "prices", "end_earlier"}
        tiers = agreement.tiers.all()
        prices = "\n".join(f"{tier.from_units} {plain_price(tier.price)}" for tier in tiers)
        start = {name: getattr(agreement, name) for name in names}
        return cls(
            initial=start
            | {"vendor": agreement.vendor.code, "sku": agreement.sku.code, "prices": prices}
        )


class ChangeAgreementForm(AgreementForm):
    """The same without what cannot change."""

    vendor = None  # type: ignore[assignment]
    sku = None  # type: ignore[assignment]
    end_earlier = None  # type: ignore[assignment]


class PriceImportForm(forms.Form):
    """A price list from a file."""

    file = forms.FileField(help_text="CSV with the columns vendor, sku and price.")
    vendor = VendorField(required=False, label="Vendor of rows that name none")

    def options(self) -> dict[str, Any]:
        """As batches keep them."""
        vendor = self.cleaned_data["vendor"]
        return {"vendor": vendor.code if vendor else ""}


class DraftForm(forms.Form):
    """A new order; `lines` is a row per SKU."""

    vendor = VendorField()
    warehouse = WarehouseField()
    lines = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One row per SKU: code or barcode, then units. More can be added afterwards.",
    )
    note = forms.CharField(
        max_length=500, required=False, help_text="The vendor reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def wanted(self) -> list[LineIn]:
        """The lines, at agreed prices. Raises BadValue."""
        rows = [row.split() for row in self.cleaned_data["lines"].splitlines() if row.strip()]
        for row in rows:
            if len(row) != 2 or not (row[1].isascii() and row[1].isdigit() and len(row[1]) < 12):
                raise BadValue(field="lines", fix=f"Write rows like “MUG 48”, not “{row[0][:30]}”.")
        skus = skus_called([row[0] for row in rows], fields=["lines"] * len(rows))
        return [
            LineIn(sku_id=sku.pk, units=int(row[1])) for sku, row in zip(skus, rows, strict=True)
        ]


class TermsForm(forms.Form):
    """Terms of one order."""

    cost_center = CostCenterField(required=False, label="Cost center", empty_label="None")
    payment_days = forms.IntegerField(min_value=0, max_value=365, label="Payment in days")
    incoterm = forms.ChoiceField(choices=NO_INCOTERM, required=False)
    tolerance_percent = forms.DecimalField(min_value=0, max_value=100, decimal_places=2)
    tolerance_units = forms.IntegerField(min_value=0, max_value=1_000_000)
    note = forms.CharField(max_length=500, required=False, help_text="The vendor reads it.")


class LineForm(forms.Form):
    """One line of a draft."""

    sku = forms.CharField(max_length=64, label="SKU code or barcode")
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS)
    price = forms.CharField(max_length=20, required=False, help_text="Empty: as agreed.")
    promised = day(label="For", help_text="Empty: by the lead time.")
    reason = forms.CharField(
        max_length=200, required=False, help_text="Why it departs from what is agreed."
    )


class PromiseForm(forms.Form):
    """Another day for a line."""

    sku = forms.CharField(max_length=64, widget=forms.HiddenInput)
    day = forms.DateField(widget=DayInput())
    reason = forms.CharField(max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why something ends."""

    reason = forms.CharField(max_length=200, required=False)


class ArrivedForm(forms.Form):
    """A delivery at a desk; the lines come as `units-<sku>`, `damaged-<sku>`, `over-<sku>`."""

    delivery_note = forms.CharField(max_length=60, required=False)
    key = forms.CharField(max_length=60, widget=forms.HiddenInput)


class PurchaseScanForm(forms.Form):
    """One scan: an order, or an item of it; `scan` makes a form that is sent twice count once."""

    order = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    note = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    barcode = forms.CharField(max_length=64, label="Scan")
    units = forms.IntegerField(min_value=1, max_value=1_000_000, initial=1)
    damaged = forms.BooleanField(required=False)
    scan = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)


class LandedForm(forms.Form):
    """A bill about what a delivery cost beside its goods."""

    kind = forms.ChoiceField(choices=LandedKind.choices)
    document = forms.CharField(max_length=60, label="Number of the bill")
    amount = forms.CharField(max_length=30)
    currency = forms.CharField(max_length=3)
    spread_by = forms.ChoiceField(choices=SpreadBy.choices, label="Spread by")

    def money(self) -> Money:
        """The amount. Raises BadValue."""
        given = self.cleaned_data
        try:
            return Money.of(typed_amount(given["amount"]), given["currency"].upper())
        except ValueError as error:
            raise BadValue(field="amount", fix=f"{error}.") from error


class ParkForm(forms.Form):
    """What can be told of unknown goods."""

    warehouse = WarehouseField()
    order = forms.CharField(max_length=32, required=False, label="Order, if known")
    barcode = forms.CharField(max_length=64, required=False)
    description = forms.CharField(max_length=200, required=False)
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, initial=1)
    photo = forms.FileField(required=False, help_text="JPEG, PNG or WebP, at most 5 MB.")


class TakeInForm(forms.Form):
    """Which SKU parked goods are."""

    sku = forms.CharField(max_length=64, label="SKU code or barcode")
    note = forms.CharField(max_length=150, required=False)


class RateForm(forms.Form):
    """A rate from a day on."""

    currency = forms.CharField(max_length=3)
    rate = forms.CharField(max_length=20, help_text="What one unit is in the company's currency.")
    day = forms.DateField(widget=DayInput(), label="From")


def arrived_lines(data: QueryDict, sku_ids: Iterable[int]) -> list[ArrivedLine]:
    """What has come, of each SKU that has units. Raises BadValue."""
    found = []
    for sku_id in sku_ids:
        units = _whole(data.get(f"units-{sku_id}", ""), f"units-{sku_id}")
        damaged = _whole(data.get(f"damaged-{sku_id}", ""), f"damaged-{sku_id}")
        if units or damaged:
            over = data.get(f"over-{sku_id}", "")[:200]
            found.append(
                ArrivedLine(sku_id=sku_id, units=units + damaged, damaged=damaged, over_reason=over)
            )
    return found


def _whole(text: str, field: str) -> int:
    word = text.strip()
    if not word:
        return 0
    if not (word.isascii() and word.isdigit() and len(word) < 11):
        raise BadValue(field=field, fix="Give a whole number of units, digits only.")
    return int(word)
