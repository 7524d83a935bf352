"""Files of products, stock and costs: sent, checked, mapped, applied, and taken out."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.errors import Refused
from core.http import may
from core.models import Batch, BatchRow
from inventory.exchange import PERMISSIONS, apply_check, check_again, start_check
from inventory.exchange_export import VIEWS, export_file
from inventory.exchange_forms import WORDS, FileForm, mapping_from
from inventory.importing.mapped import guarded
from inventory.operations.exchange.mappings import save_mapping


def _mine() -> list[str]:
    actor = current_actor()
    return [kind for kind, permission in PERMISSIONS.items() if actor.may(permission)]


def _files() -> Any:
    kinds = [f"inventory.exchange_{kind}" for kind in _mine()]
    return Batch.objects.visible_to(current_actor()).filter(kind__in=kinds)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.save_mapping")
def exchange(request: HttpRequest) -> HttpResponse:
    """Send a file to be checked, or take out what there is."""
    kinds = _mine()
    form = FileForm(kinds=kinds, initial={"kind": request.GET.get("kind")})
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, kinds=kinds)
        if form.is_valid():
            given = form.cleaned_data
            try:
                return redirect(start_check(given["kind"], given["file"], form.options()))
            except Refused as refusal:
                form.add_error(None, str(refusal))
    actor = current_actor()
    told = {
        "title": "Import and export",
        "form": form,
        "latest": _files().order_by("-id")[:8],
        "exports": [(k, WORDS[k]) for k, view in VIEWS.items() if actor.may(view)],
    }
    return render(request, "inventory/exchange.html", told, status=422 if form.errors else 200)


@require_safe
@may("inventory.view_sku")
def exchange_export(request: HttpRequest) -> HttpResponseBase:
    """All that one reaches, in the columns that files are read by."""
    kind = request.GET.get("kind", "products")
    if kind in VIEWS and not current_actor().may(VIEWS[kind]):
        raise PermissionDenied(VIEWS[kind])
    return export_file(kind, request.GET.get("format", "csv"))


@require_POST
@may("inventory.save_mapping")
def exchange_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Check the file again with the columns chosen; under a name they are remembered."""
    check = get_object_or_404(_files(), public_id=public_id)
    kind = check.options["kind"]
    try:
        mapping = mapping_from(kind, request.POST)
        batch = check_again(check, {"mapping": mapping})
        if name := request.POST.get("name", "").strip():
            save_mapping(kind, name=name, columns=mapping)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(check)
    return redirect(batch)


@require_POST
@may("inventory.save_mapping")
def exchange_apply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Do what the check has shown."""
    check = get_object_or_404(_files(), public_id=public_id)
    try:
        batch = apply_check(check, mode=request.POST.get("mode", "clean"))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(check)
    messages.success(request, f"{batch.title} is under way.")
    return redirect(batch)


@require_safe
@may("inventory.save_mapping")
def exchange_errors(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """What was refused: row, column and what would do, as CSV."""
    batch = get_object_or_404(_files(), public_id=public_id)
    rows = BatchRow.objects.filter(batch=batch, state="failed").order_by("position")
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(["row", "column", "fix"])
        for data, fix in rows.values_list("data", "message").iterator(chunk_size=2000):
            yield writer.writerow([data["row"], guarded(data["column"]), guarded(fix)])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="errors-{batch.public_id}.csv"'
    return answer


class _Echo:
    def write(self, text: str) -> str:
        return text
