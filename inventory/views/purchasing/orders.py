"""Orders to vendors: the list, a new one, one with all that is known of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.models import Approval, ApprovalState
from core.pages import detail_page
from inventory import purchasing_filters as filters
from inventory import purchasing_forms as forms
from inventory import purchasing_tables as tables
from inventory.budget_use import needs_of
from inventory.models import PurchaseLimit, PurchaseLine, PurchaseOrder, VendorMail
from inventory.operations.purchasing.bills import BILLED
from inventory.operations.purchasing.draft import draft_purchase
from inventory.operations.stock.limits import own_limit
from inventory.ports import purchase_panels
from inventory.purchase_documents import draw_order, order_text
from inventory.states import EXPECTED
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page, order_of

SHOWN = 50


@require_safe
@may("inventory.view_purchaseorder")
def order_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=PurchaseOrder.objects.visible_to(current_actor()).for_list(),
        filters=filters.PurchaseOrderFilter,
        table=tables.PurchaseOrderTable,
        name="purchasing.order_list",
        title="Purchase orders",
        template="inventory/purchasing/order_list.html",
        views=[
            ("To approve", "status=draft"),
            ("To send", "status=approved"),
            ("On the way", "status=sent&status=partly_received"),
            ("Overdue", "overdue=true"),
        ],
    )


@require_http_methods(["GET", "POST"])
@may("inventory.draft_purchase")
def order_new(request: HttpRequest) -> HttpResponse:
    form = forms.DraftForm(request.POST or None, initial=request.GET.dict())
    made = applied(form, lambda: _draft(form)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} was drafted.")
        return redirect(made)
    return form_page(request, form, "New purchase order", "Draft it")


def _draft(form: Any) -> PurchaseOrder:
    given = form.cleaned_data
    return draft_purchase(
        given["vendor"].pk,
        given["warehouse"].pk,
        lines=form.wanted(),
        given={"note": given["note"]},
    )


@require_safe
@may("inventory.view_purchaseorder")
def order(request: HttpRequest, public_id: str) -> HttpResponse:
    """One order: lines with both days, receipts, mail, and what can be done next."""
    found = order_of(public_id)
    lines = list(found.lines.select_related("sku", "agreement").order_by("sku__code"))
    for line in lines:
        line.order = found
    needs = needs_of(found) if found.status == "draft" else []
    return detail_page(
        request,
        subject=found,
        kind="purchase_order",
        template="inventory/purchasing/order.html",
        slot=purchase_panels,
        context={
            "title": found.number,
            "lines": lines,
            "tones": tables.STATUS_TONES,
            "tone": tables.STATUS_TONES.get(found.get_status_display(), ""),
            "units_open": sum(line.units_open for line in lines),
            "missing": sum(line.units_missing for line in lines),
            "receipts": found.receipts.for_list().order_by("-id"),
            "parked": found.parked.for_list().order_by("-id"),
            "mail": VendorMail.objects.filter(order=found).first(),
            "question": _question(found),
            "over_limit": _over_limit(found),
            "needs": needs,
            "over_budget": any(need.is_over for need in needs),
            "expects": found.status in EXPECTED,
            "billable": found.status in BILLED,
            "bills": found.bills.order_by("-id")[:SHOWN],
            "disputes": found.disputes.order_by("-id")[:SHOWN],
            "line_form": forms.LineForm(auto_id="new-%s"),
            "line_forms": _line_forms(found, lines),
            "terms_form": forms.TermsForm(initial=_terms(found), auto_id="terms-%s"),
        },
    )


def _question(order: PurchaseOrder) -> Approval | None:
    """What a second person is asked about this order."""
    asked = Approval.objects.filter(
        subject=f"purchase_order:{order.pk}", state=ApprovalState.WAITING
    )
    return asked.order_by("-id").first() if order.status == "draft" else None


def _over_limit(order: PurchaseOrder) -> bool:
    """Whether this person would have to ask somebody else."""
    limit = own_limit(PurchaseLimit, current_actor().user_id)
    return order.status == "draft" and limit is not None and order.company_total > limit


def _line_forms(order: PurchaseOrder, lines: list[PurchaseLine]) -> list[tuple[Any, Any, Any]]:
    """Each line with the form that changes it, or the one that names another day."""
    shown = []
    for line in lines:
        change = promise = None
        if order.status == "draft":
            start = {
                "sku": line.sku.code, "units": line.units, "promised": line.promised,
                "reason": line.reason,
                "price": line.price_text if line.price != line.agreed_price else "",
            }  # fmt: skip
            change = forms.LineForm(initial=start, auto_id=f"line{line.pk}-%s")
        elif order.status in EXPECTED and line.units_open:
            start = {"sku": line.sku.code, "day": line.promised}
            promise = forms.PromiseForm(initial=start, auto_id=f"line{line.pk}-%s")
        shown.append((line, change, promise))
    return shown


def _terms(order: PurchaseOrder) -> dict[str, Any]:
    return {name: getattr(order, name) for name in forms.TermsForm.base_fields}


@require_safe
@may("inventory.view_purchaseorder")
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """The order as PDF."""
    found = order_of(public_id)
    answer = HttpResponse(draw_order(order_text(found)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return answer
