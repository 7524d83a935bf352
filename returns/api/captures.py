"""GET and POST /captures, and what can be done with them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from returns.api.serializers import CaptureIn, CaptureOut, CapturesMade, ConfirmIn, ReasonIn
from returns.api.views import order_of
from returns.filters import CaptureFilter
from returns.models import Capture
from returns.operations.capture import capture_order
from returns.operations.captured import (
    confirm_capture,
    deny_capture,
    retry_capture,
    withdraw_capture,
)


class CaptureViewSet(ReadOnlyOps):
    """Authorized money that is taken when the goods leave."""

    serializer_class = CaptureOut
    filterset_class = CaptureFilter
    queryset = Capture.objects.none()
    sort = "-requested_at"
    updated_field = "updated_at"
    permissions = {
        "list": "returns.view_capture",
        "retrieve": "returns.view_capture",
        "create": "returns.capture_order",
        "retry": "returns.capture_order",
        "confirm": "returns.capture_order",
        "withdraw": "returns.capture_order",
        "deny": "returns.capture_order",
    }

    def get_queryset(self) -> Any:
        return Capture.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=CaptureIn, responses={201: CapturesMade})
    def create(self, request: Request) -> Response:
        """Take what is due for what has left of an order, from what was authorized."""
        made = capture_order(order_of(self.read(CaptureIn)["order"]).pk)
        rows = Capture.objects.filter(pk__in=[row.pk for row in made]).for_list().order_by("id")
        return Response({"captures": CaptureOut(rows, many=True).data}, 201)

    @extend_schema(request=None, responses=CaptureOut)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        """Ask the gateway once more after it said no, for what is due now."""
        return self.say(retry_capture(self.get_object().pk))

    @extend_schema(request=ConfirmIn, responses=CaptureOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: str) -> Response:
        """Say that it was taken by hand."""
        return self.say(confirm_capture(self.get_object().pk, **self.read(ConfirmIn)))

    @extend_schema(request=ReasonIn, responses=CaptureOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        """Call it off while it certainly has not been made."""
        return self.say(withdraw_capture(self.get_object().pk, **self.read(ReasonIn)))

    @extend_schema(request=ReasonIn, responses=CaptureOut)
    @action(detail=True, methods=["post"])
    def deny(self, request: Request, public_id: str) -> Response:
        """Say that one in doubt was not made, as the gateway's own page shows."""
        return self.say(deny_capture(self.get_object().pk, **self.read(ReasonIn)))
