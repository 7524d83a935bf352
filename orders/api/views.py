from functools import lru_cache
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.errors import BadValue, NotThere
from inventory.models import Channel
from orders.api import serializers as shapes
from orders.filters import CustomerFilter, ExceptionFilter, FulfillmentFilter, OrderFilter
from orders.intake import AddressIn
from orders.models import (
    Customer,
    FulfillmentLine,
    FulfillmentOrder,
    Order,
    OrderException,
    OrderLine,
)
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.exceptions import resolve_exception, snooze_exception
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.hold import hold_order, resume_order
from orders.operations.payments import record_payment
from orders.operations.place import place_order
from orders.operations.release import release_order


@lru_cache(maxsize=1024)
def channel_id_of(code: str) -> int:
    """The id of a channel's code, which never changes; whether it may be used is asked later."""
    found = Channel.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise NotThere(kind="channel")
    return int(found)


class OrderViewSet(ReadOnlyOps):
    """Orders of every channel."""

    serializer_class = shapes.OrderOut
    filterset_class = OrderFilter
    sort = "-placed_at"
    updated_field = "updated_at"
    permissions = {
        "list": "orders.view_order",
        "retrieve": "orders.view_order",
        "why": "orders.view_order",
        "create": "orders.place_order",
        "cancel": "orders.cancel_order",
        "hold": "orders.hold_order",
        "resume": "orders.hold_order",
        "release": "orders.release_order",
        "address": "orders.change_address",
        "payments": "orders.record_payment",
    }
    expands = {
        "lines": [Prefetch("lines", OrderLine.objects.select_related("sku").order_by("position"))],
        "charges": ["charges"],
        "payments": ["payments"],
        "clearances": ["clearances"],
        "holds": ["holds"],
        "ship_to": ["ship_to"],
    }

    def get_queryset(self) -> Any:
        return Order.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=shapes.OrderInput, responses={201: shapes.OrderOut})
    def create(self, request: Request) -> Response:
        """Take in one order; the same reference again answers with the order that is there."""
        given = self.read(shapes.OrderInput)
        code, order_in = given["channel"], shapes.order_in(given)
        for remembered in (True, False):  # a channel that was made anew has another id
            try:
                order = place_order(channel_id_of(code), order_in)
                return self.created(order, fresh=True)
            except NotThere:
                channel_id_of.cache_clear()
                if not remembered:
                    break
        raise BadValue(field="channel", fix=f"There is no channel {code}.")

    @extend_schema(responses=shapes.WhyOut)
    @action(detail=True)
    def why(self, request: Request, public_id: str) -> Response:
        """Why this order has not shipped, and what to do next."""
        return Response(shapes.WhyOut(self.get_object()).data)

    @extend_schema(request=shapes.CancelInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancel an order that has not shipped."""
        given = self.read(shapes.CancelInput)
        return self.say(cancel_order(self.get_object().pk, **given))

    @extend_schema(request=shapes.HoldInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, public_id: str) -> Response:
        """Keep an order from being released."""
        order = self.get_object()
        hold_order(order.pk, **self.read(shapes.HoldInput))
        return self.say(order)

    @extend_schema(request=shapes.ResumeInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, public_id: str) -> Response:
        """Take a hold off, or all of them."""
        given = self.read(shapes.ResumeInput)
        return self.say(resume_order(self.get_object().pk, hold_id=given["hold"]))

    @extend_schema(request=None, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, public_id: str) -> Response:
        """Give a clear order to its warehouses."""
        order = self.get_object()
        release_order(order.pk)
        return self.say(order)

    @extend_schema(request=shapes.AddressInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def address(self, request: Request, public_id: str) -> Response:
        """Send an order to another address."""
        given = AddressIn(**self.read(shapes.AddressInput))
        return self.say(change_address(self.get_object().pk, address=given))

    @extend_schema(request=shapes.PaymentEventInput, responses={201: shapes.PaymentOut})
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, public_id: str) -> Response:
        """Record a payment event; the same kind, gateway and reference again changes nothing."""
        given = self.read(shapes.PaymentEventInput)
        row = record_payment(self.get_object().pk, **given)
        return Response(shapes.PaymentOut(row).data, 201)


class CustomerViewSet(ReadOnlyOps):
    """Customers."""

    serializer_class = shapes.CustomerOut
    filterset_class = CustomerFilter
    sort = "-created_at"
    updated_field = "updated_at"
    permission = "orders.view_customer"

    def get_queryset(self) -> Any:
        return Customer.objects.visible_to(current_actor())


class FulfillmentOrderViewSet(ReadOnlyOps):
    """The work of warehouses."""

    serializer_class = shapes.FulfillmentOut
    filterset_class = FulfillmentFilter
    sort = "ship_by"
    permissions = {
        "list": "orders.view_fulfillmentorder",
        "retrieve": "orders.view_fulfillmentorder",
        "cancel": "orders.cancel_fulfillment",
    }
    expands = {
        "lines": [Prefetch("lines", FulfillmentLine.objects.select_related("order_line__sku"))]
    }

    def get_queryset(self) -> Any:
        return FulfillmentOrder.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=shapes.CancelInput, responses=shapes.FulfillmentOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Take work back from a warehouse."""
        given = self.read(shapes.CancelInput)
        return self.say(cancel_fulfillment(self.get_object().pk, **given))


class OrderExceptionViewSet(ReadOnlyOps):
    """What people have to look at."""

    serializer_class = shapes.ExceptionOut
    filterset_class = ExceptionFilter
    sort = "raised_at"
    permissions = {
        "list": "orders.view_orderexception",
        "retrieve": "orders.view_orderexception",
        "resolve": "orders.resolve_exception",
        "snooze": "orders.resolve_exception",
    }

    def get_queryset(self) -> Any:
        rows = OrderException.objects.visible_to(current_actor())
        return rows.select_related("order", "owner")

    @extend_schema(request=shapes.ResolveInput, responses=shapes.ExceptionOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, public_id: str) -> Response:
        """Settle an exception, saying how."""
        row = resolve_exception(self.get_object().pk, **self.read(shapes.ResolveInput))
        return Response(shapes.ExceptionOut(row).data)

    @extend_schema(request=shapes.SnoozeInput, responses=shapes.ExceptionOut)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, public_id: str) -> Response:
        """Take an exception off the queue until then."""
        row = snooze_exception(self.get_object().pk, **self.read(shapes.SnoozeInput))
        return Response(shapes.ExceptionOut(row).data)
