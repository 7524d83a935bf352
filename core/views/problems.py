"""What a refusal means: the address that the API names as a problem's `type`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import may
from core.problems import meaning_of


@require_safe
@may("core.view_api")
def problem(request: HttpRequest, code: str) -> HttpResponse:
    found = meaning_of(code)
    if found is None:
        raise Http404
    title = code.replace("_", " ").capitalize()
    return render(request, "core/problem.html", {"title": title, "code": code, "problem": found})
