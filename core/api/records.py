"""/events, /decisions, /jobs: what happened, why, and what could not be done."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.fields import read_count
from core.api.views import OpsAPIView, ReadOnlyOps
from core.filters import DecisionFilter, JobFilter
from core.letters import retry_job
from core.models import Decision, EventRecord, Job
from core.subjects import things_of, told_things

FEED, FEED_MAX = 100, 1000


class ThingOut(serializers.Serializer):
    """A thing that the event is about, by the id that its own routes take."""

    kind = serializers.CharField(help_text='"order", "parcel", "stock level"')
    id = serializers.CharField()
    name = serializers.CharField(help_text="Its number or name.")


class EventOut(serializers.ModelSerializer):
    things = serializers.SerializerMethodField()

    class Meta:
        model = EventRecord
        fields = [
            "number", "name", "things", "payload", "subjects", "actor", "live", "happened_at",
            "request_id",
        ]  # fmt: skip

    @extend_schema_field(ThingOut(many=True))
    def get_things(self, record: EventRecord) -> list[dict[str, str]]:
        return told_things(record.subjects, self.context["things"])


class FeedOut(serializers.Serializer):
    results = EventOut(many=True)
    next_after = serializers.IntegerField()


FEED_PARAMETERS = [
    OpenApiParameter("after", int, description="A number; what came later follows."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": FEED_MAX}),
    OpenApiParameter("name", str, many=True, description="Only events of these names."),
]


class EventFeed(OpsAPIView):
    """GET /events?after=N&limit=100&name=order.placed: what happened since, none ever skipped.

    Remember `next_after` and ask with it again; an empty page means that there is no more
    yet. Who is bound to channels or warehouses sees the events that name one of theirs.
    """

    permissions = {"get": "core.view_eventrecord"}
    serializer_class = EventOut
    answers = {"get": FeedOut}

    @extend_schema(parameters=FEED_PARAMETERS)
    def get(self, request: Request) -> Response:
        asked = request.query_params
        after = read_count(asked.get("after", "0"), "after")
        limit = read_count(asked.get("limit", str(FEED)), "limit", most=FEED_MAX) or 1
        records = EventRecord.objects.numbered().filter(number__gt=after)
        if names := asked.getlist("name"):
            records = records.filter(name__in=names)
        actor = current_actor()
        page = list(records.visible_to(actor).order_by("number")[:limit])
        things = things_of((key for record in page for key in record.subjects), actor)
        told = EventOut(page, many=True, context={"things": things}).data
        next_after = page[-1].number if page else after
        return Response({"results": told, "next_after": next_after})


class DecisionOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Decision
        fields = [
            "id", "kind", "subject", "sentence", "chosen", "candidates", "rejects", "policy",
            "inputs", "actor", "decided_at",
        ]  # fmt: skip


class DecisionViewSet(ReadOnlyOps):
    """Automatic decisions with everything that explains them."""

    serializer_class = DecisionOut
    filterset_class = DecisionFilter
    permissions = {"list": "core.view_decision", "retrieve": "core.view_decision"}
    queryset = Decision.objects.all()


class JobOut(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = [
            "id", "kind", "key", "state", "attempts", "not_before", "last_error", "created_at",
            "finished_at", "request_id",
        ]  # fmt: skip


class JobViewSet(ReadOnlyOps):
    """Background work; `?state=dead` are the dead letters."""

    serializer_class = JobOut
    filterset_class = JobFilter
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    permissions = {"list": "core.view_job", "retrieve": "core.view_job", "retry": "core.retry_job"}
    queryset = Job.objects.all()

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: Any) -> Response:
        """Ask anew for what a dead letter was about."""
        return self.say(retry_job(self.get_object().pk))
