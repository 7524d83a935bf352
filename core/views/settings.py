"""Settings: what each app lets a manager set, as panels."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.actor import current_actor
from core.http import may
from core.pages import settings_panels


@require_safe
@may("core.view_settings")
def settings(request: HttpRequest) -> HttpResponse:
    panels = list(settings_panels.panels(current_actor(), request.user))
    return render(request, "core/settings.html", {"title": "Settings", "panels": panels})
