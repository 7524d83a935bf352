"""What people type and choose on the pages of orders."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from core import clock
from core.ids import new_public_id
from core.models import User
from core.money import Money
from inventory.models import Channel, Sku
from orders.addresses import is_country
from orders.intake import AddressIn, ChargeIn, CustomerIn, LineIn, OrderIn, PaymentIn
from orders.operations.pricing import MOST_PRICE, MOST_UNITS
from orders.states import ChargeKind, HoldKind, PaymentKind

SERVICES = [("standard", "Standard"), ("express", "Express"), ("economy", "Economy")]
SNOOZES = [("4", "4 hours"), ("24", "1 day"), ("72", "3 days"), ("168", "1 week")]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=64, label="Reason")


class HoldForm(forms.Form):
    reason = forms.CharField(max_length=300, label="Reason")
    kind = forms.ChoiceField(choices=HoldKind.choices, initial=HoldKind.MANUAL)
    due = forms.DateTimeField(
        required=False,
        label="Look again at",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


class RaiseForm(forms.Form):
    sentence = forms.CharField(max_length=300, label="What is wrong?")
    fix = forms.CharField(max_length=300, required=False, label="What would help?")
    severity = forms.TypedChoiceField(
        choices=[(1, "Low"), (2, "Medium"), (3, "High")], coerce=int, initial=2
    )


class ResolveForm(forms.Form):
    resolution = forms.CharField(max_length=300, label="How it was settled")


class SnoozeForm(forms.Form):
    hours = forms.ChoiceField(choices=SNOOZES, initial="24", label="Put off for")

    def until(self) -> Any:
        return clock.now() + timedelta(hours=int(self.cleaned_data["hours"]))


class AssignForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody", label="Looked after by"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("name", "id")


class PaymentForm(forms.Form):
    """One entry of the money ledger; the amount is in the order's currency."""

    kind = forms.ChoiceField(choices=PaymentKind.choices, initial=PaymentKind.CAPTURED)
    amount = forms.DecimalField(max_digits=19, decimal_places=6, min_value=0)
    gateway = forms.CharField(max_length=32, required=False)
    reference = forms.CharField(max_length=100, help_text="The gateway's own number for it.")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = f"Amount in {currency}"

    def clean_amount(self) -> Money:
        return as_money(self.cleaned_data["amount"], self.currency)


def as_money(amount: Decimal, currency: str) -> Money:
    """The typed amount in a currency; a form error when it has too many decimals."""
    try:
        return Money.of(str(amount), currency)
    except ValueError as error:
        raise forms.ValidationError(f"{error}.") from error


class AddressForm(forms.Form):
    name = forms.CharField(max_length=200)
    company = forms.CharField(max_length=200, required=False)
    line1 = forms.CharField(max_length=200, required=False, label="Street and number")
    line2 = forms.CharField(max_length=200, required=False, label="Addition")
    city = forms.CharField(max_length=100, required=False)
    region = forms.CharField(max_length=100, required=False, label="State or region")
    postal_code = forms.CharField(max_length=20, required=False)
    country = forms.RegexField(
        "^[A-Za-z]{2}$", max_length=2, label="Country code", help_text="Two letters: GB, US, DE."
    )
    phone = forms.CharField(max_length=32, required=False)

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).upper()
        if not is_country(code):
            raise forms.ValidationError(f"{code} is no country (ISO 3166-1); Britain is GB.")
        return code

    def address(self) -> AddressIn:
        """As operations take it; they say what is wrong with it for its country."""
        return AddressIn(**self.cleaned_data)


class NewOrderForm(AddressForm):
    """An order taken by phone or counter; the hidden reference makes sending it twice harmless."""

    field_order = ["channel", "email", "name"]
    channel = forms.ModelChoiceField(Channel.objects.none(), to_field_name="code")
    channel_ref = forms.CharField(max_length=64, widget=forms.HiddenInput)
    email = forms.EmailField(required=False, label="Customer's e-mail")
    service = forms.ChoiceField(choices=SERVICES, label="Delivery")
    shipping = forms.DecimalField(
        max_digits=15, decimal_places=3, min_value=0, required=False, label="Charged for delivery"
    )
    paid = forms.ChoiceField(
        choices=[
            ("", "Not yet"),
            (PaymentKind.CAPTURED, "Captured"),
            (PaymentKind.AUTHORIZED, "Authorized"),
        ],
        required=False,
        label="Payment",
    )
    reference = forms.CharField(max_length=100, required=False, label="Payment reference")

    def __init__(self, *args: Any, channels: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = channels
        if len(channels) == 1:
            self.fields["channel"].initial = channels[0]
        self.fields["channel_ref"].initial = f"M-{new_public_id()}"
        self.fields["name"].label = "Customer's name"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        channel, amount = given.get("channel"), given.get("shipping")
        if channel and amount:
            given["shipping"] = as_money(amount, channel.currency)
        return given

    def order_in(self, lines: list[LineIn], *, total: Money | None) -> OrderIn:
        """What `place_order` takes; `total` is what is paid, when it is."""
        given = self.cleaned_data
        names = ("name", "company", "line1", "line2", "city", "region", "postal_code", "country")
        address = AddressIn(**{name: given[name] for name in names}, phone=given["phone"])
        charges = []
        if given["shipping"]:
            charges = [ChargeIn(kind=ChargeKind.SHIPPING, amount=given["shipping"])]
        payment = None
        if given["paid"] and total is not None:
            payment = PaymentIn(
                kind=given["paid"], amount=total, gateway="manual", reference=given["reference"]
            )
        return OrderIn(
            channel_ref=given["channel_ref"],
            customer=CustomerIn(name=given["name"], email=given["email"], phone=given["phone"]),
            ship_to=address,
            lines=lines,
            charges=charges,
            payment=payment,
            service=given["service"],
        )


class LineForm(forms.Form):
    """One line of a new order; an empty price is the SKU's own.

    The SKU is named by its code, whatever the case of its letters, or by its barcode.
    """

    sku = forms.CharField(max_length=64, required=False, label="SKU")
    units = forms.IntegerField(min_value=1, max_value=MOST_UNITS, required=False)
    unit_price = forms.DecimalField(
        min_value=0, max_value=MOST_PRICE, max_digits=19, decimal_places=6, required=False,
        label="Price each",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sku"].widget.attrs |= {
            "list": "sku-options", "autocomplete": "off",
            "hx-get": reverse("inventory:sku_options"),
            "hx-trigger": "input changed delay:150ms", "hx-target": "#sku-options",
            "hx-swap": "innerHTML", "hx-sync": "this:replace", "hx-params": self.add_prefix("sku"),
        }  # fmt: skip

    def clean_sku(self) -> str:
        typed = self.cleaned_data["sku"].strip()
        if not typed:
            return ""
        barcoded = Sku.objects.with_barcode(typed).values("pk")
        known = Sku.objects.filter(Q(code__iexact=typed) | Q(pk__in=barcoded))
        rows = sorted(known.select_related("merged_into")[:20], key=lambda sku: sku.code != typed)
        codes = [(sku.merged_into or sku).code for sku in rows]
        if not codes:
            fix = "type its code or barcode, or a word of its title and choose."
            raise forms.ValidationError(f"There is no SKU {typed}; {fix}")
        return str(codes[0])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("sku") and not given.get("units") and "units" not in self.errors:
            self.add_error("units", "How many?")
        if given.get("units") and not given.get("sku") and "sku" not in self.errors:
            self.add_error("sku", "Which SKU?")
        return given


LineFormSet = forms.formset_factory(LineForm, extra=5, max_num=100, absolute_max=100)
