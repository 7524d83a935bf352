"""/approvals, /work, /notes, /notifications: what waits for people, and what they say."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.serializers import StrictSerializer
from core.api.views import OpsAPIView, ReadOnlyOps
from core.approvals import decide_approval, withdraw_approval
from core.filters import ApprovalFilter, NotificationFilter, WorkFilter
from core.models import Approval, Note, Notification, WorkItem
from core.notes import LENGTH_MAX, add_note, notes_on
from core.notifications import read_all_notifications, read_notification, shown_all
from core.subjects import require_subject
from core.work import assign_work, claim_work, release_work, snooze_work, wake_work


class ApprovalOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    asked_by: serializers.RelatedField = serializers.StringRelatedField(read_only=True)
    decided_by: serializers.RelatedField = serializers.StringRelatedField(read_only=True)

    class Meta:
        model = Approval
        fields = [
            "id", "operation", "sentence", "facts", "subject", "state",
            "asked_by", "asked_at", "decided_by", "decided_at", "note",
        ]  # fmt: skip


class DecideIn(StrictSerializer):
    approve = serializers.BooleanField()
    note = serializers.CharField(max_length=1000, allow_blank=True, default="")


class ApprovalViewSet(ReadOnlyOps):
    """What waits for a second person."""

    serializer_class = ApprovalOut
    filterset_class = ApprovalFilter
    sort = "-asked_at"
    permissions = {
        "list": "core.view_approval",
        "retrieve": "core.view_approval",
        "decide": "core.decide_approval",
        "withdraw": "core.ask_approval",
    }
    inputs = {"decide": DecideIn}

    def get_queryset(self):
        return Approval.objects.select_related("asked_by", "decided_by")

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, public_id: str) -> Response:
        """Approve, which does it at once, or reject."""
        given = self.read()
        return self.say(decide_approval(self.get_object().pk, **given))

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        return self.say(withdraw_approval(self.get_object().pk))


class WorkOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    owner: serializers.RelatedField = serializers.StringRelatedField(read_only=True)

    class Meta:
        model = WorkItem
        fields = [
            "id", "kind", "subject", "title", "url", "priority", "due", "owner", "lease_until",
            "snoozed_until", "created_at", "done_at", "outcome",
        ]  # fmt: skip


class SnoozeIn(StrictSerializer):
    until = serializers.DateTimeField()


class AssignIn(StrictSerializer):
    assignee = serializers.IntegerField(min_value=1, max_value=2**62)


class WorkViewSet(ReadOnlyOps):
    """Work for people: what the caller may do."""

    serializer_class = WorkOut
    filterset_class = WorkFilter
    sort = "-priority"
    permissions = {
        "list": "core.view_workitem",
        "retrieve": "core.view_workitem",
        "assign": "core.assign_workitem",
        "claim": "core.claim_workitem",
        "release": "core.claim_workitem",
        "snooze": "core.claim_workitem",
        "wake": "core.claim_workitem",
    }
    inputs = {"assign": AssignIn, "snooze": SnoozeIn}

    def get_queryset(self):
        items = WorkItem.objects.visible_to(current_actor()).select_related("owner")
        return items.open() if self.action == "list" else items

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, public_id: str) -> Response:
        """Give it to a person, who is told; for 12 hours."""
        given = self.read()
        return self.say(assign_work(self.get_object().pk, user_id=given["assignee"]))

    @action(detail=True, methods=["post"])
    def claim(self, request: Request, public_id: str) -> Response:
        return self.say(claim_work(self.get_object().pk))

    @action(detail=True, methods=["post"])
    def release(self, request: Request, public_id: str) -> Response:
        return self.say(release_work(self.get_object().pk))

    @action(detail=True, methods=["post"])
    def snooze(self, request: Request, public_id: str) -> Response:
        given = self.read()
        return self.say(snooze_work(self.get_object().pk, **given))

    @action(detail=True, methods=["post"])
    def wake(self, request: Request, public_id: str) -> Response:
        """Bring snoozed work back now."""
        return self.say(wake_work(self.get_object().pk))


class NoteOut(serializers.ModelSerializer):
    author: serializers.RelatedField = serializers.StringRelatedField(read_only=True)
    mentions = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text="The people who were told."
    )

    class Meta:
        model = Note
        fields = ["id", "subject", "text", "author", "mentions", "card_masked", "created_at"]


class WrittenNote(NoteOut):
    """The note just written, and which of its mentions reached nobody."""

    unclear = serializers.ListField(
        source="audience.unclear", child=serializers.CharField(), read_only=True
    )

    class Meta(NoteOut.Meta):
        fields = [*NoteOut.Meta.fields, "unclear"]


class NotesOut(serializers.Serializer):
    results = NoteOut(many=True)


class NoteIn(StrictSerializer):
    subject = serializers.CharField(max_length=64)
    text = serializers.CharField(max_length=LENGTH_MAX)


class NotesView(OpsAPIView):
    """GET /notes?subject=order:7, POST /notes."""

    permissions = {"get": "core.view_note", "post": "core.add_note"}
    serializer_class = NoteOut
    inputs = {"post": NoteIn}
    answers = {"get": NotesOut, "post": {201: WrittenNote}}

    def get(self, request: Request) -> Response:
        subject = request.query_params.get("subject", "")
        require_subject(subject, current_actor())
        return Response({"results": NoteOut(notes_on(subject), many=True).data})

    def post(self, request: Request) -> Response:
        note = add_note(**self.read())
        return Response(WrittenNote(note).data, status=201)


class NotificationOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    by: serializers.RelatedField = serializers.StringRelatedField(read_only=True)
    text = serializers.CharField(source="shown.text", read_only=True)
    url = serializers.CharField(
        source="shown.url", read_only=True, help_text="The page of what it is about, or empty."
    )

    class Meta:
        model = Notification
        fields = ["id", "kind", "subject", "outcome", "text", "url", "by", "unread", "created_at"]


class ReadAllOut(serializers.Serializer):
    read = serializers.IntegerField()


class NotificationViewSet(ReadOnlyOps):
    """What the caller was told, what is not read first."""

    serializer_class = NotificationOut
    filterset_class = NotificationFilter
    sort = "-unread"
    permissions = {
        "list": "core.view_notification",
        "retrieve": "core.view_notification",
        "read_one": "core.view_notification",
        "read_all": "core.view_notification",
    }
    answers = {"read_all": ReadAllOut}

    def get_queryset(self):
        return Notification.objects.visible_to(current_actor()).select_related("note", "by")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Each row is given its words first, all of them together."""
        if args:
            rows = args[0] if kwargs.get("many") else [args[0]]
            words = shown_all(rows, current_actor())
            for row in rows:
                row.shown = words[row.pk]
        return super().get_serializer(*args, **kwargs)

    @action(detail=True, methods=["post"], url_path="read")
    def read_one(self, request: Request, public_id: str) -> Response:
        """Mark it as read."""
        found = self.get_object()
        read_notification(found.pk)
        return self.say(found)

    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        """Mark everything as read."""
        return Response({"read": read_all_notifications()})
