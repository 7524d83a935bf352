"""What every view of the API is made of.

    class OrderViewSet(ReadOnlyOps):
        permissions = {"list": "orders.view_order", "retrieve": "orders.view_order",
                       "cancel": "orders.cancel_order"}
        inputs = {"cancel": CancelIn}
        expands = {"lines": [Prefetch("lines", ...)], "customer": ["customer"]}

        @action(detail=True, methods=["post"])
        def cancel(self, request, public_id):
            given = self.read()
            return self.say(cancel_order(self.get_object().pk, **given))

Every POST honours Idempotency-Key, every change If-Match, every answer carries
rate-limit headers and every refusal is problem+json.
"""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.serializer_helpers import ReturnDict
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.api.etags import Changed, etag_of, etag_of_shown, matches
from core.api.idempotency import once
from core.api.serializers import FromColumns
from core.api.throttle import PerPrincipal
from core.errors import BadValue


def key_of(view: Any, method: str | None) -> str:
    """The name under which a view keeps what belongs to an action, or else to a method."""
    return getattr(view, "action", None) or (method or "").lower()


class Kit(APIView):
    """The parts that all views share."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    permissions: dict[str, str] = {}
    permission: str | None = None
    inputs: dict[str, type[BaseSerializer]] = {}  # by action or method, like `permissions`
    answers: dict[str, Any] = {}  # where it is not `serializer_class`: a serializer or a schema
    takes_files = False  # then the body may be large: it goes to disk, not into memory
    headers_to_add: dict[str, str]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not self.takes_files:
            request._request.body  # noqa: B018 - read it before DRF's parser: keys need it raw
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        counter = PerPrincipal(request)
        try:
            counter.count()
        finally:
            self.headers_to_add = counter.state

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """DRF's own, but for the one line that lets a POST run once."""
        self.args, self.kwargs = args, kwargs
        request = self.initialize_request(request, *args, **kwargs)
        self.request, self.headers = request, self.default_response_headers
        self.headers_to_add = {}
        try:
            self.initial(request, *args, **kwargs)
            handler = getattr(self, request.method.lower())  # MayUse has looked whether it exists
            answer = once(request, lambda: self.answer(handler))
        except Exception as error:  # noqa: BLE001 - handle_exception raises what is a bug
            answer = self.handle_exception(error)
        self.response = self.finalize_response(request, answer, *args, **kwargs)
        return self.response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        for name, value in self.headers_to_add.items():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)

    def answer(self, handler: Any) -> Response:
        """Call the method's handler; under If-Match only on the version that the caller saw."""
        return handler(self.request, *self.args, **self.kwargs)

    def read(self, serializer: type[BaseSerializer] | None = None, **kwargs: Any) -> dict[str, Any]:
        """The request's body, checked; raises what becomes a 422 with a pointer per field.

        Without a serializer it is the one that `inputs` names.
        """
        wanted = serializer or self.inputs[key_of(self, self.request.method)]
        given = wanted(data=self.request.data, context=self.context_of(), **kwargs)
        given.is_valid(raise_exception=True)
        return given.validated_data

    def context_of(self) -> dict[str, Any]:
        return {"request": self.request, "view": self}


class OpsAPIView(Kit):
    """A view without a table behind it."""


class OpsViewSet(Kit, GenericViewSet):
    """Routes of one kind of thing."""

    expands: dict[str, list[str | Prefetch]] = {}  # name -> what to prefetch for it
    versioned = True  # answers carry an ETag, changes honor If-Match
    updated_field = ""  # "updated_at": enables ?updated_after=
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-z]{16}"

    def answer(self, handler: Any) -> Response:
        wanted = self.request.headers.get("If-Match")
        if (
            wanted is None
            or not (self.detail and self.versioned)
            or self.request.method in {"GET", "HEAD"}
        ):
            return super().answer(handler)
        with transaction.atomic():
            row = self.get_object()
            locked = type(row)._default_manager.select_for_update(no_key=True, of=("self",))
            locked.get(pk=row.pk)
            if not matches(wanted, etag_of(self, self.get_object())):
                raise Changed
            return super().answer(handler)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        rows = super().filter_queryset(queryset)
        return self._updated_after(self._expanded(rows))

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        schema = getattr(self, "swagger_fake_view", False)
        return {**context, "expand": self.expanded(), "schema": schema}

    def say(
        self,
        row: Any,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        fresh: bool = False,
    ) -> Response:
        """Answer with the row as it is now, read anew as the list and the detail read it.

        `fresh`: it was just read that way, so it is not read again unless parts are expanded.
        """
        if not fresh or self.expanded():
            row = self._expanded(self.get_queryset()).get(pk=row.pk)
        data = self.get_serializer(row).data
        answer = Response(data, status, headers=headers)
        answer["ETag"] = etag_of(self, row) if self.expanded() else etag_of_shown(data)
        return answer

    def created(self, row: Any, *, fresh: bool = False) -> Response:
        """201, with the address of what was made."""
        key = getattr(row, self.lookup_field)
        address = f"{self.request.path.rstrip('/')}/{key}"
        return self.say(row, status=201, headers={"Location": address}, fresh=fresh)

    def expanded(self) -> tuple[str, ...]:
        """The parts that `?expand=` names; raises BadValue for one that is not on the list."""
        request = getattr(self, "request", None)
        given = request.query_params.get("expand", "") if request is not None else ""
        names = tuple(name for name in given.split(",") if name)
        for name in names:
            if name not in self.expands:
                known = ", ".join(sorted(self.expands)) or "nothing"
                raise BadValue(
                    field="expand", fix=f"{name[:40]!r} cannot be expanded; {known} can."
                )
        return names

    def _expanded(self, rows: QuerySet) -> QuerySet:
        for name in self.expanded():
            rows = rows.prefetch_related(*self.expands[name])
        return rows

    def _updated_after(self, rows: QuerySet) -> QuerySet:
        given = self.request.query_params.get("updated_after")
        if given is None or not self.updated_field:
            return rows
        from core.api.fields import read_moment

        return rows.filter(**{f"{self.updated_field}__gt": read_moment(given, "updated_after")})


class ReadOnlyOps(OpsViewSet, ListModelMixin, RetrieveModelMixin):
    """GET of the list and of one; add an @action per change."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # A shape that names its columns is shown from plain values; others row by row.
        shape = self.get_serializer_class()
        if not issubclass(shape, FromColumns) or self.expanded():
            return super().list(request, *args, **kwargs)
        rows = self.filter_queryset(self.get_queryset()).values("pk", *shape.columns)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response([shape.of_columns(row) for row in page])

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        row = self.get_object()
        etag = etag_of(self, row)
        if matches(request.headers.get("If-None-Match", ""), etag):
            return HttpResponse(status=304, headers={"ETag": etag})
        data: ReturnDict = self.get_serializer(row).data
        return Response(data, headers={"ETag": etag})
