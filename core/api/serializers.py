"""Serializers of what comes in: nothing unknown, nothing of the wrong JSON type."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.fields import empty

from core.money import Money, amount_text

# DRF reads "yes" as true and 12 as "12"; a caller who sends those has a bug worth hearing of.
JSON_TYPES: tuple[tuple[type[serializers.Field], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.IntegerField, (int,), "a whole number"),
    (serializers.FloatField, (int, float), "a number"),
    (serializers.DecimalField, (str, int, float), "a number, best as a string"),
    (serializers.CharField, (str,), "a string"),
    (serializers.ChoiceField, (str, int), "a string"),
    (serializers.DateTimeField, (str,), "a time like 2026-01-31T12:00:00Z"),
    (serializers.DateField, (str,), "a day like 2026-01-31"),
    (serializers.UUIDField, (str,), "a string"),
    (serializers.DictField, (dict,), "an object"),
)


class StrictSerializer(serializers.Serializer):
    """The input of a write: unknown fields and values of another JSON type are refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            errors = self._unknown(data) | self._mistyped(data)
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, Any]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        told = "There is no such field."
        return {
            str(name): [serializers.ErrorDetail(told, "unknown_field")]
            for name in data
            if name not in known
        }

    def _mistyped(self, data: Mapping[str, Any]) -> dict[str, Any]:
        errors = {}
        for name, field in self.fields.items():
            wanted = wanted_type(field, data.get(name, empty))
            if wanted:
                errors[name] = [serializers.ErrorDetail(f"Send {wanted}.", "wrong_type")]
        return errors

    def create(self, validated_data: Any) -> Any:
        raise NotImplementedError("operations save")

    def update(self, instance: Any, validated_data: Any) -> Any:
        raise NotImplementedError("operations save")


def wanted_type(field: Any, value: Any) -> str:
    """What JSON type the field wants when `value` is of another one; "" when all is well."""
    if value is empty or value is None:  # required and null have their own words
        return ""
    for kind, types, said in JSON_TYPES:
        if isinstance(field, kind):
            wrong_bool = isinstance(value, bool) and bool not in types
            return said if wrong_bool or not isinstance(value, types) else ""
    if isinstance(field, serializers.ListField):
        if not isinstance(value, list):
            return "a list"
        return next((w for inner in value if (w := wanted_type(field.child, inner))), "")
    return ""


class Expandable(serializers.ModelSerializer):
    """Output with parts that come only when asked for: `?expand=lines,customer`.

    Name the parts in `Meta.expandable`; the view names what each needs in `expands`.
    """

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        wanted = self.context.get("expand", ())
        for name in getattr(self.Meta, "expandable", ()):
            if name not in wanted and not self.context.get("schema"):
                fields.pop(name, None)
        return fields


class FromColumns(Expandable):
    """Output written from plain column values: a list of it makes no model instances.

    `columns` are what `values()` takes; `of_columns` writes a row of them out, amounts in minor
    units, as the declared fields would; `parts` write what is expanded.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[dict[str, Callable[[Any], Any]]] = {}

    @classmethod
    def of_columns(cls, row: dict[str, Any]) -> dict[str, Any]:
        """Write one row of `values("pk", *columns)` out."""
        raise NotImplementedError

    def to_representation(self, thing: Any) -> dict[str, Any]:
        shown = self.of_columns({name: _column(thing, name) for name in self.columns})
        for name in self.context.get("expand", ()):
            shown[name] = self.parts[name](thing)
        return shown


def _column(thing: Any, path: str) -> Any:
    """What `values(path)` would give of a model instance."""
    for part in path.split("__"):
        thing = getattr(thing, part, None)
    return thing.minor if isinstance(thing, Money) else thing


def money_json(minor: int | None, currency: str) -> dict[str, str] | None:
    """An amount in minor units as the API writes money."""
    if minor is None:
        return None
    return {"amount": amount_text(minor, currency), "currency": currency}


def utc_text(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC, as DRF writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
