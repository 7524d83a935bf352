"""/products, /skus, /warehouses, /channels, /listings."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.errors import BadValue
from inventory import filters
from inventory.api import channel_shapes
from inventory.api import serializers as shapes
from inventory.ledger import moment_in, proof_of, stock_as_of
from inventory.models import Channel, ChannelWarehouse, Listing, Product, Sku, StockLevel, Warehouse
from inventory.operations.catalog.find import channel_called, sku_called, warehouse_called
from inventory.operations.catalog.listings import change_listing, create_listing, map_listing
from inventory.operations.catalog.places import (
    change_channel,
    change_warehouse,
    create_channel,
    create_warehouse,
    rank_warehouses,
    save_bin,
)
from inventory.operations.catalog.skus import (
    archive_product,
    change_product,
    change_sku,
    create_product,
    create_sku,
)
from inventory.operations.sync.push import retry_pushes
from inventory.states import Counter
from inventory.tasks import compare_stock, push_stock


class Places(ReadOnlyOps):
    """Warehouses and channels: who makes one need not reach it yet."""

    def made(self, row: Any, shape: Any) -> Response:
        address = f"{self.request.path.rstrip('/')}/{row.public_id}"
        return Response(shape(row).data, 201, headers={"Location": address})


class ProductViewSet(ReadOnlyOps):
    """What customers see as one thing."""

    serializer_class = shapes.ProductOut
    filterset_class = filters.ProductFilter
    sort = "-created_at"
    permissions = {
        "list": "inventory.view_product",
        "retrieve": "inventory.view_product",
        "create": "inventory.create_sku",
        "partial_update": "inventory.change_sku",
        "archive": "inventory.change_sku",
    }
    queryset = Product.objects.all()

    @extend_schema(request=shapes.ProductIn, responses={201: shapes.ProductOut})
    def create(self, request: Request) -> Response:
        return self.created(create_product(**self.read(shapes.ProductIn)))

    @extend_schema(request=shapes.ProductChange, responses=shapes.ProductOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        product = self.get_object()
        return self.say(change_product(product.pk, self.read(shapes.ProductChange)))

    @extend_schema(request=shapes.ArchiveIn, responses=shapes.ProductOut)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, public_id: str) -> Response:
        """Put a product out of sight, or back."""
        given = self.read(shapes.ArchiveIn)
        return self.say(archive_product(self.get_object().pk, **given))


class SkuViewSet(ReadOnlyOps):
    """What is counted, promised and shipped. Look one up by code with `?code=`."""

    serializer_class = shapes.SkuOut
    filterset_class = filters.SkuFilter
    sort = "-created_at"
    permissions = {
        "list": "inventory.view_sku",
        "retrieve": "inventory.view_sku",
        "create": "inventory.create_sku",
        "partial_update": "inventory.change_sku",
        "proof": "inventory.view_stockmovement",
        "stock_as_of": "inventory.view_stockmovement",
    }

    def get_queryset(self) -> QuerySet[Sku]:
        return Sku.objects.for_list()

    @extend_schema(request=shapes.SkuIn, responses={201: shapes.SkuOut})
    def create(self, request: Request) -> Response:
        given = dict(self.read(shapes.SkuIn))
        public_id = given.pop("product", None)
        product = get_object_or_404(Product, public_id=public_id) if public_id else None
        return self.created(create_sku(given, product_id=product.pk if product else None))

    @extend_schema(request=shapes.SkuChange, responses=shapes.SkuOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(change_sku(self.get_object().pk, self.read(shapes.SkuChange)))

    @extend_schema(
        responses=shapes.ProofOut,
        parameters=[
            OpenApiParameter("warehouse", str, required=True, description="Code."),
            OpenApiParameter(
                "counter", str, enum=Counter.values, description="On hand unless given."
            ),
        ],
    )
    @action(detail=True)
    def proof(self, request: Request, public_id: str) -> Response:
        """One counter in one warehouse, and the sums of its movements that make it."""
        asked = request.query_params
        counter = asked.get("counter", Counter.ON_HAND.value)
        if counter not in Counter.values:
            raise BadValue(field="counter", fix=f"One of: {', '.join(Counter.values)}.")
        place = warehouse_called(asked.get("warehouse", ""))
        rows = StockLevel.objects.filter(sku=self.get_object(), warehouse=place)
        level = get_object_or_404(rows.select_related("sku", "warehouse"))
        return Response(shapes.ProofOut(proof_of(level, Counter(counter))).data)

    @extend_schema(
        responses=shapes.StockThenOut(many=True),
        parameters=[
            OpenApiParameter("at", datetime, description="What had happened by then."),
            OpenApiParameter("known_at", datetime, description="What was written down by then."),
        ],
    )
    @action(detail=True, url_path="stock-as-of")
    def stock_as_of(self, request: Request, public_id: str) -> Response:
        """What there was at a past moment, per warehouse; and what was known of it at another."""
        at, known_at = (
            moment_in(request.query_params.get(name, ""), name) for name in ("at", "known_at")
        )
        rows = stock_as_of(self.get_object().pk, current_actor(), at=at, known_at=known_at)
        return Response(shapes.StockThenOut(rows, many=True).data)


class WarehouseViewSet(Places):
    """Places that keep stock and ship."""

    serializer_class = shapes.WarehouseOut
    filterset_class = filters.WarehouseFilter
    sort = "code"
    permissions = {
        "list": "inventory.view_warehouse",
        "retrieve": "inventory.view_warehouse",
        "create": "inventory.change_warehouse",
        "bins": "inventory.view_warehouse",
        "save_bin": "inventory.change_warehouse",
        "partial_update": "inventory.change_warehouse",
    }

    def get_queryset(self) -> QuerySet[Warehouse]:
        return Warehouse.objects.visible_to(current_actor())

    @extend_schema(request=shapes.WarehouseChange, responses=shapes.WarehouseOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(change_warehouse(self.get_object().pk, self.read(shapes.WarehouseChange)))

    @extend_schema(request=shapes.WarehouseIn, responses={201: shapes.WarehouseOut})
    def create(self, request: Request) -> Response:
        """Open a warehouse; who is bound to some is given access by an administrator."""
        given = dict(self.read(shapes.WarehouseIn))
        made = create_warehouse(given.pop("code"), given)
        return self.made(made, shapes.WarehouseOut)

    @extend_schema(responses=shapes.BinOut(many=True))
    @action(detail=True)
    def bins(self, request: Request, public_id: str) -> Response:
        """The places of a warehouse as the picker's walk passes them (the first 10,000)."""
        rows = self.get_object().bins.order_by("position", "code")[:10_000]
        return Response(shapes.BinOut(rows, many=True).data)

    @extend_schema(request=shapes.BinIn, responses=shapes.BinOut)
    @bins.mapping.post
    def save_bin(self, request: Request, public_id: str) -> Response:
        """Make a place, or change where the walk passes it."""
        given = self.read(shapes.BinIn)
        return Response(shapes.BinOut(save_bin(self.get_object().pk, **given)).data)


