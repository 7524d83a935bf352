"""/batches: long work, how far it is, and what became of each row."""

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.actor import current_actor
from core.api.views import ReadOnlyOps
from core.batches import cancel_batch, retry_batch
from core.errors import NotThere
from core.filters import BatchFilter, BatchRowFilter
from core.models import Batch, BatchRow


class BatchOut(serializers.ModelSerializer):
    id = serializers.CharField(source="public_id", read_only=True)
    has_file_out = serializers.BooleanField(source="file_out", read_only=True)

    class Meta:
        model = Batch
        fields = [
            "id", "kind", "title", "state", "total", "done", "failed", "report", "has_file_out",
            "created_at", "started_at", "finished_at", "seen_at", "last_error",
        ]  # fmt: skip


class BatchRowOut(serializers.ModelSerializer):
    class Meta:
        model = BatchRow
        fields = ["position", "key", "state", "code", "message", "result"]


class BatchViewSet(ReadOnlyOps):
    """Long work: follow it, read its rows, retry what failed, cancel it."""

    serializer_class = BatchOut
    filterset_class = BatchFilter
    sort = "-created_at"
    permissions = {
        "list": "core.view_batch",
        "retrieve": "core.view_batch",
        "rows": "core.view_batch",
        "file": "core.view_batch",
        "retry": "core.retry_batch",
        "cancel": "core.cancel_batch",
    }
    answers = {
        "rows": BatchRowOut(many=True),
        "file": {(200, "application/octet-stream"): OpenApiTypes.BINARY},
    }

    def get_queryset(self):
        batches = Batch.objects.visible_to(current_actor())
        if self.action != "rows":
            return batches
        return BatchRow.objects.filter(
            batch__in=batches, batch__public_id=self.kwargs.get("public_id")
        )

    @action(detail=True, filterset_class=BatchRowFilter, serializer_class=BatchRowOut)
    def rows(self, request: Request, public_id: str) -> Response:
        if not Batch.objects.visible_to(current_actor()).filter(public_id=public_id).exists():
            raise NotThere(kind="batch")
        self.sort = "position"
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(BatchRowOut(rows, many=True).data)

    @action(detail=True)
    def file(self, request: Request, public_id: str) -> FileResponse:
        """The file that the work has made."""
        batch = self.get_object()
        if not batch.file_out:
            raise NotThere(kind="file")
        return FileResponse(batch.file_out.open(), as_attachment=True)

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, public_id: str) -> Response:
        return self.say(retry_batch(self.get_object().pk))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        return self.say(cancel_batch(self.get_object().pk))
