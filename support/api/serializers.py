"""Cases, messages and mails as the API shows and takes them."""

from rest_framework import serializers

from core.api.serializers import Expandable, StrictSerializer
from support.models import Case, CaseMessage, Notice
from support.states import Contact, Priority


class MessageOut(serializers.ModelSerializer):
    class Meta:
        model = CaseMessage
        fields = ["direction", "actor", "sender", "body", "masked", "external_id", "said_at"]


class CaseOut(Expandable):
    id = serializers.CharField(source="public_id", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    customer = serializers.CharField(source="customer.public_id", default=None, read_only=True)
    orders = serializers.SlugRelatedField("public_id", many=True, read_only=True)
    messages = MessageOut(many=True, read_only=True)

    class Meta:
        model = Case
        fields = [
            "id",
            "number",
            "subject",
            "channel",
            "contact",
            "customer",
            "sender",
            "orders",
            "priority",
            "state",
            "assignee",
            "due",
            "opened_at",
            "last_message_at",
            "first_response_at",
            "first_response_due",
            "resolved_at",
            "resolution",
            "times_reopened",
            "updated_at",
            "messages",
        ]
        expandable = ["messages"]


class NoticeOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    channel = serializers.CharField(source="channel.code", read_only=True)
    order = serializers.CharField(source="order.public_id", default=None, read_only=True)
    case = serializers.CharField(source="case.public_id", default=None, read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id",
            "kind",
            "about",
            "channel",
            "order",
            "case",
            "to",
            "subject",
            "body",
            "mail_id",
            "state",
            "attempts",
            "last_error",
            "created_at",
            "asked_at",
            "sent_at",
        ]


class MessageWords(StrictSerializer):
    """What the customer wrote, as a mail server or a channel tells it."""

    body = serializers.CharField(max_length=50_000)
    sender = serializers.EmailField(required=False, allow_blank=True, default="")
    external_id = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default=""
    )


class CaseIn(StrictSerializer):
    channel = serializers.SlugField(max_length=32, help_text="The channel's code.")
    subject = serializers.CharField(max_length=200)
    message = MessageWords(required=False)
    contact = serializers.ChoiceField(choices=Contact.choices, default=Contact.EMAIL)
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.NORMAL)
    customer = serializers.CharField(max_length=16, required=False)
    orders = serializers.ListField(
        child=serializers.CharField(max_length=16), required=False, max_length=50, default=list
    )


class ReplyIn(StrictSerializer):
    body = serializers.CharField(max_length=50_000)
    close = serializers.BooleanField(default=False)


class NoteIn(StrictSerializer):
    body = serializers.CharField(max_length=50_000)


class AssignIn(StrictSerializer):
    assignee = serializers.IntegerField(allow_null=True, min_value=1, max_value=2**62)


class CloseIn(StrictSerializer):
    resolution = serializers.CharField(max_length=200)


class ReopenIn(StrictSerializer):
    reason = serializers.CharField(max_length=200)


class SettleIn(StrictSerializer):
    arrived = serializers.BooleanField()
