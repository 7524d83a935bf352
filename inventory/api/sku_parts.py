"""/skus/{id}/barcodes, /packs, /pictures, /archive, /merge; /skus/scan, /sku-merges."""

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, ReadOnlyOps
from core.errors import BadValue
from inventory import filters
from inventory.api.serializers import ArchiveIn, SkuOut
from inventory.models import Barcode, Pack, Sku, SkuMerge, SkuPicture
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.barcodes import add_barcode, make_barcode_main, remove_barcode
from inventory.operations.catalog.find import scanned, sku_called
from inventory.operations.catalog.merge import merge_sku
from inventory.operations.catalog.packs import MOST_PACK, add_pack, change_pack
from inventory.operations.catalog.pictures import MOST, add_picture, order_pictures, remove_picture
from inventory.pictures import picture_file

LARGE = 10_000_000


class BarcodeOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    gtin = serializers.SerializerMethodField(help_text="All 14 digits; null for an internal one.")
    pack = serializers.CharField(
        source="pack.name", allow_null=True, default=None, help_text="null: a single unit."
    )
    units = serializers.IntegerField(help_text="What one scan of it counts.")

    class Meta:
        model = Barcode
        fields = ["id", "text", "kind", "gtin", "pack", "units", "created_at"]

    def get_gtin(self, row: Barcode) -> str | None:
        return row.key if row.kind == "gtin" else None


class BarcodeIn(StrictSerializer):
    text = serializers.CharField(max_length=64)
    pack = serializers.CharField(
        max_length=32, required=False, allow_blank=True, help_text="Name; a single unit if empty."
    )
    internal = serializers.BooleanField(
        required=False, help_text="A code of one's own: its check digit is not asked."
    )
    main = serializers.BooleanField(required=False, help_text="Show it as the SKU's barcode.")


class BarcodeChange(StrictSerializer):
    main = serializers.BooleanField()


class PackOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    inside = serializers.CharField(
        source="inside.name", allow_null=True, default=None, help_text="null: single units."
    )

    class Meta:
        model = Pack
        fields = [
            "id", "name", "count", "inside", "units", "weight_grams", "length_mm", "width_mm",
            "height_mm", "active", "updated_at",
        ]  # fmt: skip


def _size(most: int) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=most, required=False, allow_null=True)


class PackChange(StrictSerializer):
    name = serializers.CharField(max_length=32, required=False)
    count = serializers.IntegerField(min_value=1, max_value=MOST_PACK, required=False)
    inside = serializers.CharField(
        max_length=32, required=False, allow_blank=True,
        help_text="Name of the smaller pack; single units if empty.",
    )  # fmt: skip
    weight_grams = _size(LARGE)
    length_mm = _size(100_000)
    width_mm = _size(100_000)
    height_mm = _size(100_000)
    active = serializers.BooleanField(required=False)


class PackIn(PackChange):
    name = serializers.CharField(max_length=32)
    count = serializers.IntegerField(min_value=1, max_value=MOST_PACK)


class PictureOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")

    class Meta:
        model = SkuPicture
        fields = ["id", "caption", "position", "created_at"]


class PictureIn(StrictSerializer):
    image = serializers.FileField(help_text="JPEG, PNG or WebP, at most 5 MB.")
    caption = serializers.CharField(max_length=120, required=False, allow_blank=True)


class PictureOrder(StrictSerializer):
    pictures = serializers.ListField(
        child=serializers.CharField(max_length=16), max_length=MOST,
        help_text="Ids of all pictures, the first one first.",
    )  # fmt: skip


class SkuMergeIn(StrictSerializer):
    into = serializers.CharField(max_length=64, help_text="Code or barcode of the one to keep.")
    reason = serializers.CharField(max_length=200)


class SkuMergeOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id")
    merged = serializers.CharField(source="merged.code")
    kept = serializers.CharField(source="kept.code")

    class Meta:
        model = SkuMerge
        fields = ["id", "merged", "kept", "reason", "moved", "actor", "merged_at"]


class ScannedOut(serializers.Serializer):
    """What a code means."""

    sku = serializers.CharField(source="sku.code")
    title = serializers.CharField(source="sku.title")
    id = serializers.CharField(source="sku.public_id")
    pack = serializers.CharField(help_text="Empty: a single unit.")
    units = serializers.IntegerField(help_text="What one scan counts.")


class OfSku(OpsAPIView):
    """Parts of one SKU."""

    permissions = {
        "get": "inventory.view_sku",
        "post": "inventory.change_sku",
        "patch": "inventory.change_sku",
        "put": "inventory.change_sku",
        "delete": "inventory.change_sku",
    }

    def sku(self) -> Sku:
        return get_object_or_404(Sku, public_id=self.kwargs["public_id"])

    def part(self, rows: Any) -> Any:
        return get_object_or_404(rows, public_id=self.kwargs["part"])


