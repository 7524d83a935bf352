"""JSON as the RFC says it, and as the database can keep it."""

import math
from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

DEPTH = 20
INTEGER_MAX = 2**63 - 1
KEPT_CONTROLS = frozenset("\t\n\r")


class StrictJSONParser(JSONParser):
    """Refuses NaN, infinity, NUL and control characters, half surrogates, huge numbers, depth."""

    strict = True

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The document is nested too deeply.") from error
        for pointer, fault in _faults(data, "", DEPTH):
            raise ValidationError(_nested(pointer, fault))
        return data


def _nested(pointer: str, fault: str) -> Any:
    """The fault under its field, as a serializer would have said it."""
    found: Any = [fault]
    for part in reversed(pointer.split("/")[1:]):
        found = {part: found}
    return found


def _faults(value: Any, at: str, left: int) -> Iterator[tuple[str, str]]:
    if left < 0:
        raise ParseError(f"The document is nested more than {DEPTH} levels deep.")
    if isinstance(value, dict):
        for key, inner in value.items():
            if fault := _fault(key):
                yield at, fault
            yield from _faults(inner, f"{at}/{key.replace('/', ' ')}", left - 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _faults(inner, f"{at}/{place}", left - 1)
    elif fault := _fault(value):
        yield at, fault


def _fault(value: Any) -> str:
    if isinstance(value, str):
        if not value.isprintable() and any(_is_control(letter) for letter in value):
            return "Text must not contain control characters."
    elif isinstance(value, bool):
        return ""
    elif isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            return f"Numbers go up to {INTEGER_MAX}."
    elif isinstance(value, float) and not math.isfinite(value):
        return "The number is too large."
    return ""


def _is_control(letter: str) -> bool:
    code = ord(letter)
    if 0xD800 <= code <= 0xDFFF:
        return True
    return (code < 0x20 or 0x7F <= code < 0xA0) and letter not in KEPT_CONTROLS
