"""/completeness: what SKUs lack of all that a channel asks for."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.errors import BadValue
from inventory.completeness import percent_there, with_missing
from inventory.filters import CompletenessFilter
from inventory.models import Channel, Sku
from inventory.states import SkuNeed

NEEDS = {"type": "array", "items": {"type": "string", "enum": list(SkuNeed.values)}}


class CompletenessOut(serializers.ModelSerializer):
    """A SKU beside what one channel asks of it."""

    id = serializers.CharField(source="public_id")
    sku = serializers.CharField(source="code")
    percent = serializers.SerializerMethodField()
    list_missing = serializers.SerializerMethodField(help_text="Without these it is not listed.")
    ship_missing = serializers.SerializerMethodField(help_text="Without these it is not released.")

    class Meta:
        model = Sku
        fields = ["id", "sku", "title", "percent", "list_missing", "ship_missing", "updated_at"]

    def get_percent(self, sku: Any) -> int:
        return percent_there(sku)

    @extend_schema_field(NEEDS)
    def get_list_missing(self, sku: Any) -> list[str]:
        return list(sku.list_missing)

    @extend_schema_field(NEEDS)
    def get_ship_missing(self, sku: Any) -> list[str]:
        return list(sku.ship_missing)


class CompletenessViewSet(ReadOnlyOps):
    """SKUs that are sold, with what they lack for `?channel=`, which must be given."""

    serializer_class = CompletenessOut
    filterset_class = CompletenessFilter
    sort = "code"
    updated_field = "updated_at"
    permissions = {"list": "inventory.view_listing", "retrieve": "inventory.view_listing"}
    queryset = Sku.objects.active()  # for the schema

    def get_queryset(self) -> QuerySet[Sku]:
        code = self.request.query_params.get("channel", "").strip()
        mine = Channel.objects.visible_to(current_actor())
        found = mine.filter(code=code).first() if code.isprintable() else None
        if found is None:
            raise BadValue(field="channel", fix="Give the code of a channel.")
        return with_missing(Sku.objects.active(), found)
