"""Vendors' bills: the list, a new one beside its order, one with what matching says."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.approvals import waiting_on
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from inventory import bill_forms as forms
from inventory import purchasing_filters as filters
from inventory import purchasing_tables as tables
from inventory.forms import require_valid
from inventory.models import Bill, PurchaseLine, PurchaseOrder
from inventory.models.purchasing.vendors import plain_price
from inventory.operations.purchasing.bills import accept_bill, cancel_bill, enter_bill, pay_bill
from inventory.operations.purchasing.disputes import found_amount
from inventory.operations.purchasing.find import purchase_called
from inventory.operations.purchasing.matching import undecided
from inventory.states import BILLS_OPEN, BILLS_UNDECIDED, DisputeKind
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page, order_of, paper


@require_safe
@may("inventory.view_bill")
def bill_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Bill.objects.visible_to(current_actor()).for_list(),
        filters=filters.BillFilter,
        table=tables.BillTable,
        name="purchasing.bill_list",
        title="Bills",
        template="inventory/purchasing/bill_list.html",
        views=[
            ("Differ", "status=differs"),
            ("In dispute", "status=disputed"),
            ("Wait for goods", "status=waiting"),
            ("To pay", "status=to_pay"),
            ("Overdue", "overdue=true"),
        ],
    )


@require_http_methods(["GET", "POST"])
@may("inventory.enter_bill")
def which_order(request: HttpRequest) -> HttpResponse:
    """Ask for the order that a bill is for."""
    form = forms.WhichOrderForm(request.POST or None)
    number = form.cleaned_data["order"].strip() if form.is_bound and form.is_valid() else ""
    found = applied(form, lambda: purchase_called(number)) if form.is_bound else None
    if found is not None:
        return redirect("purchasing:bill_new", found.public_id)
    return form_page(request, form, "Enter a bill", "Go on")


@require_http_methods(["GET", "POST"])
@may("inventory.enter_bill")
def bill_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A bill beside what was ordered and has come."""
    order = order_of(public_id)
    lines = list(order.lines.select_related("sku").order_by("sku__code"))
    posted = request.POST if request.method == "POST" else None
    form = forms.BillForm(posted, request.FILES or None, initial={"billed_on": clock.today()})
    made = applied(form, lambda: _enter(form, order, lines)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"Bill {made} was entered: {made.get_status_display().lower()}.")
        return redirect(made)
    told = {
        "title": f"Bill for {order.number}",
        "order": order,
        "form": form,
        "rows": [(line, *_typed(line, posted, _billed(order))) for line in lines],
        "charges": [_charge(place, posted) for place in range(forms.CHARGES)],
    }
    status = 422 if form.is_bound else 200
    return render(request, "inventory/purchasing/bill_new.html", told, status=status)


def _enter(form: Any, order: PurchaseOrder, lines: list[PurchaseLine]) -> Bill:
    return enter_bill(
        order.pk,
        lines=form.lines(lines, form.data),
        given=form.given(order),
        charges=form.charges(form.data),
        document=form.cleaned_data["document"],
    )


def _billed(order: PurchaseOrder) -> dict[int, int]:
    """Units of each line that bills ask for already."""
    found: dict[int, int] = {}
    for bill in Bill.objects.live().filter(order=order).prefetch_related("lines"):
        for row in bill.lines.all():
            if row.line_id:
                found[row.line_id] = found.get(row.line_id, 0) + row.units
    return found


def _typed(line: PurchaseLine, posted: Any, billed: dict[int, int]) -> tuple[int, str, str]:
    """Good units that no bill has asked for yet, and what stands in the boxes."""
    left = max(line.units_received - line.units_damaged - billed.get(line.pk, 0), 0)
    if posted is None:
        return left, str(left or ""), plain_price(line.price).replace(",", "")
    return left, posted.get(f"units-{line.pk}", ""), posted.get(f"price-{line.pk}", "")


def _charge(place: int, posted: Any) -> tuple[int, str, str]:
    given = posted or {}
    return place, given.get(f"charge-{place}", ""), given.get(f"amount-{place}", "")


@require_safe
@may("inventory.view_bill")
def bill(request: HttpRequest, public_id: str) -> HttpResponse:
    """One bill: each line beside order and receipts, what differs, what can be done."""
    found = _bill(public_id)
    rows = list(found.lines.select_related("line__sku").order_by("id"))
    open_kinds = set(found.disputes.open().values_list("kind", flat=True))  # type: ignore[attr-defined]
    offers = []
    for kind in (DisputeKind.UNITS, DisputeKind.PRICE, DisputeKind.CHARGE):
        amount = found_amount(found, kind)
        if amount and kind not in open_kinds and found.status in BILLS_OPEN:
            offers.append((kind, amount))
    return detail_page(
        request,
        subject=found,
        kind="bill",
        template="inventory/purchasing/bill.html",
        context={
            "title": f"Bill {found.number}",
            "rows": rows,
            "tone": tables.BILL_TONES.get(found.get_status_display(), ""),
            "undecided": undecided(found),
            "may_accept": found.status in BILLS_UNDECIDED,
            "question": waiting_on(f"bill:{found.pk}").first(),
            "offers": offers if found.status in BILLS_UNDECIDED else [],
            "disputes": found.disputes.order_by("id"),  # type: ignore[attr-defined]
            "accept_form": forms.AcceptForm(auto_id="accept-%s"),
            "pay_form": forms.PayForm(initial={"paid_on": clock.today()}, auto_id="pay-%s"),
            "stage_tones": tables.STAGE_TONES,
        },
    )


@require_safe
@may("inventory.view_bill")
def document(request: HttpRequest, public_id: str) -> Any:
    """The bill as it came."""
    found = _bill(public_id)
    return paper(found.document, found.number)


@require_POST
@may("inventory.accept_bill")
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _bill(public_id)
    given = require_valid(forms.AcceptForm(request.POST))
    outcome = accept_bill(found.pk, reason=given["reason"])
    if outcome.approval is not None:
        messages.info(request, "It is above your limit: a second person has been asked.")
    else:
        messages.success(request, f"Bill {found} is to be paid.")
    return redirect(found)


@require_POST
@may("inventory.pay_bill")
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _bill(public_id)
    given = require_valid(forms.PayForm(request.POST))
    paid = pay_bill(found.pk, **given)
    messages.success(request, f"Noted: {paid.payable.shown()} were paid.")
    return redirect(found)


@require_POST
@may("inventory.cancel_bill")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _bill(public_id)
    cancel_bill(found.pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"Bill {found} was cancelled.")
    return redirect(found)


def _bill(public_id: str) -> Bill:
    mine = Bill.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)
