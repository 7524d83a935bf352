"""What waits for people: approvals and work."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.actor import current_actor
from core.approvals import decide_approval, withdraw_approval
from core.errors import BadValue
from core.filters import ApprovalFilter, WorkFilter
from core.forms import AssignForm, DecideForm, SnoozeForm
from core.http import may
from core.lists import list_page
from core.models import Approval, ApprovalState, WorkItem
from core.pages import detail_page, offer_undo
from core.record_tables import ApprovalTable, WorkTable
from core.work import assign_work, claim_work, release_work, snooze_work, wake_work, who_may_do


@require_safe
@may("core.view_approval")
def approval_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Approval.objects.select_related("asked_by", "decided_by"),
        filters=ApprovalFilter,
        table=ApprovalTable,
        name="core.approval_list",
        title="Approvals",
        views=[("Waiting", "state=waiting")],
    )


@require_safe
@may("core.view_approval")
def approval(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(
        Approval.objects.select_related("asked_by", "decided_by"), public_id=public_id
    )
    actor = current_actor()
    waits = found.state == ApprovalState.WAITING
    mine = actor.user_id == found.asked_by_id
    told = {
        "title": found.sentence,
        "approval": found,
        "form": DecideForm(),
        "may_decide": waits and not mine and actor.may(found.permission),
        "may_withdraw": waits and mine,
    }
    return detail_page(
        request, subject=found, kind="approval", template="core/approval.html", context=told
    )


@require_POST
@may("core.decide_approval")
def approval_decide(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Approval, public_id=public_id)
    verdict = request.POST.get("verdict")
    if verdict not in {"approve", "reject"}:
        raise BadValue(field="verdict", fix="Approve or reject.")
    note = request.POST.get("note", "")[:1000]
    decide_approval(found.pk, approve=verdict == "approve", note=note)
    said = "Approved, and done." if verdict == "approve" else "Rejected."
    messages.success(request, said)
    return redirect(found)


@require_POST
@may("core.ask_approval")
def approval_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Approval, public_id=public_id)
    withdraw_approval(found.pk)
    messages.success(request, "Taken back.")
    return redirect(found)


@require_safe
@may("core.view_workitem")
def work_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=WorkItem.objects.visible_to(current_actor()).ready().select_related("owner"),
        filters=WorkFilter,
        table=WorkTable,
        name="core.work_list",
        title="Work",
        views=[("Mine", "mine=true")],
    )


@require_safe
@may("core.view_workitem")
def work(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(
        WorkItem.objects.visible_to(current_actor()).select_related("owner"), public_id=public_id
    )
    mine = found.owner_id is not None and found.owner_id == current_actor().user_id
    told = {"title": found.title, "item": found, "form": SnoozeForm(), "mine": mine}
    told["snoozed"] = bool(found.snoozed_until and found.snoozed_until > clock.now())
    if found.done_at is None and current_actor().may("core.assign_workitem"):
        initial = {"assignee": found.owner_id}
        told["assign_form"] = AssignForm(people=who_may_do(found), initial=initial)
    return detail_page(
        request, subject=found, kind="workitem", template="core/work.html", context=told
    )


@require_POST
@may("core.assign_workitem")
def work_assign(request: HttpRequest, public_id: str) -> HttpResponse:
    chosen = request.POST.get("assignee", "")
    if not chosen.isascii() or not chosen.isdigit() or len(chosen) > 18:
        raise BadValue(field="assignee", fix="Choose somebody from the list.")
    found = assign_work(_work(public_id), user_id=int(chosen))
    messages.success(request, f"{found.owner} has it now, and was told.")
    return redirect(found)


@require_POST
@may("core.claim_workitem")
def work_claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take it, and go where it is done, unless it was taken there."""
    found = claim_work(_work(public_id))
    messages.success(request, "It is yours for 15 minutes.")
    here = request.POST.get("next", "")  # the page where it was claimed
    stay = url_has_allowed_host_and_scheme(here, {request.get_host()})
    return redirect(here if stay else found.url or found)


@require_POST
@may("core.claim_workitem")
def work_release(request: HttpRequest, public_id: str) -> HttpResponse:
    found = release_work(_work(public_id))
    again = reverse("core:work_claim", args=[public_id])
    offer_undo(request, "It is free for others.", again)
    return redirect(found)


@require_POST
@may("core.claim_workitem")
def work_snooze(request: HttpRequest, public_id: str) -> HttpResponse:
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        raise BadValue(field="hours", fix="Choose for how long.")
    until = clock.now() + timedelta(hours=form.cleaned_data["hours"])
    found = snooze_work(_work(public_id), until=until)
    wake = reverse("core:work_wake", args=[public_id])
    offer_undo(request, "Put off; it comes back by itself.", wake)
    return redirect(found)


@require_POST
@may("core.claim_workitem")
def work_wake(request: HttpRequest, public_id: str) -> HttpResponse:
    found = wake_work(_work(public_id))
    messages.success(request, "It is back in the queue.")
    return redirect(found)


def _work(public_id: str) -> int:
    items = WorkItem.objects.visible_to(current_actor())
    return get_object_or_404(items, public_id=public_id).pk
