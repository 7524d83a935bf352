"""What lists of inventory can be cut down to; pages, API, exports and saved views share these."""

import django_filters as filters
from django.db.models import Q, QuerySet

from core.actor import current_actor
from core.filters import Named
from core.words import with_words
from inventory.models import (
    Channel,
    CountRule,
    Listing,
    Product,
    Replenishment,
    Reservation,
    Sku,
    SkuMerge,
    StockCount,
    StockLevel,
    StockMovement,
    StockPush,
    Transfer,
    Warehouse,
)
from inventory.states import (
    Counter,
    CountStatus,
    CountWhy,
    ForecastMethod,
    Movement,
    PushState,
    ReservationStatus,
    SkuNeed,
    TransferStatus,
)


def my_warehouses(_request: object) -> QuerySet[Warehouse]:
    return Warehouse.objects.visible_to(current_actor()).order_by("code")


def my_channels(_request: object) -> QuerySet[Channel]:
    return Channel.objects.visible_to(current_actor()).order_by("code")


class ProductFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="Title")
    category = filters.CharFilter(lookup_expr="iexact")
    archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True, label="Archived"
    )

    class Meta:
        model = Product
        fields = ["q", "category", "archived"]


class SkuFilter(Named, filters.FilterSet):
    q = filters.CharFilter(method="words", label="Code, barcode or title")
    code = filters.CharFilter(label="Exact code")
    barcode = filters.CharFilter(method="coded", label="Exact barcode")
    active = filters.BooleanFilter(label="Sold")
    out_of_stock = filters.BooleanFilter(method="named", label="Out of stock")
    unlisted = filters.BooleanFilter(method="named", label="In stock, on no channel")
    hazardous = filters.BooleanFilter(method="named", label="Dangerous goods")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Sku
        fields = [
            "q", "code", "barcode", "active", "out_of_stock", "unlisted", "hazardous",
            "updated_after",
        ]  # fmt: skip

    def words(self, skus, name: str, value: str):
        """The start of a code, a whole barcode, or some words of the title."""
        found = Sku.objects.order_by().values("pk")
        ways = [found.filter(code__istartswith=value), with_words(found, "title", value)]
        coded = Sku.objects.order_by().with_barcode(value).values("pk")
        return skus.filter(pk__in=coded.union(*ways))  # each by its index

    def coded(self, skus, name: str, value: str):
        """Whichever of its barcodes it is, however it is written."""
        return skus.with_barcode(value)


class CompletenessFilter(SkuFilter):
    """SKUs by what they lack of all that a channel asks for."""

    channel = filters.CharFilter(method="as_it_is", label="Code of the channel")
    lacks = filters.ChoiceFilter(
        method="lacking",
        choices=[("list", "To be listed"), ("ship", "To ship")],
        label="Incomplete",
    )
    missing = filters.ChoiceFilter(method="without", choices=SkuNeed.choices, label="Lacks")

    class Meta:
        model = Sku
        fields = ["q", "code", "active", "channel", "lacks", "missing", "updated_after"]

    def as_it_is(self, skus, name: str, value: str):
        """The channel has been looked up already: its questions are columns of the rows."""
        return skus

    def lacking(self, skus, name: str, value: str):
        """Those that lack anything."""
        return skus.exclude(**{f"{value}_missing": []})

    def without(self, skus, name: str, value: str):
        """Those that lack this, for listing or for shipping."""
        return skus.filter(Q(list_missing__contains=[value]) | Q(ship_missing__contains=[value]))


class SkuMergeFilter(filters.FilterSet):
    sku = filters.CharFilter(method="of_sku", label="Exact SKU code")
    merged_after = filters.IsoDateTimeFilter(field_name="merged_at", lookup_expr="gt")

    class Meta:
        model = SkuMerge
        fields = ["sku", "merged_after"]

    def of_sku(self, rows, name: str, value: str):
        """Either of the two."""
        found = Sku.objects.filter(code=value).values_list("pk", flat=True).first()
        return rows.filter(Q(merged=found) | Q(kept=found)) if found else rows.none()


