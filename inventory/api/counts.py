"""/stock-counts and /count-rules: what is counted, what was found, what is counted by itself."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import Expandable, StrictSerializer
from core.api.views import ReadOnlyOps
from core.ids import new_public_id
from inventory.api.purchasing_shapes import WhyIn
from inventory.filters import CountFilter, CountRuleFilter
from inventory.models import CountLine, CountRule, StockCount
from inventory.operations.catalog.find import (
    bins_called,
    lines_by_sku,
    skus_called,
    warehouse_called,
)
from inventory.operations.stock.booking import MOST_UNITS
from inventory.operations.stock.count_rules import (
    BY_RULE,
    MOST_DAYS,
    set_count_rule,
    start_due_counts,
)
from inventory.operations.stock.counts import (
    MOST_LINES,
    cancel_count,
    count_units,
    counters,
    start_count,
    submit_count,
)


class CountLineOut(serializers.ModelSerializer):
    """What the books say is null while somebody counts it blind."""

    sku = serializers.CharField(source="level.sku.code")
    bin = serializers.CharField(source="level.bin.code", allow_null=True, default=None)
    expected = serializers.SerializerMethodField()
    variance = serializers.SerializerMethodField()

    class Meta:
        model = CountLine
        fields = [
            "sku", "bin", "counted", "counted_at", "tries", "expected", "off_shelf", "variance",
            "moved", "live",
        ]  # fmt: skip

    def get_expected(self, line: CountLine) -> int | None:
        return None if line.count.hides_books else line.expected

    def get_variance(self, line: CountLine) -> int | None:
        return None if line.count.hides_books or line.counted is None else line.variance


class StockCountOut(Expandable):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.code", help_text="Code.")
    assigned_to = serializers.EmailField(
        source="assigned_to.email", default=None, allow_null=True, help_text="Who is to count."
    )
    lines = CountLineOut(many=True)

    class Meta:
        model = StockCount
        fields = [
            "id", "number", "warehouse", "status", "why", "blind", "assigned_to", "note",
            "created_at", "submitted_at", "ended_at", "end_reason", "updated_at", "lines",
        ]  # fmt: skip
        expandable = ["lines"]


class StockCountIn(StrictSerializer):
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    skus = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=MOST_LINES, required=False,
        default=list, help_text="Codes or barcodes.",
    )  # fmt: skip
    bins = serializers.ListField(
        child=serializers.CharField(max_length=32), max_length=MOST_LINES, required=False,
        default=list, help_text="Codes: all that lies in them.",
    )  # fmt: skip
    blind = serializers.BooleanField(required=False, default=True)
    assigned_to = serializers.EmailField(
        required=False, default="", allow_blank=True, help_text="E-mail of who is to count."
    )
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class CountedUnitsIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)


class CountedIn(StrictSerializer):
    lines = CountedUnitsIn(many=True, min_length=1, max_length=1000)
    extra = serializers.BooleanField(
        required=False, default=False, help_text="Add what nobody expected there."
    )
    key = serializers.CharField(
        max_length=60, required=False, help_text="Makes it happen once, whoever repeats it."
    )


class SubmitCountIn(StrictSerializer):
    leave_rest = serializers.BooleanField(
        required=False, default=False, help_text="Leave what is not counted as it is."
    )


class DueCountsIn(StrictSerializer):
    warehouse = serializers.CharField(max_length=16, help_text="Code.")


class CountRuleOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.code", help_text="Code.")

    class Meta:
        model = CountRule
        fields = ["id", "warehouse", "why", "days", "most", "active", "updated_at"]


class CountRuleIn(StrictSerializer):
    warehouse = serializers.CharField(max_length=16, help_text="Code.")
    why = serializers.ChoiceField(choices=BY_RULE)
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS)
    most = serializers.IntegerField(min_value=1, max_value=MOST_LINES, required=False, default=25)
    active = serializers.BooleanField(required=False, default=True)


LINES = CountLine.objects.select_related("count", "level__sku", "level__bin").order_by("id")


class StockCountViewSet(ReadOnlyOps):
    """Counts of stock. `?expand=lines` shows what is counted."""

    serializer_class = StockCountOut
    filterset_class = CountFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_stockcount",
        "retrieve": "inventory.view_stockcount",
        "create": "inventory.start_count",
        "due": "inventory.start_count",
        "counted": "inventory.count_stock",
        "submit": "inventory.count_stock",
        "cancel": "inventory.cancel_count",
    }
    expands = {"lines": [Prefetch("lines", LINES)]}

    def get_queryset(self) -> QuerySet[StockCount]:
        return StockCount.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=StockCountIn, responses={201: StockCountOut})
    def create(self, request: Request) -> Response:
        """Have SKUs, and all that lies in some bins, counted."""
        given = dict(self.read(StockCountIn))
        place = warehouse_called(given.pop("warehouse"))
        codes, bins = given.pop("skus"), given.pop("bins")
        if email := given.pop("assigned_to"):
            known = counters().filter(email__iexact=email).values_list("pk", flat=True).first()
            given["assigned_to_id"] = known or 0
        fields = [f"skus.{at}" for at in range(len(codes))]
        skus = [sku.pk for sku in skus_called(codes, fields=fields)]
        there = bins_called(bins, place, fields=[f"bins.{at}" for at in range(len(bins))])
        shelves = [one.pk for one in there]
        return self.created(start_count(place.pk, sku_ids=skus, bin_ids=shelves, **given))

    @extend_schema(request=DueCountsIn, responses=StockCountOut(many=True))
    @action(detail=False, methods=["post"])
    def due(self, request: Request) -> Response:
        """Start now what the rules of a warehouse would start at night."""
        place = warehouse_called(self.read(DueCountsIn)["warehouse"])
        started = start_due_counts(place.pk)
        return Response(StockCountOut(started, many=True, context=self.context_of()).data)

    @extend_schema(request=CountedIn, responses=StockCountOut)
    @action(detail=True, methods=["post"])
    def counted(self, request: Request, public_id: str) -> Response:
        """Say how many units lie on the shelf; counting again replaces it."""
        given, row = self.read(CountedIn), self.get_object()
        key = given.get("key") or new_public_id()
        units = {sku: line["units"] for sku, line in lines_by_sku(given["lines"]).items()}
        return self.say(count_units(row.pk, units, key=key, extra=given["extra"]))

    @extend_schema(request=SubmitCountIn, responses=StockCountOut)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, public_id: str) -> Response:
        """It is counted: what differs is counted again, then posted or waits for a second one."""
        return self.say(submit_count(self.get_object().pk, **self.read(SubmitCountIn)))

    @extend_schema(request=WhyIn, responses=StockCountOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Call it off; stock stays as it is."""
        return self.say(cancel_count(self.get_object().pk, **self.read(WhyIn)))


class CountRuleViewSet(ReadOnlyOps):
    """What warehouses count by themselves."""

    serializer_class = CountRuleOut
    filterset_class = CountRuleFilter
    permissions = {
        "list": "inventory.view_countrule",
        "retrieve": "inventory.view_countrule",
        "create": "inventory.change_countrule",
    }

    def get_queryset(self) -> QuerySet[CountRule]:
        return CountRule.objects.visible_to(current_actor()).select_related("warehouse")

    @extend_schema(request=CountRuleIn, responses={201: CountRuleOut})
    def create(self, request: Request) -> Response:
        """Set the one rule of a kind in a warehouse; the same again changes it."""
        given = dict(self.read(CountRuleIn))
        place = warehouse_called(given.pop("warehouse"))
        return self.created(set_count_rule(place.pk, **given))
