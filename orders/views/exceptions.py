"""The exceptions queue, and one exception with its evidence and fix."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from core.timeline import timeline
from orders.filters import ExceptionFilter
from orders.forms import AssignForm, ResolveForm, SnoozeForm
from orders.links import fix_of
from orders.models import OrderException
from orders.operations.exceptions import assign_exception, resolve_exception, snooze_exception
from orders.tables import SEVERITIES, SEVERITY_TONES, ExceptionTable
from orders.views.acts import valid

VIEWS = (
    ("High", "severity=3"),
    ("Mine", "mine=true"),
    ("Oversold", "kind=oversold"),
    ("Addresses", "kind=bad_address"),
    ("Unknown SKUs", "kind=unknown_sku"),
    ("Imports", "kind=import"),
    ("Snoozed too", "snoozed=true"),
)


@require_safe
@may("orders.view_orderexception")
def exception_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=OrderException.objects.visible_to(current_actor()).for_list(),
        filters=ExceptionFilter,
        table=ExceptionTable,
        name="orders.exception_list",
        title="Exceptions",
        views=VIEWS,
    )


@require_safe
@may("orders.view_orderexception")
def exception(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _found(public_id)
    severity = SEVERITIES.get(subject.severity, "")
    context = {
        "title": subject.get_kind_display(),
        "severity": severity,
        "severity_tone": SEVERITY_TONES.get(severity, ""),
        "evidence": evidence_of(subject),
        "fix": fix_of(subject),
        "open": subject.resolved_at is None,
        "may_resolve": current_actor().may("orders.resolve_exception"),
        "resolve": ResolveForm(),
        "snooze": SnoozeForm(),
        "assign": AssignForm(initial={"owner": subject.owner_id}),
        "timeline": timeline(f"exception:{subject.pk}"),
        "subject_key": f"order:{subject.order_id}" if subject.order_id else "",
    }
    return detail_page(
        request,
        subject=subject,
        kind="exception",
        template="orders/exception.html",
        context=context,
    )


def evidence_of(subject: OrderException) -> list[tuple[str, str]]:
    """The facts in rows of words; lists of objects one per line."""
    rows = []
    for name, value in subject.facts.items():
        label = name.replace("_", " ").capitalize()
        if isinstance(value, list):
            rows += [(label, _words(one)) for one in value]
        else:
            rows.append((label, _words(value)))
    return rows


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in value.items())
    return str(value)


@require_POST
@may("orders.resolve_exception")
def exception_resolve(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(public_id)
    resolve_exception(row.pk, **valid(ResolveForm(request.POST)))
    messages.success(request, "Settled.")
    return redirect(reverse("orders:exception_list"))


@require_POST
@may("orders.resolve_exception")
def exception_snooze(request: HttpRequest, public_id: str) -> HttpResponse:
    row, form = _found(public_id), SnoozeForm(request.POST)
    valid(form)
    snooze_exception(row.pk, until=form.until())
    messages.success(request, "Put off; it comes back by itself.")
    return redirect(reverse("orders:exception_list"))


@require_POST
@may("orders.resolve_exception")
def exception_assign(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(public_id)
    owner = valid(AssignForm(request.POST))["owner"]
    assign_exception(row.pk, user_id=owner.pk if owner else None)
    messages.success(request, f"{owner} looks after it." if owner else "Nobody looks after it.")
    return redirect(row)


def _found(public_id: str) -> OrderException:
    rows = OrderException.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)
