"""Opaque cursor pages: `?cursor=…&limit=50`; no totals."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from core.lists import page_of

SIZE, MOST = 50, 200


def size_of(given: str) -> int:
    """How many rows `?limit=` asks for. Raises ValidationError."""
    if not given:
        return SIZE
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:9]) <= MOST:
        raise ValidationError({"limit": f"Send a whole number from 1 to {MOST}."})
    return int(given)


class KeysetPages(BasePagination):
    """`{"results": [...], "next": url or null, "previous": url or null}`.

    Sorted by the view's `sort` and the id.
    """

    def paginate_queryset(self, queryset: QuerySet, request: Any, view: Any = None) -> list[Any]:
        page = page_of(
            queryset,
            sort=getattr(view, "sort", "-id"),
            after=request.query_params.get("cursor", ""),
            size=size_of(request.query_params.get("limit", "")),
        )
        self.next, self.previous = (
            replace_query_param(request.build_absolute_uri(), "cursor", cursor) if cursor else None
            for cursor in (page.next, page.previous)
        )
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next, "previous": self.previous})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            {
                "name": "limit",
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE},
            },
        ]

    def to_html(self) -> str:
        return ""
