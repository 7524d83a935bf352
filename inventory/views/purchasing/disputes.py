"""Disputes with vendors: the list, a new one, one with its evidence and what comes next."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.approvals import waiting_on
from core.http import may
from core.lists import list_page
from core.models import Approval
from core.pages import detail_page
from inventory import bill_forms as forms
from inventory import purchasing_filters as filters
from inventory import purchasing_tables as tables
from inventory.forms import require_valid
from inventory.models import Bill, Dispute, PurchaseOrder
from inventory.operations.purchasing.disputes import (
    add_evidence,
    close_dispute,
    found_amount,
    move_dispute,
    open_dispute,
)
from inventory.states import STAGES
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page, order_of, paper


@require_safe
@may("inventory.view_dispute")
def dispute_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Dispute.objects.visible_to(current_actor()).for_list(),
        filters=filters.DisputeFilter,
        table=tables.DisputeTable,
        name="purchasing.dispute_list",
        title="Disputes",
        views=[("Open", "open=true"), ("Answer due", "due=true"), ("Closed", "stage=closed")],
    )


@require_http_methods(["GET", "POST"])
@may("inventory.open_dispute")
def dispute_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A dispute about an order: quality, a delay, what no bill shows."""
    order = order_of(public_id)
    return _open(request, order, None, {"kind": "quality"})


@require_http_methods(["GET", "POST"])
@may("inventory.open_dispute")
def dispute_bill(request: HttpRequest, public_id: str) -> HttpResponse:
    """A dispute about a bill; it starts with what matching has found."""
    mine = Bill.objects.visible_to(current_actor()).for_list()
    bill = get_object_or_404(mine, public_id=public_id)
    kind = request.GET.get("kind", "")
    amount = found_amount(bill, kind)
    start = {"kind": kind or "other", "amount": str(amount.amount) if amount else ""}
    start["about"] = "\n".join(
        f"{row.line.sku.code if row.line else row.text}: {row.finding}"
        for row in bill.lines.select_related("line__sku").order_by("id")
        if row.difference
    )[:500]
    return _open(request, bill.order, bill, start)


def _open(
    request: HttpRequest, order: PurchaseOrder, bill: Bill | None, start: dict[str, Any]
) -> HttpResponse:
    form = forms.DisputeForm(request.POST or None, initial=start)
    made = None
    if form.is_bound:
        bill_id = bill.pk if bill else None
        made = applied(
            form, lambda: open_dispute(order.pk, form.given(order.currency), bill_id=bill_id)
        )
    if made is not None:
        messages.success(request, f"{made} was opened; add what proves it.")
        return redirect(made)
    about = f"bill {bill.number}" if bill else f"order {order.number}"
    return form_page(request, form, f"Dispute {about} of {order.vendor}", "Open the dispute")


@require_safe
@may("inventory.view_dispute")
def dispute(request: HttpRequest, public_id: str) -> HttpResponse:
    """One dispute: where it stands, what was said and shown, what comes next."""
    found = _dispute(public_id)
    stages = [(one.label, STAGES.index(one) - STAGES.index(found.stage)) for one in STAGES]  # type: ignore[arg-type]
    return detail_page(
        request,
        subject=found,
        kind="dispute",
        template="inventory/purchasing/dispute.html",
        context={
            "title": found.number,
            "tone": tables.STAGE_TONES.get(found.get_stage_display(), ""),
            "stages": stages,
            "question": waiting_on(f"dispute:{found.pk}").first(),
            "evidence": found.evidence.order_by("id"),
            "evidence_form": forms.EvidenceForm(auto_id="evidence-%s"),
            "move_form": forms.MoveForm(dispute=found, auto_id="move-%s")
            if found.is_open
            else None,
            "close_form": forms.CloseForm(auto_id="close-%s"),
        },
    )


@require_POST
@may("inventory.add_evidence")
def evidence(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _dispute(public_id)
    given = require_valid(forms.EvidenceForm(request.POST, request.FILES))
    add_evidence(found.pk, text=given["text"], file=given["file"])
    messages.success(request, "It was added.")
    return redirect(found)


@require_safe
@may("inventory.view_dispute")
def file(request: HttpRequest, public_id: str, piece: str) -> Any:
    """A file that was attached."""
    found = _dispute(public_id)
    one = get_object_or_404(found.evidence, public_id=piece)
    return paper(one.file, f"{found.number}-{one.pk}")


@require_POST
@may("inventory.move_dispute")
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _dispute(public_id)
    form = forms.MoveForm(request.POST, dispute=found)
    given: dict[str, Any] = require_valid(form)
    moved = move_dispute(found.pk, **given)
    messages.success(request, f"{moved}: {moved.get_stage_display()}, answer due {moved.due_on}.")
    return redirect(found)


@require_POST
@may("inventory.close_dispute")
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _dispute(public_id)
    form = forms.CloseForm(request.POST)
    require_valid(form)
    done = close_dispute(found.pk, **form.given(found.currency))
    if isinstance(done, Approval):
        messages.info(request, "That is above your limit: a second person has been asked.")
    else:
        messages.success(request, f"{done} is closed: {done.get_outcome_display().lower()}.")
    return redirect(found)


def _dispute(public_id: str) -> Dispute:
    mine = Dispute.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(mine, public_id=public_id)