class BarcodesView(OfSku):
    """What scanners read of a SKU."""

    http_method_names = ["get", "head", "post"]

    @extend_schema(responses=BarcodeOut(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        rows = self.sku().barcodes.select_related("pack").order_by("id")
        return Response(BarcodeOut(rows, many=True).data)

    @extend_schema(request=BarcodeIn, responses={201: BarcodeOut})
    def post(self, request: Request, public_id: str) -> Response:
        made = add_barcode(self.sku().pk, **self.read(BarcodeIn))
        return Response(BarcodeOut(made).data, 201)


class BarcodeView(OfSku):
    """One barcode: shown as the SKU's own, or taken off."""

    http_method_names = ["patch", "delete"]

    @extend_schema(request=BarcodeChange, responses=BarcodeOut)
    def patch(self, request: Request, public_id: str, part: str) -> Response:
        row = self.part(self.sku().barcodes.select_related("pack"))
        if not self.read(BarcodeChange)["main"]:
            raise BadValue(field="main", fix="Make another one the main one.")
        make_barcode_main(row.pk)
        return Response(BarcodeOut(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str, part: str) -> Response:
        remove_barcode(self.part(self.sku().barcodes).pk)
        return Response(status=204)


class PacksView(OfSku):
    """In which packs a SKU comes; the single unit is the SKU itself."""

    http_method_names = ["get", "head", "post"]

    @extend_schema(responses=PackOut(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        return Response(PackOut(self.sku().packs.for_list(), many=True).data)

    @extend_schema(request=PackIn, responses={201: PackOut})
    def post(self, request: Request, public_id: str) -> Response:
        return Response(PackOut(add_pack(self.sku().pk, self.read(PackIn))).data, 201)


class PackView(OfSku):
    """One pack."""

    http_method_names = ["patch"]

    @extend_schema(request=PackChange, responses=PackOut)
    def patch(self, request: Request, public_id: str, part: str) -> Response:
        row = self.part(self.sku().packs)
        return Response(PackOut(change_pack(row.pk, self.read(PackChange))).data)


class PicturesView(OfSku):
    """Pictures of a SKU; PUT puts them in order."""

    http_method_names = ["get", "head", "post", "put"]
    parser_classes = [MultiPartParser, JSONParser]
    takes_files = True

    @extend_schema(responses=PictureOut(many=True))
    def get(self, request: Request, public_id: str) -> Response:
        return self._all(self.sku())

    @extend_schema(request={"multipart/form-data": PictureIn}, responses={201: PictureOut})
    def post(self, request: Request, public_id: str) -> Response:
        made = add_picture(self.sku().pk, **self.read(PictureIn))
        return Response(PictureOut(made).data, 201)

    @extend_schema(request=PictureOrder, responses=PictureOut(many=True))
    def put(self, request: Request, public_id: str) -> Response:
        return self._all(order_pictures(self.sku().pk, self.read(PictureOrder)["pictures"]))

    def _all(self, sku: Sku) -> Response:
        rows = sku.pictures.order_by("position", "id")
        return Response(PictureOut(rows, many=True).data)


class PictureView(OfSku):
    """One picture: the file itself."""

    http_method_names = ["get", "head", "delete"]

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: str, part: str) -> FileResponse:
        return picture_file(self.part(self.sku().pictures))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, public_id: str, part: str) -> Response:
        remove_picture(self.part(self.sku().pictures).pk)
        return Response(status=204)


class SkuArchiveView(OfSku):
    """Put a SKU away that nothing needs any more, or bring it back."""

    http_method_names = ["post"]
    permissions = {"post": "inventory.archive_sku"}

    @extend_schema(request=ArchiveIn, responses=SkuOut)
    def post(self, request: Request, public_id: str) -> Response:
        found = self.sku()
        act = archive_sku if self.read(ArchiveIn)["archived"] else restore_sku
        act(found.pk)
        return Response(SkuOut(Sku.objects.for_list().get(pk=found.pk)).data)


class SkuMergeView(OfSku):
    """Let another SKU go on for this one."""

    http_method_names = ["post"]
    permissions = {"post": "inventory.merge_sku"}

    @extend_schema(request=SkuMergeIn, responses=SkuMergeOut)
    def post(self, request: Request, public_id: str) -> Response:
        given = self.read(SkuMergeIn)
        kept = sku_called(given["into"], field="into")
        return Response(SkuMergeOut(merge_sku(self.sku().pk, kept.pk, reason=given["reason"])).data)


class SkuScanView(OpsAPIView):
    """What a code means that was scanned: which SKU, and how many units."""

    http_method_names = ["get", "head"]
    permissions = {"get": "inventory.view_sku"}

    @extend_schema(
        responses=ScannedOut,
        parameters=[
            OpenApiParameter("code", str, required=True, description="SKU code or barcode.")
        ],
    )
    def get(self, request: Request) -> Response:
        code = request.query_params.get("code", "")[:64]
        return Response(ScannedOut(scanned(code, field="code")).data)


class SkuMergeViewSet(ReadOnlyOps):
    """The log of merges."""

    serializer_class = SkuMergeOut
    filterset_class = filters.SkuMergeFilter
    sort = "-merged_at"
    permissions = {"list": "inventory.view_skumerge", "retrieve": "inventory.view_skumerge"}
    queryset = SkuMerge.objects.for_list()
