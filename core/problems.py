"""One mapping of errors to answers, for the API, the pages and the commands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404
from django.http.request import RawPostDataException, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Refused
from core.tracing import current_request_id

BUSY = {"40P01", "40001", "55P03", "57014", "53300"}  # deadlock, serialization, lock, time, full


@dataclass(frozen=True)
class Problem:
    """What to tell the caller; the body of RFC 9457's problem+json."""

    status: int
    code: str
    detail: str
    facts: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """In one line, with the fields that are to blame: for a row of a batch, a terminal."""
        blamed = [f"{e['pointer'].lstrip('/')}: {e['detail']}" for e in self.errors]
        if not blamed or any(self.detail in line for line in blamed):
            return self.detail
        return " ".join(blamed)


def problem_of(error: BaseException) -> Problem | None:
    """Return the one answer to `error`; None when it is a bug (a 500)."""
    match error:
        case Refused():
            return _refusal(error)
        case exceptions.ValidationError():
            errors = list(_pointed(error.get_full_details()))
            return Problem(422, "invalid", "The request has errors.", errors=errors)
        case exceptions.APIException():
            return _api_problem(error)
        case DatabaseError():
            return _database_problem(error)
    return _plain_problem(error)


def _plain_problem(error: BaseException) -> Problem | None:
    """Errors of Django and Python that a caller can cause."""
    match error:
        case Http404():
            return Problem(404, "not_there", "There is no such thing.")
        case PermissionDenied():
            return Problem(403, "not_permitted", "You may not do that.")
        case RecursionError():
            return Problem(400, "too_deep", "The document is nested too deeply.")
        case RequestDataTooBig():
            return Problem(413, "too_large", "The request is too large.")
        case SuspiciousOperation() | UnreadablePostError() | RawPostDataException():
            return Problem(400, "bad_request", "The request cannot be read.")
        case ValueError() if "NUL" in str(error) or "null character" in str(error).lower():
            return Problem(422, "bad_data", "Text must not contain NUL characters.")
    return None


def _refusal(error: Refused) -> Problem:
    errors = []
    if pointer := error.facts.get("field"):
        path = "/" + str(pointer).replace(".", "/")
        errors = [{"pointer": path, "code": error.code, "detail": str(error)}]
    return Problem(error.status, error.code, str(error), _plain(error.facts), errors)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    kinds = str | int | float | bool | list | dict | None
    return {name: fact if isinstance(fact, kinds) else str(fact) for name, fact in facts.items()}


def _api_problem(error: exceptions.APIException) -> Problem:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = getattr(error, "auth_header", "")
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    code = error.get_codes()
    return Problem(
        error.status_code,
        code if isinstance(code, str) else error.default_code,
        str(error.detail),
        headers=headers,
    )


def _pointed(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten DRF's nested details to JSON pointers."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"pointer": path or "/", "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            below = path if name == "non_field_errors" else f"{path}/{name}"
            yield from _pointed(inner, below)
    elif isinstance(details, list):
        for place, inner in enumerate(details):
            message = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from _pointed(inner, path if message else f"{path}/{place}")


def _database_problem(error: DatabaseError) -> Problem | None:
    cause = error.__cause__
    if isinstance(error, IntegrityError):
        name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
        sentence = _sentences().get(name, "That contradicts what is stored already.")
        return Problem(409, name or "conflict", sentence)
    if isinstance(error, DataError):
        return Problem(422, "bad_data", "A value is out of range.")
    if getattr(cause, "pgcode", "") in BUSY:
        sentence = "Too many at once. Please try again."
        return Problem(503, "busy", sentence, headers={"Retry-After": "1"})
    return None


@cache
def _sentences() -> dict[str, str]:
    """The sentence of each named constraint of each model."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }


@dataclass(frozen=True)
class Meaning:
    """What a code says to whoever reads it in the docs."""

    status: int
    sentence: str
    why: str = ""


# Codes that no class of refusals has: of the framework, and of whatever a caller can get wrong.
_GENERAL = {
    "invalid": Meaning(422, "The request has errors.", "`errors` names each field and the fix."),
    "too_deep": Meaning(400, "The document is nested too deeply."),
    "too_large": Meaning(413, "The request is too large."),
    "bad_request": Meaning(400, "The request cannot be read."),
    "bad_data": Meaning(422, "A value is out of range, or a text holds a NUL character."),
    "busy": Meaning(503, "Too many at once.", "Try again after the seconds in Retry-After."),
    "conflict": Meaning(409, "That contradicts what is stored already."),
    "parse_error": Meaning(400, "The body is not the JSON that was announced."),
    "not_authenticated": Meaning(401, "Send a token: Authorization: Token …"),
    "authentication_failed": Meaning(401, "The token is not good for anything."),
    "token_malformed": Meaning(401, "Send one token: Authorization: Token …"),
    "token_unknown": Meaning(401, "This token is not known."),
    "token_revoked": Meaning(401, "This token was revoked."),
    "token_expired": Meaning(401, "This token has expired. Make a new one."),
    "token_user_inactive": Meaning(401, "The person behind this token has left."),
    "method_not_allowed": Meaning(405, "This address does not take that method."),
    "not_acceptable": Meaning(406, "Answers are JSON."),
    "unsupported_media_type": Meaning(415, "Send JSON, or a file where the docs say so."),
    "too_many_requests": Meaning(429, "That was too often.", "Wait the seconds in Retry-After."),
    "bug": Meaning(500, "Something is wrong on our side; it has been noted."),
}


def meaning_of(code: str) -> Meaning | None:
    """What a problem's code means: of a refusal, a constraint, or in general; None if unknown."""
    for refusal in _family(Refused):
        if refusal.code == code:
            return Meaning(refusal.status, refusal.sentence, (refusal.__doc__ or "").strip())
    if code in _sentences():
        return Meaning(409, _sentences()[code])
    return _GENERAL.get(code)


def _family(parent: type[Refused]) -> Iterator[type[Refused]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _family(child)


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF: a Problem as RFC 9457 problem+json; None lets a bug be a 500."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return problem_response(problem, context["request"])


def problem_response(problem: Problem, request: Any) -> Response:
    """The Problem as a DRF response."""
    return Response(
        problem_body(problem, request),
        problem.status,
        headers=problem.headers,
        content_type="application/problem+json",
    )


def problem_body(problem: Problem, request: Any) -> dict[str, Any]:
    """The members of the problem+json document."""
    return {
        "type": f"/docs/problems/{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "facts": problem.facts,
        "errors": problem.errors,
        "request_id": current_request_id(),
    }
