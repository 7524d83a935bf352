"""The OpenAPI document: what every operation may answer besides its success."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Adds the problem+json answers that all operations share."""


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent. Known to the document by being defined."""

    target_class = "core.api.auth.TokenAuth"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token: `Authorization: Bearer …` (or `Token …`).",
        }


class MoneySchema(OpenApiSerializerFieldExtension):
    """An exact amount as text, and its currency."""

    target_class = "core.fields.MoneyJSON"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "examples": ["12.34"]},
                "currency": {"type": "string", "description": "ISO 4217.", "examples": ["GBP"]},
            },
        }
