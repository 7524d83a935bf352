"""GET and POST /cases, /notices, and what can be done with them."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.errors import NotThere
from inventory.models import Channel
from orders.models import Customer, Order
from support.api.serializers import (
    AssignIn,
    CaseIn,
    CaseOut,
    CloseIn,
    MessageOut,
    MessageWords,
    NoteIn,
    NoticeOut,
    ReopenIn,
    ReplyIn,
    SettleIn,
)
from support.filters import CaseFilter, NoticeFilter
from support.models import Case, CaseMessage, Notice
from support.operations.assign import assign_case
from support.operations.close_case import close_case, reopen_case
from support.operations.converse import add_case_note, receive_message, reply_case
from support.operations.notify import settle_notice
from support.operations.open_case import MessageIn, open_case


class CaseViewSet(ReadOnlyOps):
    """What customers want, and what was said."""

    serializer_class = CaseOut
    filterset_class = CaseFilter
    queryset = Case.objects.none()
    sort = "-opened_at"
    updated_field = "updated_at"
    permissions = {
        "list": "support.view_case",
        "retrieve": "support.view_case",
        "create": "support.open_case",
        "messages": "support.receive_message",
        "reply": "support.reply_case",
        "notes": "support.add_note",
        "assign": "support.assign_case",
        "close": "support.close_case",
        "reopen": "support.close_case",
    }
    expands = {"messages": [Prefetch("messages", CaseMessage.objects.order_by("id"))]}

    def get_queryset(self) -> Any:
        rows = Case.objects.visible_to(current_actor()).for_list()
        return rows.prefetch_related(Prefetch("orders", Order.objects.only("public_id")))

    @extend_schema(request=CaseIn, responses={201: CaseOut})
    def create(self, request: Request) -> Response:
        """Open a case with the customer's first words."""
        given = self.read(CaseIn)
        channel = _found(Channel, "code", given.pop("channel"), "channel")
        message = given.pop("message", None)
        customer = given.pop("customer", None)
        orders = [_found(Order, "public_id", key, "order").pk for key in given.pop("orders")]
        case = open_case(
            channel.pk,
            message=MessageIn(**message) if message else None,
            customer_id=_customer(customer) if customer else None,
            order_ids=orders,
            **given,
        )
        return self.created(case)

    @extend_schema(request=MessageWords, responses={201: MessageOut})
    @action(detail=True, methods=["post"])
    def messages(self, request: Request, public_id: str) -> Response:
        """Take in what the customer wrote; the same external id twice is one message."""
        message = MessageIn(**self.read(MessageWords))
        return _message(receive_message(self.get_object().pk, message=message))

    @extend_schema(request=ReplyIn, responses={201: MessageOut})
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, public_id: str) -> Response:
        """Answer the customer by mail."""
        return _message(reply_case(self.get_object().pk, **self.read(ReplyIn)))

    @extend_schema(request=NoteIn, responses={201: MessageOut})
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, public_id: str) -> Response:
        """Leave a note that only colleagues see."""
        return _message(add_case_note(self.get_object().pk, **self.read(NoteIn)))

    @extend_schema(request=AssignIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, public_id: str) -> Response:
        """Give it to somebody, or to nobody."""
        given = self.read(AssignIn)
        return self.say(assign_case(self.get_object().pk, user_id=given["assignee"]))

    @extend_schema(request=CloseIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, public_id: str) -> Response:
        """The matter is settled."""
        return self.say(close_case(self.get_object().pk, **self.read(CloseIn)))

    @extend_schema(request=ReopenIn, responses=CaseOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, public_id: str) -> Response:
        """It was not settled."""
        return self.say(reopen_case(self.get_object().pk, **self.read(ReopenIn)))


class NoticeViewSet(ReadOnlyOps):
    """Mails to customers, each sent once."""

    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    queryset = Notice.objects.none()
    sort = "-created_at"
    permissions = {
        "list": "support.view_notice",
        "retrieve": "support.view_notice",
        "settle": "support.decide_notice",
    }

    def get_queryset(self) -> Any:
        return Notice.objects.visible_to(current_actor()).for_list()

    @extend_schema(request=SettleIn, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, public_id: str) -> Response:
        """Say whether a mail in doubt has arrived; if not, it is sent again."""
        return self.say(settle_notice(self.get_object().pk, **self.read(SettleIn)))


def _message(message: CaseMessage) -> Response:
    return Response(MessageOut(message).data, 201)


def _found(model: Any, column: str, value: str, kind: str) -> Any:
    found = model.objects.visible_to(current_actor()).filter(**{column: value}).first()
    if found is None:
        raise NotThere(kind=kind, field=kind)
    return found


def _customer(public_id: str) -> int:
    """A customer of an order within reach: nobody learns of others."""
    orders = Order.objects.visible_to(current_actor())
    rows = Customer.objects.filter(public_id=public_id, pk__in=orders.values("customer_id"))
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NotThere(kind="customer", field="customer")
    return int(found)
