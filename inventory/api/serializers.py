from typing import Any

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from inventory.models import (
    Bin,
    Listing,
    Product,
    Sku,
    StockLevel,
    StockMovement,
    Warehouse,
)
from inventory.operations.stock.booking import MOST_UNITS
from inventory.operations.stock.take_list import MODES
from inventory.states import AdjustReason, Bucket

LARGE = 10_000_000


def whole(least: int, most: int, **options: Any) -> serializers.IntegerField:
    """A whole number within limits."""
    return serializers.IntegerField(min_value=least, max_value=most, **options)


def amount() -> serializers.DecimalField:
    """A cost or price per unit, or none."""
    return serializers.DecimalField(
        max_digits=19, decimal_places=6, min_value=0, required=False, allow_null=True
    )


class ProductOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = Product
        fields = ["id", "title", "category", "description", "created_at", "archived_at"]


class ProductIn(StrictSerializer):
    title = serializers.CharField(max_length=200)
    category = serializers.CharField(max_length=100, required=False, allow_blank=True)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)


class ProductChange(ProductIn):
    title = serializers.CharField(max_length=200, required=False)


class SkuOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    product = serializers.CharField(source="product.public_id")
    on_hand = serializers.IntegerField(source="units_on_hand")
    allocated = serializers.IntegerField(source="units_allocated")
    available = serializers.IntegerField(source="units_available")
    merged_into = serializers.CharField(
        source="merged_into.code", allow_null=True, default=None,
        help_text="The SKU that goes on for it.",
    )  # fmt: skip

    class Meta:
        model = Sku
        fields = [
            "id", "product", "code", "title", "barcode", "weight_grams", "length_mm", "width_mm",
            "height_mm", "hs_code", "origin_country", "hazard_class", "un_number", "description",
            "unit_cost", "unit_price", "currency", "active", "archived_at", "merged_into",
            "on_hand", "allocated", "available", "created_at", "updated_at",
        ]  # fmt: skip


class SkuChange(StrictSerializer):
    code = serializers.CharField(max_length=64, required=False)
    title = serializers.CharField(max_length=200, required=False)
    barcode = serializers.CharField(
        max_length=32, required=False, allow_null=True, allow_blank=True
    )
    weight_grams = serializers.IntegerField(
        min_value=1, max_value=LARGE, required=False, allow_null=True
    )
    length_mm = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True
    )
    width_mm = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True
    )
    height_mm = serializers.IntegerField(
        min_value=1, max_value=100_000, required=False, allow_null=True
    )
    hs_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    origin_country = serializers.CharField(max_length=2, required=False, allow_blank=True)
    hazard_class = serializers.CharField(
        max_length=3, required=False, allow_blank=True, help_text='Of dangerous goods: "3", "9".'
    )
    un_number = serializers.CharField(max_length=10, required=False, allow_blank=True)
    description = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    unit_cost = serializers.DecimalField(
        max_digits=19,
        decimal_places=6,
        min_value=0,
        required=False,
        allow_null=True,
        coerce_to_string=True,
    )
    unit_price = serializers.DecimalField(
        max_digits=19,
        decimal_places=6,
        min_value=0,
        required=False,
        allow_null=True,
        coerce_to_string=True,
    )
    currency = serializers.CharField(max_length=3, required=False)
    active = serializers.BooleanField(required=False)


class SkuIn(SkuChange):
    code = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=200)
    product = serializers.CharField(
        max_length=16, required=False, help_text="Public id; without one a product is made."
    )


class ArchiveIn(StrictSerializer):
    archived = serializers.BooleanField()


class WarehouseOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = Warehouse
        fields = [
            "id", "code", "name", "line1", "line2", "city", "region", "postal_code", "country",
            "time_zone", "cutoff", "active",
        ]  # fmt: skip


