"""/vendors, /supplier-products, /price-imports."""

from datetime import date

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.bulk import accepted
from core.api.views import OpsAPIView, ReadOnlyOps
from inventory import purchasing_filters as filters
from inventory.api import purchasing_shapes as shapes
from inventory.models import SupplierProduct, Vendor
from inventory.operations.catalog.find import sku_called
from inventory.operations.purchasing.agreements import change_agreement, create_agreement
from inventory.operations.purchasing.find import vendor_called
from inventory.operations.purchasing.vendors import (
    change_vendor,
    create_vendor,
    remove_contact,
    review_vendor,
    save_contact,
)
from inventory.price_batches import check_price_file, start_price_import
from inventory.scorecard import nothing_of, scores, span_of

CONTACT = "contacts/(?P<contact>[0-9a-z]{16})"


SPAN = [
    OpenApiParameter("from", date, description="90 days up to `to` unless given."),
    OpenApiParameter("to", date, description="Today unless given."),
]


class VendorViewSet(ReadOnlyOps):
    """Whoever sells to us or works for us."""

    serializer_class = shapes.VendorOut
    filterset_class = filters.VendorFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_vendor",
        "retrieve": "inventory.view_vendor",
        "create": "inventory.create_vendor",
        "partial_update": "inventory.change_vendor",
        "review": "inventory.change_vendor",
        "scorecards": "inventory.view_vendor",
        "scorecard": "inventory.view_vendor",
        "contacts": "inventory.change_vendor",
        "contact": "inventory.change_vendor",
        "forget": "inventory.change_vendor",
    }
    queryset = Vendor.objects.prefetch_related("contacts")

    @extend_schema(request=shapes.VendorIn, responses={201: shapes.VendorOut})
    def create(self, request: Request) -> Response:
        return self.created(create_vendor(self.read(shapes.VendorIn)))

    @extend_schema(request=shapes.VendorChange, responses=shapes.VendorOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(change_vendor(self.get_object().pk, self.read(shapes.VendorChange)))

    @extend_schema(responses=shapes.ScoreOut(many=True), parameters=SPAN)
    @action(detail=False)
    def scorecards(self, request: Request) -> Response:
        """How vendors keep their word, the worst first; those with nothing due or taken in not."""
        found = scores(span_of(request.query_params), current_actor())
        return Response(shapes.ScoreOut(found, many=True).data)

    @extend_schema(responses=shapes.ScoreOut, parameters=SPAN)
    @action(detail=True)
    def scorecard(self, request: Request, public_id: str) -> Response:
        """How one vendor keeps its word; all zero when nothing was due."""
        vendor, span = self.get_object(), span_of(request.query_params)
        found = scores(span, current_actor(), vendor_id=vendor.pk)
        return Response(shapes.ScoreOut(found[0] if found else nothing_of(vendor)).data)

    @extend_schema(request=shapes.ReviewIn, responses=shapes.VendorOut)
    @action(detail=True, methods=["post"])
    def review(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.ReviewIn)
        return self.say(review_vendor(self.get_object().pk, **given))

    @extend_schema(request=shapes.ContactIn, responses=shapes.VendorOut)
    @action(detail=True, methods=["post"])
    def contacts(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.ContactIn)
        vendor = self.get_object()
        save_contact(vendor.pk, given)
        return self.say(vendor)

    @extend_schema(request=shapes.ContactIn, responses=shapes.VendorOut)
    @action(detail=True, methods=["post"], url_path=CONTACT)
    def contact(self, request: Request, public_id: str, contact: str) -> Response:
        given = self.read(shapes.ContactIn)
        vendor = self.get_object()
        known = get_object_or_404(vendor.contacts, public_id=contact)
        save_contact(vendor.pk, given, contact_id=known.pk)
        return self.say(vendor)

    @extend_schema(request=None, responses=shapes.VendorOut)
    @action(detail=True, methods=["post"], url_path=f"{CONTACT}/remove")
    def forget(self, request: Request, public_id: str, contact: str) -> Response:
        vendor = self.get_object()
        known = get_object_or_404(vendor.contacts, public_id=contact)
        return self.say(remove_contact(vendor.pk, known.pk))


class SupplierProductViewSet(ReadOnlyOps):
    """What SKUs cost from vendors; `?valid_now=true` leaves out the past and the future."""

    serializer_class = shapes.AgreementOut
    filterset_class = filters.SupplierProductFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_supplierproduct",
        "retrieve": "inventory.view_supplierproduct",
        "create": "inventory.save_agreement",
        "partial_update": "inventory.save_agreement",
    }

    def get_queryset(self) -> QuerySet[SupplierProduct]:
        return SupplierProduct.objects.for_list()

    @extend_schema(request=shapes.AgreementIn, responses={201: shapes.AgreementOut})
    def create(self, request: Request) -> Response:
        given = dict(self.read(shapes.AgreementIn))
        vendor, sku = vendor_called(given.pop("vendor")), sku_called(given.pop("sku"))
        tiers = [(tier["from_units"], tier["price"]) for tier in given.pop("tiers")]
        end = given.pop("end_earlier", False)
        made = create_agreement(vendor.pk, sku.pk, given, tiers=tiers, end_earlier=end)
        return self.created(made)

    @extend_schema(request=shapes.AgreementChange, responses=shapes.AgreementOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        given = dict(self.read(shapes.AgreementChange))
        tiers = given.pop("tiers", None)
        prices = None if tiers is None else [(one["from_units"], one["price"]) for one in tiers]
        return self.say(change_agreement(self.get_object().pk, given, tiers=prices))


class PriceImportView(OpsAPIView):
    """Take over a whole price list of vendors: all of it, or nothing."""

    permission = "inventory.import_prices"
    parser_classes = [MultiPartParser]
    takes_files = True

    @extend_schema(request={"multipart/form-data": shapes.PriceImportIn}, responses={202: dict})
    def post(self, request: Request) -> Response:
        given = self.read(shapes.PriceImportIn)
        options = {"vendor": given.get("vendor", "")}
        checked = check_price_file(given["file"], options)
        if given.get("dry_run"):
            return Response(checked)
        return accepted(start_price_import(given["file"], options))
