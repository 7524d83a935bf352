"""/reservations: stock that carts and people hold for a time."""

from typing import Any

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
from inventory.filters import ReservationFilter
from inventory.models import Reservation, ReservationLine
from inventory.operations.catalog.find import channel_called, skus_called, warehouse_called
from inventory.operations.stock.booking import MOST_UNITS
from inventory.operations.stock.reserve import (
    MOST_LINES,
    MOST_MINUTES,
    release_reservation,
    reserve_stock,
)


class ReservedOut(serializers.ModelSerializer):
    sku = serializers.CharField(source="sku.code")

    class Meta:
        model = ReservationLine
        fields = ["sku", "units"]


class ReservationOut(Expandable):
    id = serializers.CharField(source="public_id")
    warehouse = serializers.CharField(source="warehouse.code", help_text="Code.")
    lines = ReservedOut(many=True)

    class Meta:
        model = Reservation
        fields = [
            "id", "number", "warehouse", "key", "status", "note", "expires_at", "used_by",
            "created_at", "ended_at", "updated_at", "lines",
        ]  # fmt: skip
        expandable = ["lines"]


class ReservedIn(StrictSerializer):
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    units = serializers.IntegerField(min_value=1, max_value=MOST_UNITS)


class ReservationIn(StrictSerializer):
    """A channel (its first warehouse that has all) or a warehouse."""

    channel = serializers.CharField(max_length=32, required=False, help_text="Code.")
    warehouse = serializers.CharField(max_length=16, required=False, help_text="Code.")
    lines = ReservedIn(many=True, min_length=1, max_length=MOST_LINES)
    key = serializers.CharField(
        max_length=100, required=False, help_text="The cart; the same again renews or replaces it."
    )
    minutes = serializers.IntegerField(
        min_value=1, max_value=MOST_MINUTES, required=False, allow_null=True, default=None,
        help_text="Null: until somebody releases it.",
    )  # fmt: skip
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class ReservationViewSet(ReadOnlyOps):
    """Held stock. `?expand=lines` shows what. Place an order with its id to use it."""

    serializer_class = ReservationOut
    filterset_class = ReservationFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_reservation",
        "retrieve": "inventory.view_reservation",
        "create": "inventory.reserve_stock",
        "release": "inventory.release_reservation",
    }
    expands = {
        "lines": [Prefetch("lines", ReservationLine.objects.select_related("sku").order_by("id"))]
    }

    def get_queryset(self) -> QuerySet[Reservation]:
        return Reservation.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=ReservationIn, responses={201: ReservationOut})
    def create(self, request: Request) -> Response:
        """Hold units, hold them longer, or hold others for the same cart."""
        given: dict[str, Any] = dict(self.read(ReservationIn))
        where = {}
        if code := given.pop("channel", ""):
            where["channel_id"] = channel_called(code).pk
        if code := given.pop("warehouse", ""):
            where["warehouse_id"] = warehouse_called(code).pk
        units = _by_sku(given.pop("lines"))
        key = given.pop("key", None) or new_public_id()
        return self.created(reserve_stock(units, key=key, **where, **given))

    @extend_schema(request=None, responses=ReservationOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, public_id: str) -> Response:
        """Let go of it."""
        return self.say(release_reservation(self.get_object().pk))


def _by_sku(lines: list[dict[str, Any]]) -> dict[int, int]:
    """SKU id -> units; a SKU that is named twice counts as the sum."""
    places = [f"lines.{at}.sku" for at in range(len(lines))]
    found: dict[int, int] = {}
    skus = skus_called([line["sku"] for line in lines], fields=places)
    for place, sku, line in zip(places, skus, lines, strict=True):
        found[sku.pk] = found.get(sku.pk, 0) + line["units"]
        if found[sku.pk] > MOST_UNITS:
            raise BadValue(field=place, fix=f"That is more than {MOST_UNITS:,} units of {sku}.")
    return found
