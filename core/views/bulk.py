"""Acts on many rows: start what the preview showed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.actor import current_actor
from core.bulk import act_of, choice_of, start, undo
from core.http import may
from core.models import Batch


@require_POST
@may("core.start_batch")
def bulk(request: HttpRequest, token: str) -> HttpResponse:
    """Start it; with errors in its form, show the form again."""
    choice = choice_of(token)
    act = act_of(choice.list_name, choice.act)
    form = act.form(request.POST) if act.form else None
    if form is not None and not form.is_valid():
        context = {"title": act.label, "act": act, "choice": choice, "form": form}
        context["undoable"] = act.undo is not None
        return render(request, "core/bulk.html", context, status=422)
    given = {name: request.POST.get(name, "") for name in (form.fields if form else ())}
    start(choice, given)
    messages.success(request, f"{act.label}: {len(choice.ids)} rows, under way. Follow it above.")
    return redirect(choice.back)


@require_POST
@may("core.start_batch")
def bulk_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back what a bulk act has done."""
    batch = get_object_or_404(Batch.objects.visible_to(current_actor()), public_id=public_id)
    undoing = undo(batch)
    messages.success(request, "It is being undone, row by row.")
    return redirect(undoing)
