"""What the API says of parcels, and what it takes."""

from typing import Any

from rest_framework import serializers

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.errors import NotThere
from inventory.models import Warehouse
from orders.models import FulfillmentOrder
from shipping.models import Manifest, Parcel, ParcelLine, PickLine, PickList, TrackingEvent
from shipping.operations.pack import MOST_GRAMS
from shipping.states import Level, TrackingCode

UNITS_MOST = 100_000
HEX = r"^[0-9a-z]{16}$"


class Reached(serializers.SlugRelatedField):
    """A row named by its id. One that is out of reach reads like one that is not there."""

    def get_queryset(self) -> Any:
        return super().get_queryset().visible_to(current_actor())

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError as error:
            if error.get_codes() != ["does_not_exist"]:
                raise
            kind = self.get_queryset().model._meta.verbose_name
            raise NotThere(kind=kind, field=self.field_name) from error


class ParcelLineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="fulfillment_line.order_line.sku.code", allow_null=True)
    order_line = serializers.IntegerField(source="fulfillment_line.order_line.position")

    class Meta:
        model = ParcelLine
        fields = ["order_line", "sku", "units"]


class TrackingOut(serializers.ModelSerializer):
    class Meta:
        model = TrackingEvent
        fields = ["code", "raw_code", "place", "happened_at"]


class ParcelOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    order = serializers.CharField(source="fulfillment.order.public_id")
    order_number = serializers.CharField(source="fulfillment.order.number")
    fulfillment = serializers.CharField(source="fulfillment.public_id")
    warehouse = serializers.CharField(source="warehouse.public_id")
    carrier = serializers.CharField(source="carrier.code", allow_null=True, default=None)
    service = serializers.CharField(source="service.code", allow_null=True, default=None)
    carton = serializers.CharField(source="carton.code", allow_null=True, default=None)
    manifest = serializers.CharField(source="manifest.public_id", allow_null=True, default=None)
    lines = ParcelLineOut(many=True)
    tracking = TrackingOut(many=True)

    class Meta:
        model = Parcel
        fields = [
            "id", "number", "order", "order_number", "fulfillment", "warehouse", "state",
            "carrier", "service", "tracking_number", "tracking_link", "carton", "weight_grams",
            "length_mm", "width_mm", "height_mm", "cost", "deliver_by", "problem", "manifest",
            "packed_at", "labelled_at", "shipped_at", "delivered_at", "written_off_at",
            "sent_again", "updated_at", "lines", "tracking",
        ]  # fmt: skip


class PickLineOut(serializers.ModelSerializer):
    bin = serializers.CharField(source="bin.code", allow_null=True, default=None)
    sku = serializers.CharField(source="sku.code")
    barcode = serializers.CharField(source="sku.barcode", allow_null=True)
    fulfillment = serializers.CharField(source="fulfillment.public_id")

    class Meta:
        model = PickLine
        fields = [
            "position", "bin", "sku", "barcode", "fulfillment", "tote", "units", "units_picked",
            "units_dropped",
        ]  # fmt: skip


class PickListOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.public_id")
    at_bin = serializers.CharField(source="at_bin.code", allow_null=True, default=None)
    lines = PickLineOut(many=True)

    class Meta:
        model = PickList
        fields = ["id", "number", "warehouse", "state", "at_bin", "started_at", "finished_at",
                  "lines"]  # fmt: skip


class ManifestOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.public_id")
    carrier = serializers.CharField(source="carrier.code")
    parcels = serializers.SlugRelatedField("public_id", many=True, read_only=True)

    class Meta:
        model = Manifest
        fields = ["id", "number", "warehouse", "carrier", "handed_over_at", "parcels"]


class PackLineIn(StrictSerializer):
    sku = serializers.CharField(max_length=64)
    units = serializers.IntegerField(min_value=1, max_value=UNITS_MOST)


class PackIn(StrictSerializer):
    """One carton of a fulfillment order; without `lines` all that is left goes in."""

    fulfillment = Reached("public_id", queryset=FulfillmentOrder.objects.all())
    carton = serializers.CharField(max_length=16, allow_blank=True)
    weight_grams = serializers.IntegerField(
        min_value=1, max_value=MOST_GRAMS, required=False, allow_null=True
    )
    lines = PackLineIn(many=True, required=False)


class AgainIn(StrictSerializer):
    again = serializers.BooleanField(required=False, default=True)


class OverrideIn(StrictSerializer):
    service = serializers.CharField(max_length=32)
    reason = serializers.CharField(max_length=200)


class ReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=100)


class NothingIn(StrictSerializer):
    """No fields: an empty object."""


class PickListIn(StrictSerializer):
    warehouse = Reached("public_id", queryset=Warehouse.objects.all())
    fulfillments = serializers.ListField(
        child=serializers.RegexField(HEX), required=False, max_length=100
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


class PickIn(StrictSerializer):
    barcode = serializers.CharField(max_length=64)
    units = serializers.IntegerField(min_value=1, max_value=UNITS_MOST, default=1)


class ShortIn(StrictSerializer):
    position = serializers.IntegerField(min_value=1, max_value=UNITS_MOST)
    units = serializers.IntegerField(
        min_value=1, max_value=UNITS_MOST, required=False, allow_null=True
    )


class ManifestIn(StrictSerializer):
    warehouse = Reached("public_id", queryset=Warehouse.objects.all())
    parcels = serializers.ListField(child=serializers.RegexField(HEX), min_length=1, max_length=500)


class QuoteIn(StrictSerializer):
    warehouse = Reached("public_id", queryset=Warehouse.objects.all())
    country = serializers.RegexField(r"^[A-Z]{2}$")
    postal_code = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    weight_grams = serializers.IntegerField(min_value=1, max_value=MOST_GRAMS)
    length_mm = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    width_mm = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    height_mm = serializers.IntegerField(min_value=0, max_value=10_000, default=0)
    deliver_by = serializers.DateField(required=False, default=None, allow_null=True)
    level = serializers.ChoiceField(Level.choices, required=False, default="", allow_blank=True)


class MoneyOut(serializers.Serializer):
    amount = serializers.CharField()
    currency = serializers.CharField()


class QuoteRowOut(serializers.Serializer):
    """One service's answer; prices are missing when it cannot carry the parcel at all."""

    key = serializers.CharField()
    carrier = serializers.CharField()
    service = serializers.CharField()
    level = serializers.CharField()
    card = serializers.CharField(required=False)
    zones = serializers.CharField(required=False)
    billable_grams = serializers.IntegerField(required=False)
    base = MoneyOut(required=False)
    fuel = MoneyOut(required=False)
    price = MoneyOut(required=False)
    cost = MoneyOut(required=False)
    arrives = serializers.CharField(required=False, allow_null=True)
    code = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)


class QuoteOut(serializers.Serializer):
    chosen = serializers.CharField(allow_null=True)
    policy = serializers.CharField()
    candidates = QuoteRowOut(many=True)
    rejects = QuoteRowOut(many=True)


class TrackingIn(StrictSerializer):
    """One report of a carrier. `code` is ours, or one that the carrier's settings translate."""

    tracking_number = serializers.CharField(max_length=64)
    code = serializers.CharField(max_length=64, help_text=", ".join(TrackingCode.values))
    happened_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class TakenOut(serializers.Serializer):
    state = serializers.ChoiceField(["done", "duplicate", "parked"])
