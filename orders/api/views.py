from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.bulk import BulkMixin
from core.api.views import ReadOnlyOps
from core.errors import BadValue
from core.ids import new_public_id
from core.models import User
from orders.api import serializers as shapes
from orders.api.bulk import PLACE_ORDERS, BatchAccepted, BulkInput, BulkOut
from orders.api.placing import placed
from orders.api.preorders import OrderPreorderOut, preorders_of
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
from orders.operations.cancel_short import cancel_short
from orders.operations.exceptions import (
    assign_exception,
    raise_exception,
    resolve_exception,
    snooze_exception,
)
from orders.operations.fill import retry_allocation
from orders.operations.fulfillment.ship import cancel_fulfillment
from orders.operations.gates import clear_gate, refuse_gate
from orders.operations.hold import hold_order, resume_order
from orders.operations.payments import record_payment
from orders.operations.release import release_order
from orders.operations.source import source_order
from orders.states import ExceptionKind, OrderStatus

OTHER = ExceptionKind.OTHER


class OrderViewSet(BulkMixin, ReadOnlyOps):
    """Orders of every channel."""

    serializer_class = shapes.OrderOut
    filterset_class = OrderFilter
    sort = "-placed_at"
    updated_field = "updated_at"
    permissions = {
        "list": "orders.view_order",
        "retrieve": "orders.view_order",
        "why": "orders.view_order",
        "preorders": "orders.view_order",
        "create": "orders.place_order",
        "cancel": "orders.cancel_order",
        "hold": "orders.hold_order",
        "resume": "orders.hold_order",
        "release": "orders.release_order",
        "address": "orders.change_address",
        "payments": "orders.record_payment",
        "cancel_short": "orders.cancel_order",
        "fill": "orders.retry_allocation",
        "source": "orders.source_order",
        "gates": "orders.clear_gate",
        "bulk_create": "orders.place_order",
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
        return self.created(placed(self.read(shapes.OrderInput)), fresh=True)

    @extend_schema(request=BulkInput, responses={207: BulkOut, 202: BatchAccepted})
    @action(detail=False, methods=["post"], url_path="bulk")
    def bulk_create(self, request: Request) -> Response:
        """Take in many orders: up to 100 are answered row by row, more become a batch."""
        return self.bulk(PLACE_ORDERS, title="Place orders")

    @extend_schema(responses=shapes.WhyOut)
    @action(detail=True)
    def why(self, request: Request, public_id: str) -> Response:
        """Why this order has not shipped, and what to do next."""
        return Response(shapes.WhyOut(self.get_object()).data)

    @extend_schema(responses=OrderPreorderOut(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def preorders(self, request: Request, public_id: str) -> Response:
        """What of it is preordered: with which order to a vendor it comes, and when."""
        return Response(preorders_of(self.get_object()))

    @extend_schema(
        request=shapes.CancelInput, responses={200: shapes.OrderOut, 202: shapes.OrderOut}
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancel an order that has not shipped; 202 when a second person is asked first."""
        given = self.read(shapes.CancelInput)
        order = cancel_order(self.get_object().pk, **given)
        return self.say(order, status=200 if order.status == OrderStatus.CANCELLED else 202)

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

    @extend_schema(request=None, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def fill(self, request: Request, public_id: str) -> Response:
        """Promise what has come in since to an order that is short."""
        order = self.get_object()
        retry_allocation(order.pk)
        return self.say(order)

    @extend_schema(request=shapes.CancelInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"], url_path="cancel-short")
    def cancel_short(self, request: Request, public_id: str) -> Response:
        """Give up on the units that are short; the rest of the order goes on."""
        given = self.read(shapes.CancelInput)
        return self.say(cancel_short(self.get_object().pk, **given))

    @extend_schema(request=None, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def source(self, request: Request, public_id: str) -> Response:
        """Choose the warehouse of an order anew; it moves when another is cheaper."""
        order = self.get_object()
        source_order(order.pk, again=True)
        return self.say(order)

    @extend_schema(request=shapes.GateInput, responses=shapes.OrderOut)
    @action(detail=True, methods=["post"])
    def gates(self, request: Request, public_id: str) -> Response:
        """Clear or refuse a gate by hand."""
        order, given = self.get_object(), self.read(shapes.GateInput)
        decide = clear_gate if given["decision"] == "clear" else refuse_gate
        decide(order.pk, gate=given["gate"], sentence=f"By hand: {given['reason']}")
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
    sort = "urgent_at"
    permissions = {
        "list": "orders.view_orderexception",
        "retrieve": "orders.view_orderexception",
        "create": "orders.raise_exception",
        "resolve": "orders.resolve_exception",
        "snooze": "orders.resolve_exception",
        "assign": "orders.resolve_exception",
    }

    def get_queryset(self) -> Any:
        return OrderException.objects.visible_to(current_actor()).for_list()

    def filter_queryset(self, queryset: Any) -> Any:
        """The list is the queue; one by its id is found whatever its state."""
        return queryset if self.detail else super().filter_queryset(queryset)

    @extend_schema(request=shapes.ExceptionInput, responses={201: shapes.ExceptionOut})
    def create(self, request: Request) -> Response:
        """Put an order on the queue, saying what is wrong with it."""
        given = dict(self.read(shapes.ExceptionInput))
        mine = Order.objects.visible_to(current_actor())
        order = mine.filter(public_id=given.pop("order")).first()
        if order is None:
            raise BadValue(field="order", fix="There is no such order.")
        key = f"by hand {new_public_id()}"
        return self.created(raise_exception(OTHER, order_id=order.pk, key=key, **given))

    @extend_schema(request=shapes.ResolveInput, responses=shapes.ExceptionOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, public_id: str) -> Response:
        """Settle an exception, saying how."""
        return self.say(resolve_exception(self.get_object().pk, **self.read(shapes.ResolveInput)))

    @extend_schema(request=shapes.SnoozeInput, responses=shapes.ExceptionOut)
    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, public_id: str) -> Response:
        """Take an exception off the queue until then."""
        return self.say(snooze_exception(self.get_object().pk, **self.read(shapes.SnoozeInput)))

    @extend_schema(request=shapes.AssignInput, responses=shapes.ExceptionOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, public_id: str) -> Response:
        """Say who looks after an exception; null for nobody."""
        mail = self.read(shapes.AssignInput)["owner"]
        person = User.objects.filter(email__iexact=mail, is_active=True).first() if mail else None
        if mail and person is None:
            raise BadValue(field="owner", fix="There is no such active person.")
        assign_exception(self.get_object().pk, user_id=person.pk if person else None)
        return self.say(self.get_object())
