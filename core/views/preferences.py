"""A person's own choices."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from core.http import may
from core.preferences import THEMES, set_preferences


@cache
def _zones() -> list[tuple[str, str]]:
    named = sorted(zone for zone in available_timezones() if "/" in zone and "Etc" not in zone)
    return [("", f"The shop's ({settings.TIME_ZONE})"), ("UTC", "UTC"), *((z, z) for z in named)]


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(choices=list(THEMES.items()), widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        choices=_zones,
        required=False,
        label="Clock",
        help_text="Times are shown on this clock. Business days stay those of the shop.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("core.view_today")
def preferences(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    kept = {"theme": user.theme, "time_zone": user.time_zone}
    form = PreferencesForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        set_preferences(**form.cleaned_data)
        messages.success(request, "Your preferences are kept.")
        return redirect("core:preferences")
    context = {"title": "Preferences", "form": form}
    return render(request, "core/preferences.html", context, status=422 if form.errors else 200)


@require_POST
@may("core.view_today")
def theme(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar."""
    set_preferences(theme=request.POST.get("theme", ""))
    here = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(here, {request.get_host()})
    return redirect(here if safe else "core:today")
