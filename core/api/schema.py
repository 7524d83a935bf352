"""The OpenAPI document: what every operation may answer besides its success."""

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Adds the problem+json answers that all operations share."""
