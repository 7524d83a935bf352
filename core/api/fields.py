"""Values of query parameters."""

from datetime import UTC, datetime

from rest_framework import serializers

from core.errors import BadValue


def read_moment(given: str, field: str) -> datetime:
    """Read an RFC 3339 time; raises BadValue for another text."""
    try:
        return serializers.DateTimeField(default_timezone=UTC).to_internal_value(given)
    except serializers.ValidationError as error:
        raise BadValue(field=field, fix="Send a time like 2026-01-31T12:00:00Z.") from error


def read_count(given: str, field: str, *, most: int = 2**63 - 1) -> int:
    """Read a whole number from 0; raises BadValue for another text."""
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) > most:
        raise BadValue(field=field, fix=f"Send a whole number from 0 to {most}.")
    return int(given)
