"""GET and POST /returns, /refunds, and what can be done with them."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.errors import BadValue, NotThere
from inventory.models import Warehouse
from orders.models import Order
from returns.api.serializers import (
    ApproveIn,
    ConfirmIn,
    InspectIn,
    LostIn,
    ReasonIn,
    ReceiveIn,
    RefundIn,
    RefundOut,
    RefundReturnIn,
    RefundsMade,
    ReturnIn,
    ReturnOut,
)
from returns.filters import RefundFilter, RmaFilter
from returns.models import Refund, ReturnAuthorization, ReturnLine
from returns.operations.approve import approve_return, cancel_return, reject_return
from returns.operations.close import close_return
from returns.operations.inspection import InspectionIn, inspect_return
from returns.operations.receive import receive_return
from returns.operations.refund import RefundOutcome, refund_lost, refund_order, refund_return
from returns.operations.request import ReturnLineIn, request_return
from returns.operations.settle import confirm_refund, deny_refund, retry_refund, withdraw_refund
from shipping.models import Parcel


def order_of(public_id: str) -> Order:
    """The order of that id within reach; raises NotThere."""
    found = Order.objects.visible_to(current_actor()).filter(public_id=public_id).first()
    if found is None:
        raise NotThere(kind="order", field="order")
    return found


def made(outcome: RefundOutcome) -> Response:
    """201 with the refunds; 202 with the approval that was asked for instead."""
    pks = [refund.pk for refund in outcome.refunds]
    rows = Refund.objects.filter(pk__in=pks).for_list().order_by("id")
    approval = outcome.approval.public_id if outcome.approval else None
    body = {"refunds": RefundOut(rows, many=True).data, "approval": approval}
    return Response(body, 202 if approval else 201)


class ReturnViewSet(ReadOnlyOps):
    """Returns, from the customer's wish to their money."""

    serializer_class = ReturnOut
    filterset_class = RmaFilter
    queryset = ReturnAuthorization.objects.none()
    sort = "-requested_at"
    updated_field = "updated_at"
    permissions = {
        "list": "returns.view_return",
        "retrieve": "returns.view_return",
        "create": "returns.request_return",
        "approve": "returns.approve_return",
        "reject": "returns.approve_return",
        "cancel": "returns.cancel_return",
        "receive": "returns.receive_return",
        "inspect": "returns.inspect_return",
        "refund": "returns.refund_return",
        "close": "returns.close_return",
    }
    expands = {
        "lines": [
            Prefetch(
                "lines",
                ReturnLine.objects.select_related("order_line__sku")
                .prefetch_related("runs")
                .order_by("order_line__position"),
            )
        ]
    }

    def get_queryset(self) -> Any:
        return ReturnAuthorization.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=ReturnIn, responses={201: ReturnOut})
    def create(self, request: Request) -> Response:
        """Announce a return; `approve` says yes in the same breath."""
        given = self.read(ReturnIn)
        order = order_of(given["order"])
        lines = dict(order.lines.values_list("position", "id"))
        asked = [
            ReturnLineIn(
                order_line_id=_line(lines, ask["position"], f"lines.{place}.position"),
                units=ask["units"],
                reason=ask["reason"],
            )
            for place, ask in enumerate(given["lines"])
        ]
        rma = request_return(
            order.pk,
            lines=asked,
            note=given["note"],
            warehouse_id=_warehouse(given.get("warehouse")),
            approve=given["approve"],
        )
        return self.created(rma)

    @extend_schema(request=ApproveIn, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, public_id: str) -> Response:
        """Let the customer send the goods."""
        return self.say(approve_return(self.get_object().pk, **self.read(ApproveIn)))

    @extend_schema(request=ReasonIn, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, public_id: str) -> Response:
        """Say no."""
        return self.say(reject_return(self.get_object().pk, **self.read(ReasonIn)))

    @extend_schema(request=ReasonIn, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Call it off while nothing has arrived."""
        return self.say(cancel_return(self.get_object().pk, **self.read(ReasonIn)))

    @extend_schema(request=ReceiveIn, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, public_id: str) -> Response:
        """Note what has arrived."""
        given, rma = self.read(ReceiveIn), self.get_object()
        units = None
        if "lines" in given:
            lines = dict(rma.lines.values_list("order_line__position", "id"))
            units = {
                _line(lines, line["position"], f"lines.{place}.position"): line["units"]
                for place, line in enumerate(given["lines"])
            }
        return self.say(receive_return(rma.pk, units=units))

    @extend_schema(request=InspectIn, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def inspect(self, request: Request, public_id: str) -> Response:
        """Grade every unit that arrived."""
        given, rma = self.read(InspectIn), self.get_object()
        lines = dict(rma.lines.values_list("order_line__position", "id"))
        results = [
            InspectionIn(
                line_id=_line(lines, found.pop("position"), f"results.{place}.position"), **found
            )
            for place, found in enumerate(given["results"])
        ]
        return self.say(inspect_return(rma.pk, results=results))

    @extend_schema(request=RefundReturnIn, responses={201: RefundsMade, 202: RefundsMade})
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, public_id: str) -> Response:
        """Give back what its units are worth; above the limit, ask a second person."""
        return made(refund_return(self.get_object().pk, **self.read(RefundReturnIn)))

    @extend_schema(request=None, responses=ReturnOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """End a return of which nothing is owed."""
        return self.say(close_return(self.get_object().pk))


class RefundViewSet(ReadOnlyOps):
    """Money that goes back."""

    serializer_class = RefundOut
    filterset_class = RefundFilter
    queryset = Refund.objects.none()
    sort = "-requested_at"
    updated_field = "updated_at"
    permissions = {
        "list": "returns.view_refund",
        "retrieve": "returns.view_refund",
        "create": "returns.refund_order",
        "retry": "returns.refund_order",
        "lost": "returns.refund_order",
        "confirm": "returns.refund_order",
        "withdraw": "returns.refund_order",
        "deny": "returns.refund_order",
    }

    def get_queryset(self) -> Any:
        return Refund.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=RefundIn, responses={201: RefundsMade, 202: RefundsMade})
    def create(self, request: Request) -> Response:
        """Give an amount back on an order, without goods."""
        given = self.read(RefundIn)
        order = order_of(given.pop("order"))
        return made(refund_order(order.pk, **given))

    @extend_schema(request=LostIn, responses={201: RefundsMade, 202: RefundsMade})
    @action(detail=False, methods=["post"])
    def lost(self, request: Request) -> Response:
        """Write off a lost parcel and give back what was paid for its units."""
        wanted = self.read(LostIn)["parcel"]
        parcel = Parcel.objects.visible_to(current_actor()).filter(public_id=wanted).first()
        if parcel is None:
            raise NotThere(kind="parcel", field="parcel")
        return made(refund_lost(parcel.pk))

    @extend_schema(request=None, responses=RefundOut)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Ask the gateway once more after it said no."""
        return self.say(retry_refund(self.get_object().pk))

    @extend_schema(request=ConfirmIn, responses=RefundOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Say that it was given back by hand."""
        return self.say(confirm_refund(self.get_object().pk, **self.read(ConfirmIn)))

    @extend_schema(request=ReasonIn, responses=RefundOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Call it off while it certainly has not reached the customer."""
        return self.say(withdraw_refund(self.get_object().pk, **self.read(ReasonIn)))

    @extend_schema(request=ReasonIn, responses=RefundOut)
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, public_id: str) -> Response:
        """Say that one in doubt did not go back, as the gateway's own page shows."""
        return self.say(deny_refund(self.get_object().pk, **self.read(ReasonIn)))


def _line(lines: dict[int, int], position: int, field: str) -> int:
    if position not in lines:
        known = ", ".join(map(str, sorted(lines)[:20])) or "none"
        raise BadValue(field=field, fix=f"there is no such line; there are {known}.")
    return lines[position]


def _warehouse(code: str | None) -> int | None:
    if code is None:
        return None
    found = Warehouse.objects.visible_to(current_actor()).filter(code=code).first()
    if found is None:
        raise BadValue(field="warehouse", fix="there is no such warehouse.")
    return int(found.pk)
