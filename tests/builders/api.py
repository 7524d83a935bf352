"""Callers of the API: with a token, as another system would."""

import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from core import clock
from core.actor import acting, person
from core.models import User
from core.tokens import make_token


class Caller:
    """`caller(user).post("/notes", {"subject": ...})` under /api/v1."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """`body` is JSON, or bytes as they are; a header is named like `idempotency_key`."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Token {self.token}")
        kind = sent.pop("content-type", "application/json")
        content = {} if body is None else {"data": raw, "content_type": kind}
        if body is None and method != "GET":
            content = {"data": b"", "content_type": kind}
        full = path if path.startswith("/api") else f"/api/v1{path}"
        return self.client.generic(method, full, headers=sent, **content)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("DELETE", path, **headers)


def token_for(user: User, *scopes: str, **fields: Any) -> str:
    """The text of a token of that person; all of their rights unless scopes are named."""
    fields.setdefault("expires_at", clock.now() + timedelta(days=30))
    with acting(person(user)):
        return make_token("test", scopes=scopes or ("*",), **fields)[1]


def caller(user: User, *scopes: str, **fields: Any) -> Caller:
    """A system that calls with a new token of that person."""
    return Caller(token_for(user, *scopes, **fields))
