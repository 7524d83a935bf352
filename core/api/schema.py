"""The OpenAPI document: what every operation may answer besides its success."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from core.api.permissions import permission_for
from core.api.views import key_of

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `errors` point at fields.",
    "required": ["type", "title", "status", "detail", "code", "facts", "errors", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "facts": {"type": "object", "additionalProperties": {}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "request_id": {"type": "string"},
    },
}
ALWAYS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that has ended.",
    "403": "The permission is missing.",
    "404": "There is no such thing, nor one within reach.",
    "406": "Only JSON is spoken here.",
    "422": "A field or a parameter is wrong; `errors` says which.",
    "429": "Too often; Retry-After says when.",
    "503": "Busy; ask again.",
}
ON_WRITES = {
    "409": "The business says no, and why.",
    "413": "The request is too large.",
    "415": "Send application/json.",
}
ON_DETAILS = {"412": "It was changed since you read it (If-Match)."}


class Schema(AutoSchema):
    """Adds what the kit does to every operation: problems, idempotency, ETag, expand."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problems = ALWAYS | (ON_WRITES if self._writes() else {})
        problems |= ON_DETAILS if self._writes() and self._is_versioned() else {}
        for status in problems:
            reference = {"$ref": f"#/components/responses/Problem{status}"}
            operation["responses"].setdefault(status, reference)
        if permission := permission_for(self.view, getattr(self.view, "action", None), self.method):
            operation["description"] = (
                f"{operation.get('description', '')}\n\nPermission: `{permission}`".strip()
            )
        return operation

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """The class's name; under its app's where two apps have one of that name."""
        name = super().get_serializer_name(serializer, direction)
        owner = type(getattr(serializer, "child", serializer))
        return f"{_app_of(owner).title()}{name}" if _is_shared(owner.__name__) else name

    def get_operation_id(self) -> str:
        """`orders_cancel` rather than `orders_cancel_create`: an act is named by its own verb."""
        found = super().get_operation_id()
        action = getattr(self.view, "action", None)
        if action and action in getattr(self.view, "permissions", {}) and f"_{action}_" in found:
            return found[: found.index(f"_{action}_") + len(action) + 1]
        return found

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = super()._get_parameters()
        if self.method == "POST":
            parameters.append(_header("Idempotency-Key", "Sent again, it is answered again.", 255))
        if self._writes() and self._is_versioned():
            parameters.append(_header("If-Match", "The ETag that you saw.", 255))
        if self.method == "GET":
            parameters += self._reading()
        return parameters

    def get_request_serializer(self) -> Any:
        """What `inputs` names; a POST that is not named there takes no body."""
        if not hasattr(self.view, "inputs"):
            return super().get_request_serializer()
        return self.view.inputs.get(key_of(self.view, self.method))

    def get_response_serializers(self) -> Any:
        named = getattr(self.view, "answers", {}).get(key_of(self.view, self.method))
        return super().get_response_serializers() if named is None else named

    def _reading(self) -> list[dict[str, Any]]:
        found = []
        if names := sorted(getattr(self.view, "expands", ())):
            told = f"Parts to show in full, by comma: {', '.join(names)}."
            found.append(_query("expand", {"type": "string"}, told))
        if getattr(self.view, "updated_field", "") and not getattr(self.view, "detail", False):
            moment = {"type": "string", "format": "date-time"}
            found.append(_query("updated_after", moment, "Only what changed after then."))
        return found

    def _writes(self) -> bool:
        return self.method in {"POST", "PUT", "PATCH", "DELETE"}

    def _is_versioned(self) -> bool:
        return bool(getattr(self.view, "detail", False)) and getattr(self.view, "versioned", True)


@cache
def _is_shared(name: str) -> bool:
    found, todo = set(), [serializers.BaseSerializer]
    while todo:
        for cls in todo.pop().__subclasses__():
            todo.append(cls)
            if cls.__name__ == name:
                found.add(_app_of(cls))
    return len(found) > 1


def _app_of(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def _problem(description: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": reference}},
    }


def _header(name: str, told: str, longest: int) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": longest}
    return {"name": name, "in": "header", "description": told, "schema": schema}


def _query(name: str, schema: dict[str, Any], told: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": told, "schema": schema}


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the parts that operations refer to; a hook of drf-spectacular."""
    components = result["components"]
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {
        f"Problem{status}": _problem(description)
        for status, description in (ALWAYS | ON_WRITES | ON_DETAILS).items()
    }
    return result


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "core.api.auth.TokenAuth"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "`Authorization: Bearer …` (or `Token …`); make one on /tokens/.",
        }


class MoneyShape(OpenApiSerializerFieldExtension):
    """Money as JSON."""

    target_class = "core.fields.MoneyJSON"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$"},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["GBP"]},
            },
        }


class TimeShape(OpenApiSerializerFieldExtension):
    """A time of day; JSON Schema's "time" wants a zone, and a shop's day has its own."""

    target_class = "rest_framework.serializers.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"}
