"""Stock between warehouses: the list, a new transfer, and one with what can be done next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.ids import new_public_id
from core.lists import list_page
from core.money import Money
from core.pages import detail_page
from inventory import filters, tables
from inventory import transfer_forms as forms
from inventory.forms import require_valid
from inventory.models import Transfer, TransferLine
from inventory.operations.stock.transfer import (
    cancel_transfer,
    close_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)
from inventory.states import TransferStatus
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


@require_safe
@may("inventory.view_transfer")
def transfer_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Transfer.objects.visible_to(current_actor()).for_list(),
        filters=filters.TransferFilter,
        table=tables.TransferTable,
        name="inventory.transfer_list",
        title="Transfers",
        template="inventory/transfer_list.html",
        views=[
            ("To send", "status=requested"),
            ("On the way", "status=in_transit"),
            ("Overdue", "overdue=true"),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.request_transfer")
def transfer_new(request: HttpRequest) -> HttpResponse:
    form = forms.TransferForm(request.POST or None, initial=request.GET.dict())
    made = applied(form, lambda: _request(form)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} was requested; its units are promised to it.")
        return redirect(made)
    return form_page(request, form, "New transfer", "Request it")


def _request(form: forms.TransferForm) -> Transfer:
    given = form.cleaned_data
    return request_transfer(
        given["source"].pk,
        given["destination"].pk,
        units=form.units(),
        note=given["note"],
        expected_on=given["expected_on"],
    )


@require_safe
@may("inventory.view_transfer")
def transfer(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _transfer(public_id)
    lines = _lines(subject)
    mine = current_actor().ids("warehouse_id")
    requested = subject.status == TransferStatus.REQUESTED
    under_way = subject.status == TransferStatus.IN_TRANSIT
    context = {
        "title": f"Transfer {subject}",
        "lines": lines,
        "requested": requested,
        "under_way": under_way,
        "at_source": subject.source_id in mine,
        "at_destination": subject.destination_id in mine,
        "key": new_public_id(),
        "lost_value": _value_lost(lines),
    }
    return detail_page(
        request,
        subject=subject,
        kind="transfer",
        template="inventory/transfer.html",
        context=context,
    )


def _value_lost(lines: list[TransferLine]) -> list[Money]:
    """What was lost on the way, at cost, per currency; without what nobody knows the cost of."""
    sums: dict[str, Money] = {}
    for line in lines:
        if line.units_lost and line.sku.unit_cost is not None:
            worth = Money.rounded(line.sku.unit_cost * line.units_lost, line.sku.currency)
            known = sums.get(worth.currency, Money.zero(worth.currency))
            sums[worth.currency] = known + worth
    return list(sums.values())


@require_POST
@may("inventory.ship_transfer")
def ship(request: HttpRequest, public_id: str) -> HttpResponse:
    done = ship_transfer(_transfer(public_id).pk)
    messages.success(request, f"{done} is on its way.")
    return redirect(done)


@require_POST
@may("inventory.receive_transfer")
def receive(request: HttpRequest, public_id: str) -> HttpResponse:
    subject, form = _transfer(public_id), forms.ArrivalForm(request.POST)
    given: dict[str, Any] = require_valid(form)
    done = receive_transfer(
        subject.pk, form.arrived(_lines(subject), request.POST), key=given["key"]
    )
    messages.success(request, f"What came of {done} is taken in.")
    return redirect(done)


@require_POST
@may("inventory.close_transfer")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    done = close_transfer(_transfer(public_id).pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{done} is closed; what did not come is lost.")
    return redirect(done)


@require_POST
@may("inventory.request_transfer")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    done = cancel_transfer(_transfer(public_id).pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{done} is cancelled; its units are free again.")
    return redirect(done)


def _transfer(public_id: str) -> Transfer:
    rows = Transfer.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


def _lines(subject: Transfer) -> list[TransferLine]:
    return list(subject.lines.select_related("sku").order_by("sku__code"))
