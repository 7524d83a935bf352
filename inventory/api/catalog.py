"""/products, /skus, /warehouses, /channels, /listings."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from inventory import filters
from inventory.api import serializers as shapes
from inventory.models import Channel, ChannelWarehouse, Listing, Product, Sku, Warehouse
from inventory.operations.catalog.find import channel_called, sku_called
from inventory.operations.catalog.listings import create_listing, map_listing
from inventory.operations.catalog.places import change_channel, change_warehouse
from inventory.operations.catalog.skus import (
    change_product,
    change_sku,
    create_product,
    create_sku,
)


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
    }
    queryset = Product.objects.all()

    @extend_schema(request=shapes.ProductIn, responses={201: shapes.ProductOut})
    def create(self, request: Request) -> Response:
        return self.created(create_product(**self.read(shapes.ProductIn)))

    @extend_schema(request=shapes.ProductChange, responses=shapes.ProductOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        product = self.get_object()
        return self.say(change_product(product.pk, self.read(shapes.ProductChange)))


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


class WarehouseViewSet(ReadOnlyOps):
    """Places that keep stock and ship."""

    serializer_class = shapes.WarehouseOut
    filterset_class = filters.WarehouseFilter
    sort = "code"
    permissions = {
        "list": "inventory.view_warehouse",
        "retrieve": "inventory.view_warehouse",
        "partial_update": "inventory.change_warehouse",
    }

    def get_queryset(self) -> QuerySet[Warehouse]:
        return Warehouse.objects.visible_to(current_actor())

    @extend_schema(request=shapes.WarehouseChange, responses=shapes.WarehouseOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(change_warehouse(self.get_object().pk, self.read(shapes.WarehouseChange)))


class ChannelViewSet(ReadOnlyOps):
    """Where orders come from and stock is published to."""

    serializer_class = shapes.ChannelOut
    filterset_class = filters.ChannelFilter
    sort = "code"
    permissions = {
        "list": "inventory.view_channel",
        "retrieve": "inventory.view_channel",
        "partial_update": "inventory.change_channel",
    }

    def get_queryset(self) -> QuerySet[Channel]:
        ranks = Prefetch("ranks", ChannelWarehouse.objects.select_related("warehouse"))
        return Channel.objects.visible_to(current_actor()).prefetch_related(ranks)

    @extend_schema(request=shapes.ChannelChange, responses=shapes.ChannelOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        return self.say(change_channel(self.get_object().pk, self.read(shapes.ChannelChange)))


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
