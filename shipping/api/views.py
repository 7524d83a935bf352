"""Routes of parcels, pick lists, manifests and rates."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import OpsAPIView, ReadOnlyOps
from core.errors import NotThere
from orders.models import FulfillmentOrder
from shipping.api import serializers as told
from shipping.errors import LabelNotReady
from shipping.filters import ManifestFilter, ParcelFilter, PickListFilter
from shipping.labels import label_of
from shipping.models import (
    Manifest,
    Parcel,
    ParcelLine,
    PickLine,
    PickList,
    TrackingEvent,
)
from shipping.operations.hand_over import hand_over
from shipping.operations.label import request_label, void_label
from shipping.operations.pack import cancel_parcel, pack_parcel, units_to_pack
from shipping.operations.pick import make_pick_list, pick_unit, short_pick
from shipping.operations.select import override_carrier, select_carrier
from shipping.operations.write_off import write_off_parcel
from shipping.rating.ask import ask_rates
from shipping.rating.quote import POLICY


class ParcelViewSet(ReadOnlyOps):
    """Parcels: pack them, choose their carrier, get their label."""

    serializer_class = told.ParcelOut
    filterset_class = ParcelFilter
    sort = "-packed_at"
    updated_field = "updated_at"
    permissions = {
        "list": "shipping.view_parcel",
        "retrieve": "shipping.view_parcel",
        "create": "shipping.pack_parcel",
        "select_carrier": "shipping.select_carrier",
        "override_carrier": "shipping.override_carrier",
        "request_label": "shipping.request_label",
        "label": "shipping.view_parcel",
        "void_label": "shipping.void_label",
        "cancel": "shipping.cancel_parcel",
        "send_again": "shipping.write_off_parcel",
    }

    def get_queryset(self) -> Any:
        lines = ParcelLine.objects.select_related("fulfillment_line__order_line__sku")
        tracking = TrackingEvent.objects.order_by("happened_at", "id")
        parcels = Parcel.objects.visible_to(current_actor()).for_list().select_related("manifest")
        return parcels.prefetch_related(
            Prefetch("lines", lines.order_by("id")), Prefetch("tracking", tracking)
        )

    @extend_schema(request=told.PackIn, responses={201: told.ParcelOut})
    def create(self, request: Request) -> Response:
        """Close one carton of a picked fulfillment order."""
        given = self.read(told.PackIn)
        work: FulfillmentOrder = given["fulfillment"]
        parcel = pack_parcel(
            work.pk,
            carton_code=given["carton"],
            weight_grams=given.get("weight_grams"),
            units=_units(work, given["lines"]) if "lines" in given else None,
        )
        return self.created(parcel)

    @extend_schema(request=told.AgainIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"], url_path="select-carrier")
    def select_carrier(self, request: Request, public_id: str) -> Response:
        """Select by the rule, also when a service is chosen already."""
        given = self.read(told.AgainIn)
        return self.say(select_carrier(self.get_object().pk, **given))

    @extend_schema(request=told.OverrideIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"], url_path="override-carrier")
    def override_carrier(self, request: Request, public_id: str) -> Response:
        """Choose the service by hand, with a reason."""
        given = self.read(told.OverrideIn)
        return self.say(
            override_carrier(
                self.get_object().pk, service_code=given["service"], reason=given["reason"]
            )
        )

    @extend_schema(request=told.NothingIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"], url_path="request-label")
    def request_label(self, request: Request, public_id: str) -> Response:
        """Ask for the label of the selected service; a job buys it."""
        self.read(told.NothingIn)
        parcel = self.get_object()
        request_label(parcel.pk)
        return self.say(parcel)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def label(self, request: Request, public_id: str) -> HttpResponse:
        """The 4×6 inch label as PDF."""
        parcel = self.get_object()
        pdf = label_of(parcel)
        if pdf is None:
            raise LabelNotReady(number=parcel.number)
        return HttpResponse(pdf, content_type="application/pdf")

    @extend_schema(request=told.ReasonIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"], url_path="void-label")
    def void_label(self, request: Request, public_id: str) -> Response:
        """Give the label back, while the parcel is in the house."""
        given = self.read(told.ReasonIn)
        return self.say(void_label(self.get_object().pk, **given))

    @extend_schema(request=told.ReasonIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Undo a parcel that has not left."""
        given = self.read(told.ReasonIn)
        return self.say(cancel_parcel(self.get_object().pk, **given))

    @extend_schema(request=told.NothingIn, responses=told.ParcelOut)
    @action(detail=True, methods=["post"], url_path="send-again")
    def send_again(self, request: Request, public_id: str) -> Response:
        """Write off a parcel that the carrier has lost, and send its units once more."""
        self.read(told.NothingIn)
        return self.say(write_off_parcel(self.get_object().pk, again=True))


