"""Budgets: what is left of each month, and the lines behind it."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.actor import ALL, current_actor
from core.http import may
from inventory import budget_forms as forms
from inventory.budget_use import (
    committed_lines,
    month_of,
    months_of,
    read_month,
    received_lines,
    uses,
)
from inventory.forms import require_valid
from inventory.models import CostCenter
from inventory.operations.purchasing.budgets import save_cost_center, set_budget
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page

SHOWN = 200


@require_safe
@may("inventory.view_budget")
def budgets(request: HttpRequest) -> HttpResponse:
    """Each cost center with its months."""
    first, last = months_of(request.GET)
    rows = groupby(uses(first, last), key=lambda use: (use.public_id, use.name))
    told = {
        "title": "Budgets",
        "first": first,
        "last": last,
        "this_month": month_of(clock.today()),
        "centers": [(public_id, name, list(months)) for (public_id, name), months in rows],
        "form": forms.BudgetForm(auto_id=False),
    }
    return render(request, "inventory/purchasing/budgets.html", told)


@require_safe
@may("inventory.view_budget")
def cost_center(request: HttpRequest, public_id: str) -> HttpResponse:
    """One month of one cost center: what is still to come, and what came in."""
    center = get_object_or_404(CostCenter, public_id=public_id)
    asked = request.GET.get("month", "")
    month = read_month(asked, field="month") if asked else month_of(clock.today())
    actor = current_actor()
    coming = list(committed_lines(center, month, actor)[:SHOWN])
    came = list(received_lines(center, month, actor)[:SHOWN])
    told = {
        "title": f"{center.name}, {month:%B %Y}",
        "center": center,
        "month": month,
        "use": next(iter(uses(month, month, cost_center_id=center.pk)), None),
        "coming": coming,
        "came": came,
        "more": SHOWN in (len(coming), len(came)),
        "limited": actor.ids("warehouse_id") is not ALL,
        "form": forms.BudgetForm(initial={"month": f"{month:%Y-%m}"}),
    }
    return render(request, "inventory/purchasing/cost_center.html", told)


@require_http_methods(["GET", "POST"])
@may("inventory.save_cost_center")
def cost_center_new(request: HttpRequest) -> HttpResponse:
    return _save(request, None)


@require_http_methods(["GET", "POST"])
@may("inventory.save_cost_center")
def cost_center_change(request: HttpRequest, public_id: str) -> HttpResponse:
    return _save(request, get_object_or_404(CostCenter, public_id=public_id))


def _save(request: HttpRequest, center: CostCenter | None) -> HttpResponse:
    names: Any = forms.CostCenterForm.base_fields
    start = {name: getattr(center, name) for name in names} if center else None
    form = forms.CostCenterForm(request.POST or None, initial=start)
    key = center.pk if center else None
    made = None
    if form.is_bound:
        made = applied(form, lambda: save_cost_center(form.given(), cost_center_id=key))
    if made is not None:
        messages.success(request, f"{made} was saved.")
        return redirect(made)
    title = f"Change {center}" if center else "New cost center"
    return form_page(request, form, title, "Save it")


@require_POST
@may("inventory.set_budget")
def budget_set(request: HttpRequest, public_id: str) -> HttpResponse:
    center = get_object_or_404(CostCenter, public_id=public_id)
    form = forms.BudgetForm(request.POST)
    require_valid(form)
    given = form.given()
    set_budget(center.pk, **given)
    amount = given["amount"]
    said = amount.shown() if amount is not None else "no budget"
    messages.success(request, f"{center}, {given['month']:%B %Y}: {said}.")
    return redirect(f"{center.get_absolute_url()}?month={given['month']:%Y-%m}")
