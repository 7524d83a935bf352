"""JSON as the RFC says it: no NaN, no NUL, not too deep."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEPTH = 20


class StrictJSONParser(JSONParser):
    strict = True

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The document is nested too deeply.") from error
        _check(data, DEPTH)
        return data


def _check(value: Any, left: int) -> None:
    if left < 0:
        raise ParseError(f"The document is nested more than {DEPTH} levels deep.")
    if isinstance(value, str) and "\x00" in value:
        raise ParseError("Text must not contain NUL characters.")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check(key, left)
            _check(inner, left - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, left - 1)
