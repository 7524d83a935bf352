"""Stock that is held: the list, a new one, and one with its units."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.ids import new_public_id
from core.lists import list_page
from core.pages import detail_page
from inventory import filters, tables
from inventory.models import Reservation
from inventory.operations.stock.reserve import release_reservation, reserve_stock
from inventory.reservation_forms import ReservationForm
from inventory.states import ReservationStatus
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


@require_safe
@may("inventory.view_reservation")
def reservation_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Reservation.objects.visible_to(current_actor()).for_list(),
        filters=filters.ReservationFilter,
        table=tables.ReservationTable,
        name="inventory.reservation_list",
        title="Reservations",
        template="inventory/reservation_list.html",
        views=[("Held", "status=held"), ("Mine", "mine=true"), ("Without an end", "endless=true")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.reserve_stock")
def reservation_new(request: HttpRequest) -> HttpResponse:
    start = {"key": f"by hand {new_public_id()}", **request.GET.dict()}
    form = ReservationForm(request.POST or None, initial=start)
    made = applied(form, lambda: _reserve(form)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} is held in {made.warehouse}.")
        return redirect(made)
    return form_page(request, form, "New reservation", "Hold it")


def _reserve(form: ReservationForm) -> Reservation:
    given = form.cleaned_data
    return reserve_stock(
        form.units(),
        key=given["key"],
        warehouse_id=given["warehouse"].pk,
        minutes=form.minutes(),
        note=given["note"],
    )


@require_safe
@may("inventory.view_reservation")
def reservation(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _reservation(public_id)
    return detail_page(
        request,
        subject=subject,
        kind="reservation",
        template="inventory/reservation.html",
        context={
            "title": f"Reservation {subject}",
            "lines": subject.lines.select_related("sku").order_by("sku__code"),
            "held": subject.status == ReservationStatus.HELD,
        },
    )


@require_POST
@may("inventory.release_reservation")
def release(request: HttpRequest, public_id: str) -> HttpResponse:
    done = release_reservation(_reservation(public_id).pk)
    messages.success(request, f"{done} is released; its units are free.")
    return redirect(done)


def _reservation(public_id: str) -> Reservation:
    rows = Reservation.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)
