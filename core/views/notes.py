"""Notes on things, written on their pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.http import may
from core.notes import add_note


@require_POST
@may("core.add_note")
def note_add(request: HttpRequest) -> HttpResponse:
    note = add_note(request.POST.get("subject", ""), request.POST.get("text", ""))
    if note.card_masked:
        messages.warning(request, "The note held a card number; only its last digits were kept.")
    here = request.POST.get("next", "")
    return redirect(here if url_has_allowed_host_and_scheme(here, {request.get_host()}) else "/")
