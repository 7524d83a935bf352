"""Idempotency-Key: a POST that is sent again changes nothing and is answered the same.

The answer is kept in the POST's own transaction: either the change and its answer are
there, or neither is. A crash at any point leaves the key free; no lease has to run out.
While a POST runs, an advisory lock of its key turns others away.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.actor import current_actor
from core.errors import Refused
from core.models import IdempotentRequest
from core.operations import DEADLOCK, SERIALIZATION, TRIES

HEADER = "Idempotency-Key"
KEY_MAX = 255
KEPT_HEADERS = ("Location", "ETag")


class KeyInUse(Refused):
    code = "idempotency_key_in_use"
    status = 409
    sentence = "The first request with this Idempotency-Key still runs; ask again in a moment."


class KeyOfAnother(Refused):
    code = "idempotency_key_reused"
    status = 422
    sentence = "This Idempotency-Key belongs to another request; use a new one."

    def __init__(self) -> None:
        super().__init__(field=HEADER)


class BadKey(Refused):
    code = "idempotency_key_malformed"
    status = 422
    sentence = "An Idempotency-Key has 1 to 255 printable ASCII characters."

    def __init__(self) -> None:
        super().__init__(field=HEADER)


def once(request: Any, answer: Callable[[], Response]) -> HttpResponse:
    """Answer a POST once per key: run it, or say again what was said.

    A refusal is not kept, for it changed nothing: the same key may be tried again.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return answer()
    if not 1 <= len(key) <= KEY_MAX or not key.isascii() or not key.isprintable():
        raise BadKey
    principal, print_ = current_actor().name, _fingerprint(request)
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _replayed(principal, key, print_) or _kept(principal, key, print_, answer())
        except OperationalError as error:  # @operation heals this only when it is outermost
            if not left or getattr(error.__cause__, "pgcode", "") not in (DEADLOCK, SERIALIZATION):
                raise
    raise AssertionError("unreachable")


def _replayed(principal: str, key: str, fingerprint: str) -> HttpResponse | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 7003))", [f"{principal} {key}"]
        )
        if not cursor.fetchone()[0]:
            raise KeyInUse
    # A statement of its own: its snapshot is taken after the lock, so it sees who had it before.
    kept = IdempotentRequest.objects.filter(principal=principal, key=key).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise KeyOfAnother
    answer = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    answer["Idempotent-Replayed"] = "true"
    return answer


def _kept(principal: str, key: str, fingerprint: str, answer: Response) -> Response:
    body = b"" if answer.data is None else JSONRenderer().render(answer.data)
    headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
    headers["Content-Type"] = answer.content_type or "application/json"
    IdempotentRequest.objects.create(
        principal=principal,
        key=key,
        fingerprint=fingerprint,
        status=answer.status_code,
        headers=headers,
        body=body,
    )
    return answer


def _fingerprint(request: Any) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if getattr(request.parser_context["view"], "takes_files", False):
        _add_form(digest, request.data)
    else:
        digest.update(request.body)
    return digest.hexdigest()


def _add_form(digest: Any, form: Any) -> None:
    """Fields and files by what they hold: the boundary between them differs each time."""
    for name in sorted(form):
        for value in form.getlist(name):
            chunks = value.chunks() if hasattr(value, "chunks") else [str(value).encode()]
            digest.update(f"\n{name}:{getattr(value, 'size', len(str(value)))}\n".encode())
            for chunk in chunks:
                digest.update(chunk)