class StockFilter(Named, filters.FilterSet):
    q = filters.CharFilter(field_name="sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    out_of_stock = filters.BooleanFilter(method="named", label="Out of stock")
    set_aside = filters.BooleanFilter(method="named", label="Damaged, in quarantine or on display")
    held_back = filters.BooleanFilter(method="named", label="Kept from channels")
    below_reorder_point = filters.BooleanFilter(method="named", label="Below reorder point")
    overstocked = filters.BooleanFilter(method="named", label="Twice what would be ordered")
    not_moving = filters.BooleanFilter(method="named", label="None left in 90 days")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = StockLevel
        fields = [
            "q", "sku", "warehouse", "out_of_stock", "set_aside", "held_back",
            "below_reorder_point", "overstocked", "not_moving", "updated_after",
        ]  # fmt: skip


class ReplenishmentFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="level__sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="level__sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(
        field_name="level__warehouse", queryset=my_warehouses, to_field_name="code"
    )
    below = filters.BooleanFilter(method="named", label="Below reorder point")
    method = filters.MultipleChoiceFilter(choices=ForecastMethod.choices)

    class Meta:
        model = Replenishment
        fields = ["q", "sku", "warehouse", "below", "method"]

    def named(self, rows, name: str, value: bool):
        return rows.below_point() if value else rows


class MovementFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="level__sku__code", lookup_expr="istartswith", label="SKU")
    sku = filters.CharFilter(field_name="level__sku__code", label="Exact SKU code")
    warehouse = filters.ModelChoiceFilter(
        field_name="level__warehouse", queryset=my_warehouses, to_field_name="code"
    )
    counter = filters.MultipleChoiceFilter(choices=Counter.choices)
    kind = filters.MultipleChoiceFilter(choices=Movement.choices)
    recorded_after = filters.IsoDateTimeFilter(field_name="recorded_at", lookup_expr="gt")

    class Meta:
        model = StockMovement
        fields = ["q", "sku", "warehouse", "counter", "kind", "recorded_after"]


class ListingFilter(Named, filters.FilterSet):
    q = filters.CharFilter(
        field_name="channel_sku", lookup_expr="istartswith", label="Channel's code"
    )
    channel = filters.ModelChoiceFilter(queryset=my_channels, to_field_name="code")
    sku = filters.CharFilter(field_name="sku__code", label="Exact SKU code")
    unmapped = filters.BooleanFilter(method="named", label="Not mapped")
    sync_failed = filters.BooleanFilter(method="named", label="Refused by the channel")
    active = filters.BooleanFilter(label="Sold")

    class Meta:
        model = Listing
        fields = ["q", "channel", "sku", "unmapped", "sync_failed", "active"]


class PushFilter(filters.FilterSet):
    channel = filters.ModelChoiceFilter(queryset=my_channels, to_field_name="code")
    state = filters.MultipleChoiceFilter(choices=PushState.choices)
    sku = filters.CharFilter(field_name="listing__channel_sku", label="Channel's code")

    class Meta:
        model = StockPush
        fields = ["channel", "state", "sku"]


class WarehouseFilter(filters.FilterSet):
    code = filters.CharFilter(label="Exact code")
    active = filters.BooleanFilter()

    class Meta:
        model = Warehouse
        fields = ["code", "active"]


class ChannelFilter(filters.FilterSet):
    code = filters.CharFilter(label="Exact code")
    active = filters.BooleanFilter()

    class Meta:
        model = Channel
        fields = ["code", "active"]


class TransferFilter(Named, filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=TransferStatus.choices)
    source = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code", label="From")
    destination = filters.ModelChoiceFilter(
        queryset=my_warehouses, to_field_name="code", label="To"
    )
    sku = filters.CharFilter(field_name="lines__sku__code", label="Exact SKU code")
    overdue = filters.BooleanFilter(method="named", label="Overdue")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Transfer
        fields = ["status", "source", "destination", "sku", "overdue", "updated_after"]


class CountFilter(Named, filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=CountStatus.choices)
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    why = filters.MultipleChoiceFilter(choices=CountWhy.choices, label="Asked for")
    sku = filters.CharFilter(field_name="lines__level__sku__code", label="Exact SKU code")
    mine = filters.BooleanFilter(method="of_me", label="Mine")
    to_do = filters.BooleanFilter(method="named", label="To count")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = StockCount
        fields = ["status", "warehouse", "why", "sku", "mine", "to_do", "updated_after"]

    def of_me(self, rows, _name, value: bool):
        return rows.filter(assigned_to=current_actor().user_id) if value else rows


class CountRuleFilter(filters.FilterSet):
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")

    class Meta:
        model = CountRule
        fields = ["warehouse", "why", "active"]


class ReservationFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=ReservationStatus.choices)
    warehouse = filters.ModelChoiceFilter(queryset=my_warehouses, to_field_name="code")
    sku = filters.CharFilter(field_name="lines__sku__code", label="Exact SKU code")
    key = filters.CharFilter(label="Key of the cart")
    mine = filters.BooleanFilter(method="of_me", label="Mine")
    endless = filters.BooleanFilter(method="without_end", label="Held without an end")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Reservation
        fields = ["status", "warehouse", "sku", "key", "mine", "endless", "updated_after"]

    def of_me(self, rows, _name, value: bool):
        return rows.filter(owner=current_actor().user_id) if value else rows

    def without_end(self, rows, _name, value: bool):
        return rows.held().filter(expires_at=None) if value else rows
