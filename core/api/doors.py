"""Answers at the edge of the API: unknown addresses, bugs, its own description."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.problems import Problem, problem_body

WORDS = {
    400: ("bad_request", "The request cannot be read."),
    403: ("not_permitted", "You may not do that."),
    404: ("not_there", "There is no such address."),
    500: ("bug", "Something is wrong on our side; it has been noted."),
}


class SchemaView(SpectacularAPIView):
    """The OpenAPI document."""

    permission = "core.view_api"
    permissions: dict[str, str] = {}


class DocsView(SpectacularSwaggerSplitView):
    """The OpenAPI document, to read and to try."""

    permission = "core.view_api"
    permissions: dict[str, str] = {}


def problem_answer(request: HttpRequest, status: int) -> HttpResponse:
    """A problem+json without an exception behind it."""
    code, detail = WORDS[status]
    body = problem_body(Problem(status, code, detail), request)
    return JsonResponse(body, status=status, content_type="application/problem+json")


@csrf_exempt  # nothing is done here; a stranger's POST is told the same as a GET
def nothing_there(request: HttpRequest) -> HttpResponse:
    """Whatever else is asked for under /api/."""
    return problem_answer(request, 404)


def _for_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Any) -> HttpResponse:
    """Django's 400, in the API's words where it is the API."""
    if _for_api(request):
        return problem_answer(request, 400)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500, in the API's words where it is the API."""
    return problem_answer(request, 500) if _for_api(request) else defaults.server_error(request)
