"""Notes on things, written on their pages."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from core.http import may
from core.mentions import Audience, people_like
from core.notes import add_note
from core.roles import STAFF


@require_POST
@may("core.add_note")
def note_add(request: HttpRequest) -> HttpResponse:
    note = add_note(request.POST.get("subject", ""), request.POST.get("text", ""))
    say_who_was_told(request, note.audience)
    if note.card_masked:
        messages.warning(request, "The note held a card number; only its last digits were kept.")
    here = request.POST.get("next", "")
    return redirect(here if url_has_allowed_host_and_scheme(here, {request.get_host()}) else "/")


def say_who_was_told(request: HttpRequest, audience: Audience) -> None:
    """After a note: whom its mentions reached, and which reached nobody."""
    if audience.people:
        names = ", ".join(map(str, audience.people))
        messages.success(request, f"The note is kept. Told: {names}.")
    for sentence in audience.unclear:
        messages.warning(request, sentence)


@require_safe
@may("core.add_note")
def people_find(request: HttpRequest) -> HttpResponse:
    """Who is called like `?q=`: the list under a note in which somebody types "@"."""
    words = request.GET.get("q", "").replace("\x00", "")[:60]
    people = people_like(words, roles=STAFF)
    names = Counter(one.name.lower() for one in people)
    choices = [(one, one.handle if names[one.name.lower()] > 1 else one.name) for one in people]
    return render(request, "core/people.html", {"choices": choices})