class ChannelViewSet(Places):
    """Where orders come from and stock is published to."""

    serializer_class = channel_shapes.ChannelOut
    filterset_class = filters.ChannelFilter
    sort = "code"
    permissions = {
        "list": "inventory.view_channel",
        "retrieve": "inventory.view_channel",
        "create": "inventory.change_channel",
        "warehouses": "inventory.change_channel",
        "retry": "inventory.push_stock",
        "compare": "inventory.push_stock",
        "partial_update": "inventory.change_channel",
    }

    def get_queryset(self) -> QuerySet[Channel]:
        ranks = Prefetch("ranks", ChannelWarehouse.objects.select_related("warehouse"))
        return Channel.objects.visible_to(current_actor()).prefetch_related(ranks)

    @extend_schema(request=channel_shapes.ChannelChange, responses=channel_shapes.ChannelOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(
            change_channel(self.get_object().pk, self.read(channel_shapes.ChannelChange))
        )

    @extend_schema(request=channel_shapes.ChannelIn, responses={201: channel_shapes.ChannelOut})
    def create(self, request: Request) -> Response:
        """Open a channel; who is bound to some is given access by an administrator."""
        given = dict(self.read(channel_shapes.ChannelIn))
        return self.made(create_channel(given.pop("code"), given), channel_shapes.ChannelOut)

    @extend_schema(request=channel_shapes.RankIn, responses=channel_shapes.ChannelOut)
    @action(detail=True, methods=["post"])
    def warehouses(self, request: Request, public_id: str) -> Response:
        """Say which warehouses serve the channel, first asked first."""
        channel, codes = self.get_object(), self.read(channel_shapes.RankIn)["warehouses"]
        places = [
            warehouse_called(code, field=f"warehouses.{place}").pk
            for place, code in enumerate(codes)
        ]
        return self.say(rank_warehouses(channel.pk, places))

    @extend_schema(request=None, responses=shapes.AskedAgain)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Tell the channel again what it has refused."""
        channel = self.get_object()
        again = retry_pushes(channel.pk)
        push_stock.add(channel.pk)
        return Response({"listings": len(again)})

    @extend_schema(request=None, responses={202: None})
    @action(detail=True, methods=["post"])
    def compare(self, request: Request, public_id: str) -> Response:
        """Compare all that the channel lists with what it knows, now."""
        compare_stock.add(f"{self.get_object().pk} now")
        return Response(status=202)


class ListingViewSet(ReadOnlyOps):
    """SKUs as channels name them; `?unmapped=true` is the queue of unknown codes."""

    serializer_class = shapes.ListingOut
    filterset_class = filters.ListingFilter
    sort = "id"
    permissions = {
        "list": "inventory.view_listing",
        "retrieve": "inventory.view_listing",
        "create": "inventory.create_listing",
        "map": "inventory.map_listing",
        "partial_update": "inventory.change_listing",
        "retry": "inventory.push_stock",
    }

    def get_queryset(self) -> QuerySet[Listing]:
        return Listing.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=shapes.ListingIn, responses={201: shapes.ListingOut})
    def create(self, request: Request) -> Response:
        given: dict[str, Any] = self.read(shapes.ListingIn)
        sku = sku_called(given["sku"]) if "sku" in given else None
        made = create_listing(
            channel_called(given["channel"]).pk,
            channel_sku=given["channel_sku"],
            title=given.get("title", ""),
            sku_id=sku.pk if sku else None,
        )
        return self.created(made)

    @extend_schema(request=shapes.MapIn, responses=shapes.ListingOut)
    @action(detail=True, methods=["post"])
    def map(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.MapIn)
        sku = sku_called(given["sku"])
        listing = self.get_object()
        return self.say(map_listing(listing.pk, sku.pk, remap=given.get("remap", False)))

    @extend_schema(request=shapes.ListingChange, responses=shapes.ListingOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.ListingChange)
        return self.say(change_listing(self.get_object().pk, **given))

    @extend_schema(request=None, responses=shapes.ListingOut)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Tell the channel this quantity again although it has refused it."""
        listing = self.get_object()
        retry_pushes(listing.channel_id, listing_id=listing.pk)
        push_stock.add(listing.channel_id)
        return self.say(listing)
