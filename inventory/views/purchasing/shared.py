"""What pages of purchasing have in common."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from core.actor import current_actor
from inventory.models import PurchaseOrder
from inventory.operations.purchasing.papers import TYPES


def form_page(
    request: HttpRequest, form: Any, title: str, label: str, *, wide: bool = False
) -> HttpResponse:
    """A page that is one form; 422 when it was sent and will not do."""
    told = {"title": title, "form": form, "label": label, "wide": wide}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inventory/purchasing/form.html", told, status=status)


def order_of(public_id: str) -> PurchaseOrder:
    """The order of that id within reach, else 404."""
    mine = PurchaseOrder.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)


def paper(file: Any, name: str) -> FileResponse:
    """An attached PDF or picture, to be looked at; else 404."""
    ending = file.name.rpartition(".")[2] if file else ""
    if ending not in TYPES:
        raise Http404
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(opened, content_type=TYPES[ending], filename=f"{name}.{ending}")
