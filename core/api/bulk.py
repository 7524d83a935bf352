"""Many at once: up to 100 answered row by row (207), more as a batch to follow (202)."""

from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from core.batches import KINDS, start_batch
from core.models import Batch, BatchRow
from core.problems import problem_body, problem_of

AT_ONCE, MOST = 100, 10_000


class BulkMixin:
    """For a view with a bulk route; the rows are done by a batch kind's `each(row)`.

    `each` reads `row.data` (as it was sent), may set `row.result` (JSON for the caller) and
    returns a sentence. In the view: `return self.bulk("orders.cancel", title="Cancel orders")`;
    the body is `{"rows": [{...}, ...]}`.
    """

    def bulk(self, kind: str, *, title: str) -> Response:
        rows = self._rows()
        if len(rows) > AT_ONCE:
            batch = start_batch(kind, title=title, rows=[("", row) for row in rows])
            return accepted(batch)
        work = KINDS[kind].work
        results = [self._one(work, place, data) for place, data in enumerate(rows)]
        return Response({"results": results}, status=207)

    def _rows(self) -> list[dict[str, Any]]:
        body = self.request.data  # type: ignore[attr-defined]
        if not isinstance(body, dict) or set(body) != {"rows"}:
            raise ValidationError({"rows": ["Send an object with a list `rows` and nothing else."]})
        rows = body["rows"]
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
            raise ValidationError({"rows": [f"Send a list of 1 to {MOST} rows."]})
        for place, row in enumerate(rows):
            if not isinstance(row, dict):
                raise ValidationError({"rows": {str(place): ["Send an object."]}})
        return rows

    def _one(self, work: Any, place: int, data: dict[str, Any]) -> dict[str, Any]:
        row = BatchRow(batch=Batch(), position=place + 1, data=data)
        try:
            with transaction.atomic():
                message = work.each(row)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            body = problem_body(problem, self.request)  # type: ignore[attr-defined]
            return {"index": place, "status": problem.status, "problem": body}
        return {"index": place, "status": 200, "message": str(message or ""), "data": row.result}


def accepted(batch: Batch) -> Response:
    """202: the work goes on; where to follow it."""
    address = f"/api/v1/batches/{batch.public_id}"
    body = {"batch": batch.public_id, "url": address}
    return Response(body, status=202, headers={"Location": address})
