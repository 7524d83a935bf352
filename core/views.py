from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.http import may


@require_safe
@may("core.view_today")
def today(request: HttpRequest) -> HttpResponse:
    return render(request, "core/today.html", {"title": "Today"})
