"""Take in a file of orders; and what an import has set aside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.actor import current_actor
from core.errors import BadValue
from core.http import may
from core.lists import list_page
from core.models import Batch, BatchRow
from inventory.models import Channel
from orders.filters import AsideFilter
from orders.import_forms import ImportForm
from orders.operations.imports.opening import start_import
from orders.operations.imports.run import KIND
from orders.tables import AsideTable

ON_ITS_FORM = {"file", "channel", "profile"}


@require_http_methods(["GET", "HEAD", "POST"])
@may("orders.import_orders")
def import_orders(request: HttpRequest) -> HttpResponse:
    """Send a file; its batch's page shows how far it is and what became of each row."""
    channels = Channel.objects.visible_to(current_actor()).filter(active=True).order_by("name")
    if request.method != "POST":
        return _page(request, ImportForm(channels=channels, initial=request.GET.dict()))
    form = ImportForm(request.POST, request.FILES, channels=channels)
    if form.is_valid():
        try:
            batch = _started(form)
        except BadValue as refusal:
            name = str(refusal.facts["field"])
            form.add_error(name if name in ON_ITS_FORM else None, str(refusal))
        else:
            messages.success(request, f"{batch.title} is under way.")
            return redirect(f"/batches/{batch.public_id}/")
    return _page(request, form)


def _started(form: ImportForm) -> Batch:
    given = form.cleaned_data
    return start_import(
        given["channel"].pk,
        profile=given["profile"].code,
        file=given["file"],
        dry_run=given["dry_run"],
        live=given["live"],
    )


def _page(request: HttpRequest, form: ImportForm) -> HttpResponse:
    mine = Batch.objects.visible_to(current_actor()).filter(kind=KIND)
    told = {"title": "Import orders", "form": form, "latest": mine.order_by("-id")[:5]}
    return render(request, "orders/import.html", told, status=422 if form.errors else 200)


@require_safe
@may("orders.import_orders")
def import_aside(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rows that an import has set aside, with row number and reason; exports as CSV."""
    mine = Batch.objects.visible_to(current_actor())
    batch = get_object_or_404(mine, public_id=public_id, kind=KIND)
    return list_page(
        request,
        rows=BatchRow.objects.filter(batch=batch, state="failed"),
        filters=AsideFilter,
        table=AsideTable,
        name="orders.import_aside",
        title=f"Set aside: {batch.title}",
    )