def _units(work: FulfillmentOrder, lines: list[dict[str, Any]]) -> dict[int, int]:
    """SKU and units as they were sent, on the lines that are still to pack."""
    by_sku = {line.order_line.sku.code: line.pk for line in units_to_pack(work)}
    units: dict[int, int] = {}
    for place, line in enumerate(lines):
        if line["sku"] not in by_sku:
            raise NotThere(kind=f"{line['sku']} left to pack", field=f"lines.{place}.sku")
        key = by_sku[line["sku"]]
        units[key] = units.get(key, 0) + line["units"]
    return units


class PickListViewSet(ReadOnlyOps):
    """Pick lists: start a walk, confirm its scans."""

    serializer_class = told.PickListOut
    filterset_class = PickListFilter
    sort = "-started_at"
    permissions = {
        "list": "shipping.view_picklist",
        "retrieve": "shipping.view_picklist",
        "create": "shipping.pick_unit",
        "pick": "shipping.pick_unit",
        "short": "shipping.pick_unit",
    }

    def get_queryset(self) -> Any:
        lines = PickLine.objects.select_related("bin", "sku", "fulfillment").order_by("position")
        walks = PickList.objects.visible_to(current_actor()).select_related("warehouse", "at_bin")
        return walks.prefetch_related(Prefetch("lines", lines))

    @extend_schema(request=told.PickListIn, responses={201: told.PickListOut})
    def create(self, request: Request) -> Response:
        """Start a walk for the most urgent fulfillment orders of a warehouse."""
        given = self.read(told.PickListIn)
        wanted = given.get("fulfillments")
        chosen = FulfillmentOrder.objects.visible_to(current_actor())
        ids = None
        if wanted is not None:
            ids = list(chosen.filter(public_id__in=wanted).values_list("pk", flat=True))
        walk = make_pick_list(given["warehouse"].pk, fulfillment_ids=ids, limit=given["limit"])
        return self.created(walk)

    @extend_schema(request=told.PickIn, responses=told.PickListOut)
    @action(detail=True, methods=["post"])
    def pick(self, request: Request, public_id: str) -> Response:
        """Confirm one scan: the location of the next line, then its item."""
        given = self.read(told.PickIn)
        walk = self.get_object()
        pick_unit(walk.pk, **given)
        return self.say(walk)

    @extend_schema(request=told.ShortIn, responses=told.PickListOut)
    @action(detail=True, methods=["post"])
    def short(self, request: Request, public_id: str) -> Response:
        """Say that units of a line are not where they should be."""
        given = self.read(told.ShortIn)
        walk = self.get_object()
        line = walk.lines.filter(position=given["position"]).values_list("pk", flat=True).first()
        if line is None:
            raise NotThere(kind="line on this pick list", field="position")
        return self.say(short_pick(walk.pk, line_id=line, units=given.get("units")))


class ManifestViewSet(ReadOnlyOps):
    """Manifests: hand parcels over to a carrier."""

    serializer_class = told.ManifestOut
    filterset_class = ManifestFilter
    sort = "-handed_over_at"
    permissions = {
        "list": "shipping.view_manifest",
        "retrieve": "shipping.view_manifest",
        "create": "shipping.hand_over",
    }

    def get_queryset(self) -> Any:
        rows = Manifest.objects.visible_to(current_actor()).select_related("warehouse", "carrier")
        return rows.prefetch_related(
            Prefetch("parcels", Parcel.objects.only("public_id", "manifest"))
        )

    @extend_schema(request=told.ManifestIn, responses={201: told.ManifestOut})
    def create(self, request: Request) -> Response:
        """Hand labelled parcels of one carrier over: all of them, or none."""
        given = self.read(told.ManifestIn)
        wanted = set(given["parcels"])
        rows = Parcel.objects.visible_to(current_actor()).filter(public_id__in=wanted)
        ids = list(rows.values_list("pk", flat=True))
        if len(ids) != len(wanted):
            raise NotThere(kind="parcel among these", field="parcels")
        return self.created(hand_over(ids, warehouse_id=given["warehouse"].pk))


class QuoteView(OpsAPIView):
    """What every service would ask for a parcel."""

    permission = "shipping.view_rates"

    @extend_schema(request=told.QuoteIn, responses=told.QuoteOut)
    def post(self, request: Request) -> Response:
        """Ask all services; nothing is stored."""
        given = self.read(told.QuoteIn)
        warehouse = given.pop("warehouse")
        sides = tuple(given.pop(f"{side}_mm") for side in ("length", "width", "height"))
        found, chosen = ask_rates(warehouse, sides_mm=sides, **given)
        return Response(
            {
                "chosen": chosen.offer.code if chosen else None,
                "policy": POLICY,
                "candidates": [quote.facts() for quote in found if not quote.code],
                "rejects": [quote.facts() for quote in found if quote.code],
            }
        )
