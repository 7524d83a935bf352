"""How files of orders are read: the profiles, and a try on a file before it counts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.actor import current_actor
from core.errors import BadValue
from core.http import may
from core.lists import list_page
from core.timeline import timeline
from orders.filters import ProfileFilter
from orders.import_forms import NewProfileForm, ProfileForm
from orders.models import ImportProfile
from orders.operations.imports.preview import preview_file
from orders.operations.imports.profiles import change_profile, create_profile
from orders.tables import ProfileTable

CHANGE = "orders.change_importprofile"


@require_safe
@may("orders.view_importprofile")
def profile_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=ImportProfile.objects.all(),
        filters=ProfileFilter,
        table=ProfileTable,
        name="orders.profile_list",
        title="Import profiles",
        template="orders/profile_list.html",
        context={"may_change": current_actor().may(CHANGE)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("orders.view_importprofile")
def profile(request: HttpRequest, code: str) -> HttpResponse:
    """See a profile, try it on a file, change it."""
    row = get_object_or_404(ImportProfile, code=code)
    return _edited(request, row, ProfileForm)


@require_http_methods(["GET", "HEAD", "POST"])
@may(CHANGE)
def profile_new(request: HttpRequest) -> HttpResponse:
    """Make a profile, tried first if wanted."""
    return _edited(request, None, NewProfileForm)


def _edited(request: HttpRequest, row: ImportProfile | None, kind: Any) -> HttpResponse:
    told: dict[str, Any] = {
        "title": row.name if row else "New import profile",
        "row": row,
        "may_change": current_actor().may(CHANGE),
        "timeline": timeline(f"import_profile:{row.pk}") if row else [],
    }
    if request.method != "POST":
        return _page(request, told | {"form": kind(initial=kind.initial_of(row))})
    form = kind(request.POST, request.FILES)
    told["form"] = form
    if form.is_valid():
        try:
            if request.POST.get("act") == "try":
                told["preview"] = _tried(form, row)
            else:
                saved = _saved(form, row)
                messages.success(request, f"{saved.name} is saved.")
                return redirect(saved)
        except BadValue as refusal:
            form.add_error(_field_of(refusal, form), str(refusal))
    return _page(request, told)


def _tried(form: ProfileForm, row: ImportProfile | None) -> Any:
    """Read the sample as the form says now, saved or not."""
    sample = form.cleaned_data["sample"]
    if sample is None:
        raise BadValue(field="sample", fix="Choose a file to try it on.")
    code = row.code if row else "new"
    return preview_file(sample, code=code, **form.given())


def _saved(form: ProfileForm, row: ImportProfile | None) -> ImportProfile:
    if row is not None:
        return change_profile(row.code, **form.given())
    return create_profile(form.cleaned_data["code"], **form.given())


def _field_of(refusal: BadValue, form: ProfileForm) -> str | None:
    """The field of the form that `columns.sku` or `rules.charges.POST` is about."""
    part, _, rest = str(refusal.facts["field"]).partition(".")
    name = rest.partition(".")[0]
    found = {"columns": f"column_{name}", "rules": name, "file": "sample"}.get(part, part)
    return found if found in form.fields else None


def _page(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    status = 422 if told["form"].errors else 200
    return render(request, "orders/profile.html", told, status=status)
