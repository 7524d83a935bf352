"""Every route there is, and who may use it: the matrix that the tests drive."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from core.api.permissions import permission_for
from core.roles import GRANTS, Role

OPEN, SIGNED_IN, ADMINISTRATOR = "open", "signed in", "administrator"
SIGNATURE = "signature"  # of the message itself, by a secret that both sides know
READ = ("GET", "HEAD")

# Routes of packages, by their beginning; the first that fits decides.
FOREIGN = (
    (r"^healthz$|^readyz$|^metrics$", OPEN),
    (r"^accounts/(login|logout|signup|inactive|confirm-email|password/reset)", OPEN),
    (r"^accounts/(2fa/(authenticate|reauthenticate)|2fa/webauthn/(login|reauthenticate))", OPEN),
    (r"^accounts/", SIGNED_IN),
    (r"^admin/(login|logout|jsi18n)", OPEN),
    (r"^admin/", ADMINISTRATOR),
    (r"^api/$|^api/\.\.\.$", OPEN),
)
KINDS = {"int": "999999", "str": "0" * 16, "slug": "x", "path": "x", "uuid": "0" * 8}
SAMPLES = ("0" * 16, "999999", "0" * 15, "x", "XX", "x.y", "x-y")


@dataclass(frozen=True)
class Route:
    """One address with one method."""

    path: str  # "orders/{public_id}/cancel/"
    sample: str  # the same with values that name nothing
    method: str
    permission: str  # or one of the words above; "" when nobody has said

    def roles(self) -> list[str]:
        """Who may use it."""
        if self.permission in {OPEN, SIGNED_IN}:
            return sorted(Role)
        if self.permission == ADMINISTRATOR:
            return [Role.ADMIN]
        return sorted(GRANTS.get(self.permission, ()))


def routes() -> list[Route]:
    """All routes, sorted."""
    found = {
        (route.path, route.method): route
        for pattern, raw in _leaves(get_resolver().url_patterns, "")
        for route in _routes_of(pattern.callback, raw)
    }
    return [found[key] for key in sorted(found)]


def matrix() -> list[dict[str, Any]]:
    """The routes as JSON, one entry per address and method."""
    return [
        {
            "route": f"/{route.path}",
            "method": route.method,
            "permission": route.permission,
            "roles": route.roles(),
        }
        for route in routes()
    ]


def _leaves(patterns: Any, prefix: str) -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _leaves(pattern.url_patterns, here)
        else:
            yield pattern, here


def _routes_of(view: Any, raw: str) -> Iterator[Route]:
    path, sample = _plain(raw, "{}"), _plain(raw, "")
    for method, permission in _permissions(view, path):
        yield Route(path, sample, method, permission)


def _permissions(view: Any, path: str) -> Iterator[tuple[str, str]]:
    cls = getattr(view, "cls", None)
    if cls is not None:
        yield from _of_api(cls, getattr(view, "actions", None) or {})
    elif hasattr(view, "permission"):
        for method in _methods(view):
            yield method, view.permission
    else:
        for method in ("GET", "POST"):
            yield method, _foreign(path)


def _of_api(cls: Any, actions: dict[str, str]) -> Iterator[tuple[str, str]]:
    signed = getattr(cls, "open_to_signed", False)
    for method in cls.http_method_names:
        there = method in actions if actions else hasattr(cls, method)
        if there and method not in {"head", "options", "trace"}:
            permission = permission_for(cls, actions.get(method), method) or ""
            yield method.upper(), SIGNATURE if signed else permission


def _foreign(path: str) -> str:
    return next((word for found, word in FOREIGN if re.search(found, path)), "")


def _methods(view: Callable[..., Any]) -> list[str]:
    """The methods that django's decorators let through; all of them without a decorator."""
    inner: Any = view
    while inner is not None:
        code = getattr(inner, "__code__", None)
        if code is not None and "request_method_list" in code.co_freevars:
            cell = inner.__closure__[code.co_freevars.index("request_method_list")]
            return sorted(set(cell.cell_contents) - {"HEAD"})
        inner = getattr(inner, "__wrapped__", None)
    return ["DELETE", "GET", "PATCH", "POST", "PUT"]


def _fitting(regex: str) -> str:
    first = regex.partition("|")[0].replace("\\", "")  # one of several words
    return next((text for text in (*SAMPLES, first) if re.fullmatch(regex, text)), "x")


def _plain(raw: str, form: str) -> str:
    """An address for people ("{name}") or one to ask for (values that name nothing)."""

    def converted(match: re.Match[str]) -> str:
        if form:
            return f"{{{match[2]}}}"
        kind = match[1] or "str"
        return KINDS.get(kind) or _fitting(get_converters()[kind].regex)

    def grouped(match: re.Match[str]) -> str:
        if form:
            return f"{{{match[1]}}}"
        return _fitting(match[2])

    text = re.sub(r"\(\?P<(\w+)>((?:\[[^\]]*\]|[^()])*)\)", grouped, raw)
    text = re.sub(r"<(?:(\w+):)?(\w+)>", converted, text)
    return re.sub(r"\\(.)", r"\1", text.replace("^", "").replace("\\Z", "").replace("$", ""))
