"""/preorder-offers: what is sold before it is there."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import ReadOnlyOps
from inventory.api.serializers import whole
from inventory.models import PreorderOffer
from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.purchasing.preorder_offers import (
    change_preorder,
    end_preorder,
    open_preorder,
)
from inventory.operations.stock.booking import MOST_UNITS
from inventory.preorder_lists import PreorderFilter
from inventory.states import PreorderState

ORDER = "Number of the order to a vendor that brings the units."


class PreorderOfferOut(serializers.ModelSerializer):
    """`left` may still be sold today; `uncovered` were sold and do not come with the order."""

    id = serializers.CharField(source="public_id")
    number = serializers.CharField()
    sku = serializers.CharField(source="sku.code")
    warehouse = serializers.CharField(source="warehouse.code", help_text="Code.")
    order = serializers.CharField(source="line.order.number", help_text=ORDER)
    state = serializers.ChoiceField(PreorderState.choices)
    waiting = serializers.IntegerField()
    left = serializers.IntegerField()
    uncovered = serializers.IntegerField()
    expected_on = serializers.DateField(allow_null=True, help_text="As the vendor promises now.")
    days_later = serializers.IntegerField(help_text="Than as it was opened.")
    overdue = serializers.BooleanField()

    class Meta:
        model = PreorderOffer
        fields = [
            "id", "number", "sku", "warehouse", "order", "state", "cap", "sold", "filled",
            "waiting", "left", "uncovered", "ends_on", "expected_on", "first_expected",
            "days_later", "overdue", "ended_at", "end_reason", "created_at", "updated_at",
        ]  # fmt: skip


class PreorderOfferChange(StrictSerializer):
    """What is left out stays. A last day opens an offer again that was ended."""

    order = serializers.CharField(max_length=32, required=False, help_text=ORDER)
    cap = whole(1, MOST_UNITS, required=False, help_text="How many may be sold in all.")
    ends_on = serializers.DateField(
        required=False, help_text="The last day on which orders are taken."
    )


class PreorderOfferIn(StrictSerializer):
    order = serializers.CharField(max_length=32, help_text=ORDER)
    sku = serializers.CharField(max_length=64, help_text="Code or barcode.")
    cap = whole(1, MOST_UNITS, help_text="How many may be sold in all.")
    ends_on = serializers.DateField(help_text="The last day on which orders are taken.")


class PreorderEndIn(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class PreorderOfferViewSet(ReadOnlyOps):
    """Offers to preorder; orders beyond stock are taken up to the cap."""

    serializer_class = PreorderOfferOut
    filterset_class = PreorderFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_preorderoffer",
        "retrieve": "inventory.view_preorderoffer",
        "create": "inventory.open_preorder",
        "partial_update": "inventory.change_preorder",
        "end": "inventory.end_preorder",
    }

    def get_queryset(self) -> QuerySet[PreorderOffer]:
        return PreorderOffer.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=PreorderOfferIn, responses={201: PreorderOfferOut})
    def create(self, request: Request) -> Response:
        """Let units of a vendor's order be sold before they come in."""
        given = self.read(PreorderOfferIn)
        made = open_preorder(
            purchase_called(given["order"]).pk,
            sku_called(given["sku"]).pk,
            cap=given["cap"],
            ends_on=given["ends_on"],
        )
        return self.created(made)

    @extend_schema(request=PreorderOfferChange, responses=PreorderOfferOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        """Change the cap, the last day, or the order that brings the units."""
        offer = self.get_object()
        given: dict[str, Any] = dict(self.read(PreorderOfferChange))
        if "order" in given:
            given["purchase_order_id"] = purchase_called(given.pop("order")).pk
        return self.say(change_preorder(offer.pk, **given))

    @extend_schema(request=PreorderEndIn, responses=PreorderOfferOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, public_id: str) -> Response:
        """Take no more preorders; what is sold is kept."""
        return self.say(end_preorder(self.get_object().pk, **self.read(PreorderEndIn)))
