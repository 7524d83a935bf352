"""ETag and If-Match: nobody overwrites what they have not seen."""

import hashlib
from typing import Any

from rest_framework.renderers import JSONRenderer

from core.errors import Refused


class Changed(Refused):
    code = "changed_meanwhile"
    status = 412
    sentence = "It was changed since you read it; read it again."


def etag_of(view: Any, row: Any) -> str:
    """The version of the row: a digest of what the API shows of it, whatever is expanded.

    It changes exactly when that does; a column that counts changes would miss those of lines.
    """
    context = {**view.get_serializer_context(), "expand": ()}
    shown = view.get_serializer_class()(row, context=context).data
    return etag_of_shown(shown)


def etag_of_shown(shown: Any) -> str:
    """The version of a row that is shown like this, nothing expanded."""
    return f'"{hashlib.sha256(JSONRenderer().render(shown)).hexdigest()[:24]}"'


def matches(header: str, etag: str) -> bool:
    """Whether an If-Match or If-None-Match header names this version."""
    named = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in named or etag in named
