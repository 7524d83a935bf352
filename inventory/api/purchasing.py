"""/purchase-orders, /receipts, /parked-goods, /stock-costs, /exchange-rates."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from inventory import purchasing_filters as filters
from inventory.api import purchasing_shapes as shapes
from inventory.models import (
    ExchangeRate,
    ParkedGoods,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    StockCost,
)
from inventory.operations.catalog.find import sku_called, skus_called, warehouse_called
from inventory.operations.purchasing.approve import approve_purchase, reopen_purchase
from inventory.operations.purchasing.draft import (
    LineIn,
    change_purchase,
    draft_purchase,
    drop_purchase_line,
    set_purchase_line,
)
from inventory.operations.purchasing.end import cancel_purchase, close_purchase, promise_purchase
from inventory.operations.purchasing.find import purchase_called, vendor_called
from inventory.operations.purchasing.landed import add_landed_cost
from inventory.operations.purchasing.park import park_goods, send_back_parked, take_in_parked
from inventory.operations.purchasing.rates import set_rate
from inventory.operations.purchasing.receive import ArrivedLine, receive_purchase
from inventory.operations.purchasing.send import send_purchase, settle_vendor_mail


def skus_of(lines: list[dict[str, Any]]) -> list[Any]:
    """The SKUs that lines name; a miss is told by line."""
    places = [f"lines.{place}.sku" for place in range(len(lines))]
    return skus_called([line["sku"] for line in lines], fields=places)


def line_in(line: dict[str, Any], sku_id: int) -> LineIn:
    """A line as the operation takes it."""
    return LineIn(sku_id=sku_id, **{name: v for name, v in line.items() if name != "sku"})


class PurchaseViewSet(ReadOnlyOps):
    """Orders to vendors. `?expand=lines` shows what is on them."""

    serializer_class = shapes.PurchaseOut
    filterset_class = filters.PurchaseOrderFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permissions = {
        "list": "inventory.view_purchaseorder",
        "retrieve": "inventory.view_purchaseorder",
        "create": "inventory.draft_purchase",
        "partial_update": "inventory.draft_purchase",
        "line": "inventory.draft_purchase",
        "drop": "inventory.draft_purchase",
        "approve": "inventory.approve_purchase",
        "reopen": "inventory.draft_purchase",
        "send": "inventory.send_purchase",
        "mail": "inventory.send_purchase",
        "promise": "inventory.promise_purchase",
        "close": "inventory.close_purchase",
        "cancel": "inventory.cancel_purchase",
        "receive": "inventory.receive_purchase",
    }
    expands = {
        "lines": [
            Prefetch(
                "lines",
                PurchaseLine.objects.select_related("sku", "order").order_by("sku__code"),
            )
        ]
    }

    def get_queryset(self) -> QuerySet[PurchaseOrder]:
        return PurchaseOrder.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=shapes.PurchaseIn, responses={201: shapes.PurchaseOut})
    def create(self, request: Request) -> Response:
        given = dict(self.read(shapes.PurchaseIn))
        vendor, place = vendor_called(given.pop("vendor")), warehouse_called(given.pop("warehouse"))
        lines = given.pop("lines", [])
        wanted = [line_in(ln, sku.pk) for ln, sku in zip(lines, skus_of(lines), strict=True)]
        return self.created(draft_purchase(vendor.pk, place.pk, lines=wanted, given=given))

    @extend_schema(request=shapes.PurchaseChange, responses=shapes.PurchaseOut)
    def partial_update(self, request: Request, public_id: str) -> Response:
        changes = self.read(shapes.PurchaseChange)
        return self.say(change_purchase(self.get_object().pk, changes))

    @extend_schema(request=shapes.PurchaseLineIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def line(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.PurchaseLineIn)
        order = self.get_object()
        set_purchase_line(order.pk, line_in(given, sku_called(given["sku"]).pk))
        return self.say(order)

    @extend_schema(request=shapes.WhichSku, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, public_id: str) -> Response:
        sku = sku_called(self.read(shapes.WhichSku)["sku"])
        return self.say(drop_purchase_line(self.get_object().pk, sku.pk))

    @extend_schema(request=None, responses={200: shapes.PurchaseOut, 202: dict})
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, public_id: str) -> Response:
        outcome = approve_purchase(self.get_object().pk)
        if outcome.approval is not None:
            return Response({"approval": outcome.approval.public_id}, 202)
        return self.say(outcome.order)

    @extend_schema(request=None, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, public_id: str) -> Response:
        return self.say(reopen_purchase(self.get_object().pk))

    @extend_schema(request=shapes.SendIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.SendIn)
        return self.say(send_purchase(self.get_object().pk, **given))

    @extend_schema(request=shapes.MailIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def mail(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.MailIn)
        order = self.get_object()
        settle_vendor_mail(order.pk, **given)
        return self.say(order)

    @extend_schema(request=shapes.PromiseIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def promise(self, request: Request, public_id: str) -> Response:
        given = dict(self.read(shapes.PromiseIn))
        order = self.get_object()
        promise_purchase(order.pk, sku_called(given.pop("sku")).pk, **given)
        return self.say(order)

    @extend_schema(request=shapes.WhyIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.WhyIn)
        return self.say(close_purchase(self.get_object().pk, **given))

    @extend_schema(request=shapes.EndReasonIn, responses=shapes.PurchaseOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.EndReasonIn)
        return self.say(cancel_purchase(self.get_object().pk, **given))

    @extend_schema(request=shapes.ArrivalIn, responses={201: shapes.PurchaseReceiptOut})
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.ArrivalIn)
        lines = given["lines"]
        arrived = [
            ArrivedLine(
                sku_id=sku.pk,
                units=line["units"],
                damaged=line.get("damaged", 0),
                over_reason=line.get("over_reason", ""),
            )
            for line, sku in zip(lines, skus_of(lines), strict=True)
        ]
        receipt = receive_purchase(
            self.get_object().pk, arrived, key=given["key"],
            delivery_note=given.get("delivery_note", ""),
        )  # fmt: skip
        return Response(shapes.PurchaseReceiptOut(receipts().get(pk=receipt.pk)).data, 201)


def receipts() -> QuerySet[Receipt]:
    """Receipts within reach, with all that is shown of them."""
    lines = ReceiptLine.objects.select_related("line__sku", "receipt").order_by("id")
    mine = Receipt.objects.visible_to(current_actor()).select_related("order", "warehouse")
    return mine.prefetch_related(Prefetch("lines", lines), "landed")


class ReceiptViewSet(ReadOnlyOps):
    """Deliveries that came in for orders to vendors."""

    serializer_class = shapes.PurchaseReceiptOut
    filterset_class = filters.ReceiptFilter
    sort = "-received_at"
    permissions = {
        "list": "inventory.view_receipt",
        "retrieve": "inventory.view_receipt",
        "landed": "inventory.add_landed_cost",
    }

    def get_queryset(self) -> QuerySet[Receipt]:
        return receipts()

    @extend_schema(request=shapes.LandedIn, responses=shapes.PurchaseReceiptOut)
    @action(detail=True, methods=["post"])
    def landed(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.LandedIn)
        receipt = self.get_object()
        add_landed_cost(receipt.pk, **given)
        return self.say(receipt)


class ParkedViewSet(ReadOnlyOps):
    """Goods that came in under no known code."""

    serializer_class = shapes.ParkedOut
    filterset_class = filters.ParkedFilter
    sort = "-parked_at"
    permissions = {
        "list": "inventory.view_parkedgoods",
        "retrieve": "inventory.view_parkedgoods",
        "create": "inventory.park_goods",
        "take_in": "inventory.settle_parked",
        "send_back": "inventory.settle_parked",
    }

    def get_queryset(self) -> QuerySet[ParkedGoods]:
        return ParkedGoods.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=shapes.ParkIn, responses={201: shapes.ParkedOut})
    def create(self, request: Request) -> Response:
        given = dict(self.read(shapes.ParkIn))
        number = given.pop("order", "")
        order = purchase_called(number) if number else None
        place = warehouse_called(given.pop("warehouse"))
        return self.created(park_goods(place.pk, order_id=order.pk if order else None, **given))

    @extend_schema(request=shapes.TakeInIn, responses=shapes.ParkedOut)
    @action(detail=True, methods=["post"], url_path="take-in")
    def take_in(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.TakeInIn)
        sku = sku_called(given["sku"])
        return self.say(take_in_parked(self.get_object().pk, sku.pk, note=given.get("note", "")))

    @extend_schema(request=shapes.EndReasonIn, responses=shapes.ParkedOut)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, public_id: str) -> Response:
        given = self.read(shapes.EndReasonIn)
        return self.say(send_back_parked(self.get_object().pk, **given))


class StockCostViewSet(ReadOnlyOps):
    """What stock has cost: moving average, and first in, first out."""

    serializer_class = shapes.StockCostOut
    filterset_class = filters.StockCostFilter
    sort = "id"
    permissions = {"list": "inventory.view_stockcost", "retrieve": "inventory.view_stockcost"}

    def get_queryset(self) -> QuerySet[StockCost]:
        return StockCost.objects.visible_to(current_actor()).for_list()


class RateViewSet(ReadOnlyOps):
    """What other currencies are worth in the company's, from a day on."""

    serializer_class = shapes.RateOut
    filterset_class = filters.RateFilter
    sort = "-day"
    permissions = {
        "list": "inventory.view_exchangerate",
        "retrieve": "inventory.view_exchangerate",
        "create": "inventory.set_rate",
    }
    queryset = ExchangeRate.objects.all()

    @extend_schema(request=shapes.RateIn, responses={201: shapes.RateOut})
    def create(self, request: Request) -> Response:
        return self.created(set_rate(**self.read(shapes.RateIn)))
