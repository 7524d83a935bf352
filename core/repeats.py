"""A form that is sent twice acts once: a double click, a reload, a second press of a slow button.

Each rendered page has a CSRF token of its own making (Django masks it anew every time), so the
same form with the same contents from the same rendering is the same act. What came of it is
kept in the act's own transaction, beside the answers of the API's idempotency keys: either both
are there or neither is. A second one waits for the first and is led to its outcome.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from core.actor import current_actor
from core.models import IdempotentRequest
from core.operations import DEADLOCK, SERIALIZATION, TRIES

TOKEN, SCAN = "csrfmiddlewaretoken", "barcode"
SAID = "That was sent twice; it was done once."


def once_per_form(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a page's POST, or lead a repeat of it to what came of the first.

    Refusals and forms that come back with their errors are not kept: they changed nothing. A
    scan is never a repeat: the same barcode twice is two units.
    """
    if request.method != "POST" or TOKEN not in request.POST or SCAN in request.POST:
        return answer()
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _repeated(request) or _kept(request, answer())
        except OperationalError as error:  # @operation heals this only when it is outermost
            if not left or getattr(error.__cause__, "pgcode", "") not in (DEADLOCK, SERIALIZATION):
                raise
            _forget_messages(request)
    raise AssertionError("unreachable")


def leads_to(answer: HttpResponse, url: str) -> HttpResponse:
    """Say where a repeat goes, for an act that shows its outcome once instead of redirecting."""
    answer.outcome = url  # type: ignore[attr-defined]
    return answer


def _repeated(request: HttpRequest) -> HttpResponse | None:
    mine = {"principal": current_actor().name, "key": _key(request)}
    with connection.cursor() as cursor:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7004))"
        cursor.execute(lock, [f"{mine['principal']} {mine['key']}"])
    # A statement of its own: its snapshot is taken after the lock, so it sees who had it before.
    kept = IdempotentRequest.objects.filter(**mine).first()
    if kept is None:
        return None
    messages.info(request, SAID)
    return HttpResponseRedirect(kept.headers["Location"])


def _kept(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    moved = answer["Location"] if 300 <= answer.status_code < 400 else ""
    if outcome := getattr(answer, "outcome", moved):
        IdempotentRequest.objects.create(
            principal=current_actor().name,
            key=_key(request),
            fingerprint="",
            status=302,
            headers={"Location": outcome},
            body=b"",
        )
    return answer


def _key(request: HttpRequest) -> str:
    known = getattr(request, "_form_key", None)
    if known is None:
        digest = hashlib.sha256(f"{request.get_full_path()}\n".encode())
        for name, values in sorted(request.POST.lists()):
            digest.update(repr((name, values)).encode())
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                digest.update(repr((name, file.name, file.size)).encode())
                _add(digest, file)
        known = request._form_key = f"form {digest.hexdigest()}"  # type: ignore[attr-defined]
    return str(known)


def _add(digest: Any, file: Any) -> None:
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)


def _forget_messages(request: HttpRequest) -> None:
    """The act is done anew: what the failed try has said was not so."""
    storage = getattr(request, "_messages", None)
    if storage is not None:
        storage._queued_messages.clear()
