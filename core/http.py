"""Doorway for pages: who acts, and how a refusal is said."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from core import clock
from core.actor import acting, current_actor, person
from core.problems import Problem, problem_body, problem_of
from core.repeats import once_per_form
from core.tracing import current_request_id

Get = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """Each request acts as its signed-in person; the API's tokens say so themselves."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = getattr(request.user, "time_zone", "")
        with acting(person(request.user)), clock.read_in(zone):
            return self.get_response(request)


class ProblemMiddleware:
    """A refusal becomes a sentence where the person looks; a bug stays a 500."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED and _is_visit(request):
            answer = _page_of_form(request)
        answer["X-Request-ID"] = current_request_id()
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        problem = problem_of(error)
        if problem is None:
            return None
        if request.path.startswith("/api/"):
            body = problem_body(problem, request)
            return JsonResponse(
                body, status=problem.status, content_type="application/problem+json"
            )
        if is_fragment(request):
            return toast(request, problem)
        if isinstance(error, Http404 | PermissionDenied):
            return None  # Django has pages for these two
        return _back(request, problem)


def _is_visit(request: HttpRequest) -> bool:
    """Whether a person looks at an address, by hand or by loading it again."""
    page = not request.path.startswith("/api/") and not is_fragment(request)
    return page and request.method in {"GET", "HEAD"} and request.user.is_authenticated


def _page_of_form(request: HttpRequest) -> HttpResponse:
    """An address that only takes a form has no page: show the one that the form stands on.

    That is where the person comes from; else the nearest address above it that there is.
    """
    here = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()})
    if safe and urlsplit(here).path != request.path:
        return HttpResponseRedirect(here)
    above = request.path.rstrip("/")
    while above:
        above = above.rpartition("/")[0]
        try:
            resolve(f"{above}/")
        except Resolver404:
            continue
        break
    return HttpResponseRedirect(f"{above}/")


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(getattr(request, "htmx", False))


def toast(request: HttpRequest, problem: Problem) -> HttpResponse:
    """To htmx: the sentence, put where toasts go, with the true status."""
    answer = render(
        request, "ui/toast.html", {"text": problem.detail, "tone": "bad"}, status=problem.status
    )
    answer["HX-Retarget"], answer["HX-Reswap"] = "#toasts", "beforeend"
    return answer


def _back(request: HttpRequest, problem: Problem) -> HttpResponse:
    """After a refused form: back to the page it came from, with the sentence on it."""
    here = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()})
    if request.method == "POST" and safe:
        messages.error(request, problem.detail)
        return HttpResponseRedirect(here)
    return render(request, "ui/problem.html", {"problem": problem}, status=problem.status)


def may(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a page: signed in, with this permission, and a form sent twice acts once.

    The permission is also readable by the access tests.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not current_actor().may(permission):
                raise PermissionDenied(permission)
            return once_per_form(request, lambda: view(request, *args, **kwargs))

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
