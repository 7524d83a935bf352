from typing import Any

from rest_framework import serializers

from core.api.serializers import (
    Expandable,
    FromColumns,
    StrictSerializer,
    money_json,
    utc_text,
)
from core.fields import MoneyJSON
from orders.intake import AddressIn, ChargeIn, CustomerIn, LineIn, OrderIn, PaymentIn
from orders.models import (
    Address,
    Clearance,
    Customer,
    FulfillmentLine,
    FulfillmentOrder,
    Hold,
    Order,
    OrderCharge,
    OrderException,
    OrderLine,
    PaymentEvent,
)
from orders.states import ChargeKind, Gate, HoldKind, PaymentKind
from orders.why import why_not_shipped


def text(length: int, *, required: bool = False) -> serializers.CharField:
    """A text of at most `length` characters; empty unless required."""
    if required:
        return serializers.CharField(max_length=length)
    return serializers.CharField(max_length=length, required=False, default="", allow_blank=True)


class AddressInput(StrictSerializer):
    name = text(200, required=True)
    company = text(200)
    line1 = text(200)
    line2 = text(200)
    city = text(100)
    region = text(100)
    postal_code = text(20)
    country = serializers.RegexField("^[A-Za-z]{2}$", help_text="ISO 3166-1 alpha-2.")
    phone = text(32)


class CustomerInput(StrictSerializer):
    name = text(200, required=True)
    email = serializers.EmailField(required=False, default="", allow_blank=True, max_length=254)
    phone = text(32)
    company = text(200)
    ref = text(80)


class LineInput(StrictSerializer):
    sku = text(64)
    channel_sku = text(100)
    title = text(200)
    units = serializers.IntegerField(min_value=1, max_value=1_000_000)
    unit_price = serializers.DecimalField(
        max_digits=19, decimal_places=6, min_value=0, help_text="In the channel's currency."
    )
    total = MoneyJSON(required=False, default=None)
    discount = MoneyJSON(required=False, default=None)
    tax = MoneyJSON(required=False, default=None)


class ChargeInput(StrictSerializer):
    kind = serializers.ChoiceField(ChargeKind.choices)
    code = text(32)
    title = text(200)
    amount = MoneyJSON()


class PaymentInput(StrictSerializer):
    kind = serializers.ChoiceField([PaymentKind.AUTHORIZED, PaymentKind.CAPTURED])
    amount = MoneyJSON()
    gateway = text(32)
    reference = text(100)
    avs = text(4)
    cvv = text(4)


class OrderInput(StrictSerializer):
    channel = serializers.CharField(max_length=32, help_text="The channel's code.")
    channel_ref = text(64, required=True)
    customer = CustomerInput()
    ship_to = AddressInput()
    bill_to = AddressInput(required=False, default=None, allow_null=True)
    lines = LineInput(many=True, allow_empty=False)
    charges = ChargeInput(many=True, required=False, default=list)
    payment = PaymentInput(required=False, default=None, allow_null=True)
    placed_at = serializers.DateTimeField(required=False, default=None, allow_null=True)
    service = text(32)
    ip = serializers.IPAddressField(required=False, default=None, allow_null=True)
    device = text(100)
    test = serializers.BooleanField(required=False, default=False)
    reservation = serializers.CharField(
        max_length=16, required=False, default="", help_text="Id of what holds its units."
    )


def order_in(given: dict[str, Any]) -> OrderIn:
    """What the serializer has checked, as `place_order` takes it."""
    return OrderIn(
        channel_ref=given["channel_ref"],
        customer=CustomerIn(**given["customer"]),
        ship_to=AddressIn(**given["ship_to"]),
        bill_to=AddressIn(**given["bill_to"]) if given["bill_to"] else None,
        lines=[LineIn(**line) for line in given["lines"]],
        charges=[ChargeIn(**charge) for charge in given["charges"]],
        payment=PaymentIn(**given["payment"]) if given["payment"] else None,
        placed_at=given["placed_at"],
        service=given["service"],
        ip=given["ip"],
        device=given["device"],
        test=given["test"],
        reservation=given["reservation"],
    )


class CancelInput(StrictSerializer):
    reason = text(64, required=True)


class HoldInput(StrictSerializer):
    reason = text(300, required=True)
    kind = serializers.ChoiceField(HoldKind.choices, required=False, default=HoldKind.MANUAL)
    due = serializers.DateTimeField(required=False, default=None, allow_null=True)


class ResumeInput(StrictSerializer):
    hold = serializers.IntegerField(
        required=False, default=None, allow_null=True, help_text="One hold; left out: all of them."
    )


class PaymentEventInput(PaymentInput):
    kind = serializers.ChoiceField(PaymentKind.choices)
    reference = text(100, required=True)


class GateInput(StrictSerializer):
    gate = serializers.ChoiceField(Gate.choices)
    decision = serializers.ChoiceField(["clear", "refuse"])
    reason = text(200, required=True)


class ExceptionInput(StrictSerializer):
    order = text(16, required=True)
    sentence = text(300, required=True)
    fix = text(300)
    severity = serializers.IntegerField(min_value=1, max_value=3, required=False, default=2)


class AssignInput(StrictSerializer):
    owner = serializers.EmailField(allow_null=True, help_text="Their e-mail; null for nobody.")


class ResolveInput(StrictSerializer):
    resolution = text(300, required=True)


class SnoozeInput(StrictSerializer):
    until = serializers.DateTimeField()


class AddressOut(serializers.ModelSerializer):
    class Meta:
        model = Address
        exclude = ["id", "customer"]


class CustomerOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = Customer
        fields = ["id", "name", "email", "phone", "company", "external_ref", "created_at"]


class LineOut(serializers.ModelSerializer):
    sku = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = OrderLine
        fields = [
            "id", "position", "sku", "channel_sku", "title", "units", "unit_price", "total",
            "discount", "tax", "units_short", "units_preordered", "units_cancelled",
            "units_released",
            "units_shipped", "units_lost", "units_returned",
        ]  # fmt: skip


class ChargeOut(serializers.ModelSerializer):
    class Meta:
        model = OrderCharge
        fields = ["kind", "code", "title", "amount"]


class PaymentOut(serializers.ModelSerializer):
    class Meta:
        model = PaymentEvent
        fields = ["id", "kind", "amount", "gateway", "reference", "avs", "cvv", "happened_at"]


class ClearanceOut(serializers.ModelSerializer):
    class Meta:
        model = Clearance
        fields = ["gate", "state", "sentence", "decided_by", "decided_at"]


class HoldOut(serializers.ModelSerializer):
    class Meta:
        model = Hold
        fields = ["id", "kind", "reason", "source", "due", "held_at", "released_at"]


PLAIN = (
    "country", "status", "payment_status", "fulfillment_status", "return_status", "why_code",
    "service", "currency", "cancel_reason", "historical", "test", "version",
)  # fmt: skip
AMOUNTS = ("subtotal", "discount", "shipping", "fees", "tax", "total")
MOMENTS = (
    "placed_at", "ship_by", "deliver_by", "shipped_at", "delivered_at", "closed_at",
    "cancelled_at", "updated_at",
)  # fmt: skip


class OrderOut(FromColumns):
    """An order; lines, charges, payments, clearances, holds and address with `?expand=`."""

    id = serializers.CharField(source="public_id")
    channel = serializers.SlugRelatedField("code", read_only=True)
    warehouse = serializers.SlugRelatedField("code", read_only=True)
    customer = serializers.CharField(source="customer.public_id")
    lines = LineOut(many=True, read_only=True)
    charges = ChargeOut(many=True, read_only=True)
    payments = PaymentOut(many=True, read_only=True)
    clearances = ClearanceOut(many=True, read_only=True)
    holds = HoldOut(many=True, read_only=True)
    ship_to = AddressOut(read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "number", "channel", "channel_ref", "customer", "country", "status",
            "payment_status", "fulfillment_status", "return_status", "why_code", "warehouse",
            "service", "currency", "subtotal", "discount", "shipping", "fees", "tax", "total",
            "placed_at", "ship_by", "deliver_by", "shipped_at", "delivered_at", "closed_at",
            "cancelled_at", "cancel_reason", "historical", "test", "updated_at", "version",
            "lines", "charges", "payments", "clearances", "holds", "ship_to",
        ]  # fmt: skip
        expandable = ["lines", "charges", "payments", "clearances", "holds", "ship_to"]

    columns = (
        "public_id", "number", "channel__code", "channel_ref", "customer__public_id",
        "warehouse__code", *PLAIN, *AMOUNTS, *MOMENTS,
    )  # fmt: skip

    @classmethod
    def of_columns(cls, row: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": row["public_id"],
            "number": row["number"],
            "channel": row["channel__code"],
            "channel_ref": row["channel_ref"],
            "customer": row["customer__public_id"],
        }
        for name in PLAIN:
            shown[name] = row[name]
        shown["warehouse"] = row["warehouse__code"]
        currency = row["currency"]
        for name in AMOUNTS:
            shown[name] = money_json(row[name], currency)
        for name in MOMENTS:
            shown[name] = utc_text(row[name])
        return shown

    parts = {
        "lines": lambda order: LineOut(order.lines.all(), many=True).data,
        "charges": lambda order: ChargeOut(order.charges.all(), many=True).data,
        "payments": lambda order: PaymentOut(order.payments.all(), many=True).data,
        "clearances": lambda order: ClearanceOut(order.clearances.all(), many=True).data,
        "holds": lambda order: HoldOut(order.holds.all(), many=True).data,
        "ship_to": lambda order: AddressOut(order.ship_to).data,
    }


class ReasonOut(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()
    facts = serializers.DictField()
    act = serializers.CharField()


class WhyOut(serializers.Serializer):
    order = serializers.CharField(source="public_id")
    reasons = serializers.SerializerMethodField()

    def get_reasons(self, order: Order) -> list[dict[str, Any]]:
        return [dict(ReasonOut(reason).data) for reason in why_not_shipped(order)]


class FulfillmentLineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="order_line.sku.code", default=None)
    position = serializers.IntegerField(source="order_line.position")

    class Meta:
        model = FulfillmentLine
        fields = ["id", "position", "sku", "units", "units_picked"]


class FulfillmentOut(Expandable):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="order.public_id")
    warehouse = serializers.SlugRelatedField("code", read_only=True)
    lines = FulfillmentLineOut(many=True, read_only=True)

    class Meta:
        model = FulfillmentOrder
        fields = [
            "id", "number", "order", "warehouse", "status", "ship_by", "released_at", "picked_at",
            "packed_at", "shipped_at", "delivered_at", "cancelled_at", "lines",
        ]  # fmt: skip
        expandable = ["lines"]


class ExceptionOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="order.public_id", default=None)
    owner = serializers.CharField(source="owner.email", default=None)

    class Meta:
        model = OrderException
        fields = [
            "id", "order", "kind", "severity", "sentence", "facts", "fix", "owner", "due",
            "snoozed_until", "raised_at", "resolved_at", "resolution",
        ]  # fmt: skip
