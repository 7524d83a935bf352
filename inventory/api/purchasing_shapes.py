"""What the API of purchasing takes and answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Expandable, StrictSerializer
from core.fields import MoneyJSON
from inventory.api.serializers import whole
from inventory.models import (
    ExchangeRate,
    LandedCost,
    ParkedGoods,
    PriceTier,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    StockCost,
    SupplierProduct,
    Vendor,
    VendorContact,
)
from inventory.operations.purchasing.agreements import MOST_TIERS
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import Incoterm, LandedKind, SpreadBy, VendorKind, VendorStatus


def price(**options: Any) -> serializers.DecimalField:
    """A price per unit; a string keeps all its digits."""
    return serializers.DecimalField(max_digits=19, decimal_places=6, min_value=0, **options)


def words(most: int, **options: Any) -> serializers.CharField:
    """Text that may be left out or empty."""
    return serializers.CharField(max_length=most, required=False, allow_blank=True, **options)


def share(**options: Any) -> serializers.DecimalField:
    """A percentage."""
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, **options
    )


def day(**options: Any) -> serializers.DateField:
    """A calendar day that may be left out or null."""
    return serializers.DateField(required=False, allow_null=True, **options)


class ContactOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = VendorContact
        fields = ["id", "name", "duty", "email", "phone", "takes_orders"]


class VendorOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    contacts = ContactOut(many=True)

    class Meta:
        model = Vendor
        fields = [
            "id", "code", "name", "kinds", "status", "currency", "payment_days", "incoterm",
            "lead_time_days", "tolerance_percent", "tolerance_units", "price_tolerance_percent",
            "contract_from", "contract_to", "notice_days", "decide_by", "sla_text",
            "otif_percent", "review_on", "end_reason", "contacts", "created_at", "updated_at",
        ]  # fmt: skip


class VendorChange(StrictSerializer):
    code = serializers.CharField(max_length=32, required=False)
    name = serializers.CharField(max_length=200, required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(VendorKind.choices), min_length=1, max_length=5,
        required=False,
    )  # fmt: skip
    status = serializers.ChoiceField(VendorStatus.choices, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    payment_days = whole(0, 365, required=False)
    incoterm = serializers.ChoiceField(Incoterm.choices, required=False, allow_blank=True)
    lead_time_days = whole(0, 730, required=False)
    tolerance_percent = share()
    tolerance_units = whole(0, 1_000_000, required=False)
    price_tolerance_percent = share()
    contract_from = day()
    contract_to = day()
    notice_days = whole(0, 1095, required=False)
    sla_text = words(5000)
    otif_percent = share(allow_null=True)
    review_on = day()


class VendorIn(VendorChange):
    code = serializers.CharField(max_length=32)
    name = serializers.CharField(max_length=200)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(VendorKind.choices), min_length=1, max_length=5
    )
    currency = serializers.CharField(max_length=3)


class ContactIn(StrictSerializer):
    name = serializers.CharField(max_length=100)
    duty = words(100)
    email = words(254)
    phone = words(32)
    takes_orders = serializers.BooleanField(required=False)


class ReviewIn(StrictSerializer):
    next_on = serializers.DateField()


class TierOut(serializers.ModelSerializer):
    class Meta:
        model = PriceTier
        fields = ["from_units", "price"]


class TierIn(StrictSerializer):
    from_units = whole(1, MOST_UNITS)
    price = price()


class AgreementOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    vendor = serializers.CharField(source="vendor.code")
    sku = serializers.CharField(source="sku.code")
    tiers = TierOut(many=True)

    class Meta:
        model = SupplierProduct
        fields = [
            "id", "vendor", "sku", "vendor_code", "currency", "pack_units", "minimum_units",
            "multiple_units", "lead_time_days", "valid_from", "valid_to", "tiers", "created_at",
            "updated_at",
        ]  # fmt: skip


class AgreementChange(StrictSerializer):
    vendor_code = words(64)
    currency = serializers.CharField(max_length=3, required=False)
    pack_units = whole(1, 1_000_000, required=False)
    minimum_units = whole(1, MOST_UNITS, required=False)
    multiple_units = whole(1, 1_000_000, required=False)
    lead_time_days = whole(0, 730, required=False, allow_null=True)
    valid_from = serializers.DateField(required=False)
    valid_to = day()
    tiers = TierIn(many=True, required=False, min_length=1, max_length=MOST_TIERS)


class AgreementIn(AgreementChange):
    vendor = serializers.CharField(max_length=32, help_text="Code.")
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    tiers = TierIn(many=True, min_length=1, max_length=MOST_TIERS)
    end_earlier = serializers.BooleanField(
        required=False, help_text="Let the agreement that is valid until then end the day before."
    )


class PurchaseLineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="sku.code")
    units_open = serializers.IntegerField()

    class Meta:
        model = PurchaseLine
        fields = [
            "sku", "vendor_code", "units", "pack_units", "price", "agreed_price", "reason", "total",
            "first_promised", "promised", "units_received", "units_damaged", "units_missing",
            "units_open",
        ]  # fmt: skip


class PurchaseOut(Expandable):
    id = serializers.CharField(source="public_id")
    vendor = serializers.CharField(source="vendor.code")
    warehouse = serializers.CharField(source="warehouse.code")
    cost_center = serializers.CharField(source="cost_center.code", allow_null=True, default=None)
    lines = PurchaseLineOut(many=True)

    class Meta:
        model = PurchaseOrder
        fields = [
            "id", "number", "vendor", "warehouse", "cost_center", "status", "currency", "rate",
            "total", "company_total", "payment_days", "incoterm", "tolerance_percent",
            "tolerance_units", "note", "expected_on", "lines", "created_at", "updated_at",
            "approved_at", "sent_at", "ended_at", "end_reason",
        ]  # fmt: skip
        expandable = ("lines",)


class PurchaseLineIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = whole(1, MOST_UNITS)
    price = price(required=False, allow_null=True, help_text="Left out: as agreed.")
    reason = words(200, help_text="Why it departs from what is agreed.")
    promised = day()


class PurchaseChange(StrictSerializer):
    note = words(500)
    payment_days = whole(0, 365, required=False)
    incoterm = serializers.ChoiceField(Incoterm.choices, required=False, allow_blank=True)
    tolerance_percent = share()
    tolerance_units = whole(0, 1_000_000, required=False)
    cost_center = words(32, help_text="Code; left out: the warehouse's own; empty: none.")


class PurchaseIn(PurchaseChange):
    vendor = serializers.CharField(max_length=32, help_text="Code.")
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    lines = PurchaseLineIn(many=True, required=False, max_length=1000)


class WhichSku(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")


class SendIn(StrictSerializer):
    by_hand = serializers.BooleanField(required=False, help_text="No mail is sent.")


class MailIn(StrictSerializer):
    arrived = serializers.BooleanField(help_text="False: mail it again.")


class PromiseIn(WhichSku):
    day = serializers.DateField()
    reason = words(200)


class WhyIn(StrictSerializer):
    reason = words(200)


class EndReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class ArrivedIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = whole(1, MOST_UNITS, help_text="All that came, damaged ones too.")
    damaged = whole(0, MOST_UNITS, required=False)
    over_reason = words(200, help_text="Lets more in than is tolerated.")


class ArrivalIn(StrictSerializer):
    key = serializers.CharField(max_length=60, help_text="The same key is booked once.")
    delivery_note = words(60)
    lines = ArrivedIn(many=True, min_length=1, max_length=1000)


class ReceiptLineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="line.sku.code")

    class Meta:
        model = ReceiptLine
        fields = ["sku", "key", "units", "damaged", "amount", "cost", "over_reason", "received_at"]


class LandedOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = LandedCost
        fields = [
            "id", "kind", "spread_by", "document", "amount", "rate", "company_amount", "created_at",
        ]  # fmt: skip


class PurchaseReceiptOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="order.number")
    warehouse = serializers.CharField(source="warehouse.code")
    lines = ReceiptLineOut(many=True)
    landed = LandedOut(many=True)

    class Meta:
        model = Receipt
        fields = [
            "id", "number", "order", "warehouse", "delivery_note", "currency", "rate",
            "received_at", "lines", "landed",
        ]  # fmt: skip


class LandedIn(StrictSerializer):
    kind = serializers.ChoiceField(LandedKind.choices)
    amount = MoneyJSON()
    spread_by = serializers.ChoiceField(SpreadBy.choices)
    document = serializers.CharField(max_length=60)


class ParkedOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.code")
    order = serializers.CharField(source="order.number", allow_null=True, default=None)
    sku = serializers.CharField(source="sku.code", allow_null=True, default=None)

    class Meta:
        model = ParkedGoods
        fields = [
            "id", "warehouse", "order", "barcode", "description", "units", "state", "sku",
            "outcome", "parked_at", "settled_at",
        ]  # fmt: skip


class ParkIn(StrictSerializer):
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    order = serializers.CharField(max_length=32, required=False, help_text="Number.")
    units = whole(1, MOST_UNITS)
    barcode = words(64)
    description = words(200)


class TakeInIn(WhichSku):
    note = words(150)


class RateOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = ExchangeRate
        fields = ["id", "currency", "day", "rate", "updated_at"]


class RateIn(StrictSerializer):
    currency = serializers.CharField(max_length=3)
    rate = serializers.DecimalField(max_digits=20, decimal_places=10, min_value=0)
    day = serializers.DateField()


class StockCostOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="sku.code")
    warehouse = serializers.CharField(source="warehouse.code")
    units = serializers.IntegerField(source="units_there", allow_null=True)
    average_value = MoneyJSON()
    fifo_value = MoneyJSON(source="layer_value")

    class Meta:
        model = StockCost
        fields = [
            "sku", "warehouse", "units", "average", "average_value", "fifo_value", "updated_at",
        ]  # fmt: skip


class PriceImportIn(serializers.Serializer):
    """A form with a file, where everything is text; so not as strict as JSON."""

    file = serializers.FileField(help_text="CSV with the columns vendor, sku, price.")
    vendor = serializers.CharField(
        max_length=32, required=False, help_text="Code, for rows that name none."
    )
    dry_run = serializers.BooleanField(required=False)


class ScoreOut(serializers.Serializer):
    """A vendor over some days. Percentages and days are null where there is nothing to judge."""

    vendor = serializers.CharField(source="public_id")
    code = serializers.CharField()
    name = serializers.CharField()
    lines = serializers.IntegerField(help_text="Due by their first promised day.")
    otif = serializers.IntegerField(help_text="Of those: all there, undamaged, by that day.")
    in_full = serializers.IntegerField(help_text="Of those: all there by now.")
    otif_percent = serializers.FloatField(allow_null=True)
    in_full_percent = serializers.FloatField(allow_null=True)
    on_time_percent = serializers.FloatField(allow_null=True, help_text="Of units.")
    days_late = serializers.FloatField(allow_null=True, help_text="Average of the late ones.")
    lead_median = serializers.FloatField(allow_null=True, help_text="Days from sending.")
    lead_p90 = serializers.FloatField(allow_null=True)
    lead_spread = serializers.FloatField(allow_null=True, help_text="90th less 10th percentile.")
    received = serializers.IntegerField()
    damaged = serializers.IntegerField()
    defect_percent = serializers.FloatField(allow_null=True)
    price_drift_percent = serializers.FloatField(allow_null=True)
    disputes = serializers.IntegerField(help_text="Opened within these days.")
    upheld = serializers.IntegerField(help_text="Of those: the vendor gave all or part.")
    bills = serializers.IntegerField()
    bills_right_percent = serializers.FloatField(
        allow_null=True, help_text="As ordered and received at once."
    )
