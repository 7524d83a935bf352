"""Pages of fraud: the review queue, one case, the rules."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import claims_on, detail_page, timeline
from fraud.filters import RiskFilter
from fraud.forms import ACCEPT_REASONS, REJECT_REASONS, DecisionForm, RuleForm, ThresholdsForm
from fraud.links import linked_orders
from fraud.models import Assessment, OrderRisk, RiskPolicy, RiskRule
from fraud.operations.assess import assess_order
from fraud.operations.change_rules import change_rule, change_thresholds
from fraud.operations.decide import accept_order, reject_order
from fraud.rules import AMOUNTS, RULES, money
from fraud.states import REFUSED, SETTLED
from fraud.tables import AllRiskTable, RiskTable
from orders.states import OrderStatus


@require_safe
@may("fraud.view_orderrisk")
def risk_queue(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=OrderRisk.objects.visible_to(current_actor()).to_review().for_list(),
        filters=RiskFilter,
        table=RiskTable,
        name="fraud.risk_queue",
        title="Risk review",
        template="fraud/queue.html",
    )


@require_safe
@may("fraud.view_orderrisk")
def risk_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=OrderRisk.objects.visible_to(current_actor()).for_list(),
        filters=RiskFilter,
        table=AllRiskTable,
        name="fraud.risk_list",
        title="Risk of all orders",
        template="fraud/queue.html",
    )


@require_safe
@may("fraud.view_orderrisk")
def risk(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(public_id)
    history = Assessment.objects.filter(order=row.order).order_by("-number")[:20]
    context = {
        "title": f"Risk of order {row.order.number}",
        "assessment": row.assessment,
        "history": history,
        "links": linked_orders(row.order, current_actor()),
        "to_cancel": row.order.status == OrderStatus.OPEN and row.state in REFUSED,
        "can_decide": current_actor().may("fraud.decide_risk") and row.state not in SETTLED,
        "accept_reasons": ACCEPT_REASONS,
        "reject_reasons": REJECT_REASONS,
        "may_score": current_actor().may("fraud.assess_order"),
        "claims": claims_on(f"order:{row.order_id}"),  # its review is work on the order
        **_explained(row.assessment),
    }
    return detail_page(
        request, subject=row, kind="orderrisk", template="fraud/risk.html", context=context
    )


@require_safe
@may("fraud.view_orderrisk")
def next_case(request: HttpRequest) -> HttpResponse:
    """The case with the highest expected loss that waits; the queue when none does."""
    waiting = OrderRisk.objects.visible_to(current_actor()).to_review()
    first = waiting.order_by("-expected_loss", "-id").first()
    if first is None:
        messages.info(request, "No order waits for a risk decision.")
        return redirect("fraud:risk_queue")
    return redirect(first)


@require_POST
@may("fraud.decide_risk")
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(public_id)
    form = DecisionForm(request.POST, reasons=ACCEPT_REASONS)
    if not form.is_valid():
        return _not_said(request, row, form)
    accept_order(row.pk, reason=form.told())
    messages.success(request, f"Order {row.order.number} was accepted; it goes on.")
    return redirect("fraud:next_case")


@require_POST
@may("fraud.decide_risk")
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _found(public_id)
    form = DecisionForm(request.POST, reasons=REJECT_REASONS)
    if not form.is_valid():
        return _not_said(request, row, form)
    reject_order(row.pk, reason=form.told())
    told = '{} was rejected. <a href="{}">Cancel and refund it</a>'
    order = row.order
    messages.success(request, format_html(told, f"Order {order.number}", order.get_absolute_url()))
    return redirect("fraud:next_case")


def _not_said(request: HttpRequest, row: OrderRisk, form: DecisionForm) -> HttpResponse:
    """Back to the case: what is wrong with the reason, and nothing was decided."""
    for errors in form.errors.values():
        messages.error(request, " ".join(str(error) for error in errors))
    return redirect(row)


@require_POST
@may("fraud.assess_order")
def score_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """By the present rules, on what is known now."""
    row = assess_order(_found(public_id).order_id)
    messages.success(request, f"Scored: {row.score} points, {row.get_state_display().lower()}.")
    return redirect(row)


@require_safe
@may("fraud.view_riskrule")
def rules(request: HttpRequest) -> HttpResponse:
    return _rules_page(request, ThresholdsForm(instance=RiskPolicy.objects.get(pk=1)))


def _rules_page(request: HttpRequest, form: ThresholdsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "title": "Risk rules",
        "policy": RiskPolicy.objects.get(pk=1),
        "rules": RiskRule.objects.order_by("position", "id"),
        "form": form,
        "can_change": current_actor().may("fraud.change_riskpolicy"),
        "timeline": timeline("riskpolicy:1"),
    }
    return render(request, "fraud/rules.html", context, status=status)


@require_POST
@may("fraud.change_riskpolicy")
def thresholds_change(request: HttpRequest) -> HttpResponse:
    form = ThresholdsForm(request.POST, instance=RiskPolicy.objects.get(pk=1))
    if not form.is_valid():
        return _rules_page(request, form, status=422)
    change_thresholds(**form.cleaned_data)
    messages.success(request, "Thresholds changed; orders scored from now on use them.")
    return redirect("fraud:rules")


@require_safe
@may("fraud.view_riskrule")
def rule(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(RiskRule, code=code)
    return _rule_page(request, row, RuleForm(instance=row))


@require_POST
@may("fraud.change_riskrule")
def rule_change(request: HttpRequest, code: str) -> HttpResponse:
    row = get_object_or_404(RiskRule, code=code)
    form = RuleForm(request.POST, instance=get_object_or_404(RiskRule, code=code))
    if not form.is_valid():
        return _rule_page(request, row, form, status=422)
    change_rule(row.pk, **form.cleaned_data)
    messages.success(request, f"{row.title} was changed; orders scored from now on use it.")
    return redirect("fraud:rules")


def _rule_page(
    request: HttpRequest, row: RiskRule, form: RuleForm, *, status: int = 200
) -> HttpResponse:
    known = RULES.get(row.code)
    context = {
        "title": row.title,
        "rule": row,
        "form": form,
        "says": (known.look.__doc__ or "") if known else "This version has no such rule any more.",
        "starts_with": known.params if known else {},
        "can_change": current_actor().may("fraud.change_riskrule"),
        "timeline": timeline(f"riskrule:{row.pk}"),
    }
    return render(request, "fraud/rule.html", context, status=status)


def _found(public_id: str) -> OrderRisk:
    rows = OrderRisk.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


def _explained(assessment: Assessment | None) -> dict[str, Any]:
    """The thresholds of that day, the rules that found nothing, and what the rules saw."""
    if assessment is None:
        return {"judged_by": {}, "unknown": [], "quiet": [], "signals": []}
    seen = dict(assessment.signals)
    judged_by = seen.pop("judged_by", {})
    spoken = {reason["code"] for reason in assessment.reasons} | set(assessment.unknown)
    return {
        "judged_by": judged_by,
        "unknown": _titles(assessment.unknown),
        "quiet": _titles(code for code in judged_by.get("rules", {}) if code not in spoken),
        "signals": sorted((name.replace("_", " "), _said(name, seen[name])) for name in seen),
    }


def _said(signal: str, value: Any) -> Any:
    """Amounts as people read them; the rest as it is."""
    return money(value) if value is not None and signal in AMOUNTS else value


def _titles(codes: Iterable[str]) -> list[str]:
    return [RULES[code].title for code in codes if code in RULES]
