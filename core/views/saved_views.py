"""Pages of saved views: keep the list as it is, take a view away."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import current_actor
from core.errors import NotThere
from core.http import may
from core.models import SavedView
from core.pages import offer_undo
from core.saved_views import delete_view, save_view

SALT, UNDO_SECONDS = "core.saved_views", 3600


class ViewForm(forms.Form):
    page = forms.CharField(max_length=100, widget=forms.HiddenInput)
    path = forms.CharField(max_length=300, widget=forms.HiddenInput)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=60, label="Name of the view")
    shared = forms.BooleanField(required=False, label="Everybody sees it")


@require_http_methods(["GET", "HEAD", "POST"])
@may("core.save_view")
def view_new(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = ViewForm(
        given, initial={name: request.GET.get(name, "") for name in ViewForm.base_fields}
    )
    if not current_actor().may("core.share_view"):
        del form.fields["shared"]
    if form.is_valid():
        told = form.cleaned_data
        view = save_view(
            told["page"], name=told["name"], query=told["query"], shared=told.get("shared", False)
        )
        messages.success(request, f"The view “{view.name}” is kept.")
        return redirect(_list(request, told["path"], view.query))
    seen = SavedView.objects.seen_by(current_actor().user_id, request.GET.get("page", ""))
    context = {"title": "Save this view", "form": form, "seen": seen}
    return render(request, "core/view_new.html", context, status=422 if form.errors else 200)


@require_POST
@may("core.save_view")
def view_delete(request: HttpRequest, view_id: int) -> HttpResponse:
    view, path = delete_view(view_id), request.POST.get("path", "")
    kept = signing.dumps([view.page, view.name, view.query, view.shared, path], salt=SALT)
    again = reverse("core:view_restore", args=[kept])
    offer_undo(request, f"The view “{view.name}” is gone.", again)
    return redirect(_list(request, path, ""))


@require_POST
@may("core.save_view")
def view_restore(request: HttpRequest, kept: str) -> HttpResponse:
    """Take a deletion back: keep the view again as it was."""
    try:
        page, name, query, shared, path = signing.loads(kept, salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature as error:
        raise NotThere(kind="view to bring back") from error
    view = save_view(page, name=name, query=query, shared=shared)
    messages.success(request, f"The view “{view.name}” is back.")
    return redirect(_list(request, path, view.query))


def _list(request: HttpRequest, path: str, query: str) -> str:
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, {request.get_host()})
    return (path + (f"?{query}" if query else "")) if safe else "/"
