"""/transfers: stock between warehouses."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import Expandable, StrictSerializer
from core.api.views import ReadOnlyOps
from core.errors import BadValue
from core.ids import new_public_id
from inventory.api.purchasing_shapes import WhyIn
from inventory.filters import TransferFilter
from inventory.models import Transfer, TransferLine
from inventory.operations.catalog.find import lines_by_sku, warehouse_called
from inventory.operations.stock.booking import MOST_UNITS
from inventory.operations.stock.transfer import (
    Arrived,
    cancel_transfer,
    close_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)


class TransferLineOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="sku.code")

    class Meta:
        model = TransferLine
        fields = ["sku", "units", "units_received", "units_damaged", "units_lost"]


class TransferOut(Expandable):
    id = serializers.CharField(source="public_id")
    source = serializers.CharField(source="source.code", help_text="Code.")
    destination = serializers.CharField(source="destination.code", help_text="Code.")
    lines = TransferLineOut(many=True)

    class Meta:
        model = Transfer
        fields = [
            "id", "number", "source", "destination", "status", "note", "expected_on",
            "created_at", "shipped_at", "ended_at", "end_reason", "updated_at", "lines",
        ]  # fmt: skip
        expandable = ["lines"]


class TransferUnitsIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = serializers.IntegerField(min_value=1, max_value=MOST_UNITS)


class TransferIn(StrictSerializer):
    source = serializers.CharField(max_length=16, help_text="Code of a warehouse.")
    destination = serializers.CharField(max_length=16, help_text="Code of a warehouse.")
    lines = TransferUnitsIn(many=True, min_length=1, max_length=1000)
    expected_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class TransferArrivedIn(TransferUnitsIn):
    damaged = serializers.IntegerField(min_value=0, max_value=MOST_UNITS, default=0)


class TransferArrivalIn(StrictSerializer):
    lines = TransferArrivedIn(many=True, min_length=1, max_length=1000)
    key = serializers.CharField(
        max_length=60, required=False, help_text="Makes it happen once, whoever repeats it."
    )


class TransferViewSet(ReadOnlyOps):
    """Stock between warehouses. `?expand=lines` shows what is on its way."""

    serializer_class = TransferOut
    filterset_class = TransferFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_transfer",
        "retrieve": "inventory.view_transfer",
        "create": "inventory.request_transfer",
        "ship": "inventory.ship_transfer",
        "receive": "inventory.receive_transfer",
        "close": "inventory.close_transfer",
        "cancel": "inventory.request_transfer",
    }
    expands = {
        "lines": [Prefetch("lines", TransferLine.objects.select_related("sku").order_by("id"))]
    }

    def get_queryset(self) -> QuerySet[Transfer]:
        return Transfer.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=TransferIn, responses={201: TransferOut})
    def create(self, request: Request) -> Response:
        """Ask one warehouse to send units to another; they are promised at once."""
        given = dict(self.read(TransferIn))
        source = warehouse_called(given.pop("source"), field="source")
        destination = warehouse_called(given.pop("destination"), field="destination")
        units = {sku: line["units"] for sku, line in lines_by_sku(given.pop("lines")).items()}
        return self.created(request_transfer(source.pk, destination.pk, units=units, **given))

    @extend_schema(request=None, responses=TransferOut)
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, public_id: str) -> Response:
        """It has left its source."""
        return self.say(ship_transfer(self.get_object().pk))

    @extend_schema(request=TransferArrivalIn, responses=TransferOut)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, public_id: str) -> Response:
        """Take in what has come; the rest stays on its way."""
        given, row = self.read(TransferArrivalIn), self.get_object()
        lines = dict(row.lines.values_list("sku_id", "id"))
        arrived = {}
        for place, (sku_id, line) in enumerate(lines_by_sku(given["lines"]).items()):
            if sku_id not in lines:
                fix = f"{line['sku']} is not on this transfer; receive it otherwise."
                raise BadValue(field=f"lines.{place}.sku", fix=fix)
            arrived[lines[sku_id]] = Arrived(units=line["units"], damaged=line["damaged"])
        key = given.get("key") or new_public_id()
        return self.say(receive_transfer(row.pk, arrived, key=key))

    @extend_schema(request=WhyIn, responses=TransferOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """Give up on what has not come."""
        return self.say(close_transfer(self.get_object().pk, **self.read(WhyIn)))

    @extend_schema(request=WhyIn, responses=TransferOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Call it off while it is in the house."""
        return self.say(cancel_transfer(self.get_object().pk, **self.read(WhyIn)))