class WarehouseChange(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    line1 = serializers.CharField(max_length=100, required=False, allow_blank=True)
    line2 = serializers.CharField(max_length=100, required=False, allow_blank=True)
    city = serializers.CharField(max_length=100, required=False, allow_blank=True)
    region = serializers.CharField(max_length=100, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    cutoff = serializers.TimeField(required=False)
    active = serializers.BooleanField(required=False)


class WarehouseIn(WarehouseChange):
    code = serializers.CharField(max_length=16)
    name = serializers.CharField(max_length=100)
    country = serializers.CharField(max_length=2)


class BinOut(serializers.ModelSerializer):
    class Meta:
        model = Bin
        fields = ["code", "position"]


class BinIn(StrictSerializer):
    code = serializers.CharField(max_length=32)
    position = whole(0, 1_000_000, required=False)


class AskedAgain(serializers.Serializer):
    listings = serializers.IntegerField(help_text="How many the channel had refused.")


class ListingOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    channel = serializers.CharField(source="channel.code")
    sku = serializers.CharField(source="sku.code", allow_null=True, default=None)

    class Meta:
        model = Listing
        fields = [
            "id", "channel", "channel_sku", "sku", "title", "active", "published_units",
            "published_at", "push_error", "created_at",
        ]  # fmt: skip


class ListingIn(StrictSerializer):
    channel = serializers.CharField(max_length=32, help_text="Code.")
    channel_sku = serializers.CharField(max_length=100)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    sku = serializers.CharField(max_length=64, required=False, help_text="Code.")


class ListingChange(StrictSerializer):
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    active = serializers.BooleanField(
        required=False, help_text="False: not sold there; the channel is told 0."
    )


class MapIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code.")
    remap = serializers.BooleanField(required=False)


class StockLevelOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="sku.code")
    warehouse = serializers.CharField(source="warehouse.code")
    bin = serializers.CharField(source="bin.code", allow_null=True, default=None)
    available = serializers.IntegerField()
    reorder_point = serializers.IntegerField(allow_null=True, help_text="Null: not forecast yet.")

    class Meta:
        model = StockLevel
        fields = [
            "sku", "warehouse", "bin", "on_hand", "allocated", "available", "incoming",
            "reorder_point", "damaged", "quarantine", "display", "safety_stock", "updated_at",
        ]  # fmt: skip


class CorrectedOut(StockLevelOut):
    """The level; as it was, when a second person was asked."""

    approval = serializers.CharField(allow_null=True, help_text="Its id, when one was asked for.")

    class Meta(StockLevelOut.Meta):
        fields = [*StockLevelOut.Meta.fields, "approval"]


class ProofPartOut(serializers.Serializer):
    what = serializers.CharField()
    units = serializers.IntegerField()
    movements = serializers.IntegerField()


class ProofOut(serializers.Serializer):
    """A counter beside the sums of its movements, by kind."""

    sku = serializers.CharField(source="level.sku.code")
    warehouse = serializers.CharField(source="level.warehouse.code")
    counter = serializers.CharField()
    units = serializers.IntegerField(source="there")
    booked = serializers.IntegerField(help_text="The sum of its movements.")
    holds = serializers.BooleanField()
    parts = ProofPartOut(many=True)


class StockThenOut(serializers.Serializer):
    """The counters of a SKU in a warehouse as they stood."""

    warehouse = serializers.CharField(source="warehouse.code")
    on_hand = serializers.IntegerField()
    allocated = serializers.IntegerField()
    available = serializers.IntegerField()
    incoming = serializers.IntegerField()
    damaged = serializers.IntegerField()
    quarantine = serializers.IntegerField()
    display = serializers.IntegerField()


class StockMovementOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="level.sku.code")
    warehouse = serializers.CharField(source="level.warehouse.code")

    class Meta:
        model = StockMovement
        fields = [
            "sku", "warehouse", "counter", "kind", "units", "reason", "note", "source_kind",
            "source_id", "key", "actor", "effective_at", "recorded_at",
        ]  # fmt: skip


class ReceiveLineIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = whole(1, MOST_UNITS)


class ReceiveIn(StrictSerializer):
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    reference = serializers.CharField(
        max_length=60, help_text="The delivery note; the same one is booked once per SKU."
    )
    lines = ReceiveLineIn(many=True, min_length=1, max_length=1000)


class ReceivedLine(serializers.Serializer):
    sku = serializers.CharField()
    units = serializers.IntegerField(help_text="Booked now; 0 when it was booked before.")


class ReceiveOut(serializers.Serializer):
    lines = ReceivedLine(many=True)


class StockChangeIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code.")
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=60, required=False, help_text="Once per act.")


class TakeBackIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code.")
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    reference = serializers.CharField(max_length=60, help_text="Of the receipt.")


class AdjustIn(StockChangeIn):
    units = serializers.IntegerField(
        min_value=-MOST_UNITS, max_value=MOST_UNITS, help_text="Signed; not 0."
    )
    reason = serializers.ChoiceField(AdjustReason.choices)
    expected = whole(0, MOST_UNITS, required=False)
    sure = serializers.BooleanField(default=False, help_text="Yes, really so many.")


class SetIn(StockChangeIn):
    units = whole(0, MOST_UNITS)
    expected = whole(0, MOST_UNITS, help_text="What you saw on hand.")
    reason = serializers.ChoiceField(AdjustReason.choices, required=False)
    sure = serializers.BooleanField(default=False, help_text="Yes, really so many.")


class MoveIn(StockChangeIn):
    units = whole(1, MOST_UNITS)
    source = serializers.ChoiceField(Bucket.choices)
    target = serializers.ChoiceField(
        Bucket.choices, allow_null=True, required=False, help_text="Null scraps them."
    )
    reason = serializers.CharField(max_length=64)


class SafetyIn(StrictSerializer):
    sku = serializers.CharField(max_length=64)
    warehouse = serializers.CharField(max_length=16)
    units = whole(0, MOST_UNITS)


class ImportIn(serializers.Serializer):
    """A form with a file, where everything is text; so not as strict as JSON."""

    file = serializers.FileField(help_text="CSV with the columns sku, warehouse, units.")
    mode = serializers.ChoiceField(MODES)
    warehouse = serializers.CharField(
        max_length=16, required=False, help_text="For rows that name none."
    )
    create_missing = serializers.BooleanField(required=False)
    dry_run = serializers.BooleanField(required=False)
