"""Counts of stock: the list, a new one, counting by scan, and what was found."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.approvals import waiting_on
from core.errors import Refused
from core.http import may
from core.ids import new_public_id
from core.lists import list_page
from core.pages import detail_page
from inventory import count_forms as forms
from inventory import filters, tables
from inventory.forms import my_warehouses
from inventory.models import Bin, CountLine, CountRule, Sku, StockCount
from inventory.operations.catalog.find import scanned, sku_called
from inventory.operations.stock.count_rules import set_count_rule, start_due_counts
from inventory.operations.stock.counts import cancel_count, count_units, start_count, submit_count
from inventory.operations.stock.limits import worth
from inventory.ports import count_panels
from inventory.states import COUNTING, COUNTS_OPEN, CountStatus
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page

SHOWN = 200  # lines that are offered by hand beside the scanner


@require_safe
@may("inventory.view_stockcount")
def count_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=StockCount.objects.visible_to(current_actor()).for_list(),
        filters=filters.CountFilter,
        table=tables.CountTable,
        name="inventory.count_list",
        title="Counts",
        template="inventory/count_list.html",
        views=[
            ("To count", "to_do=true"),
            ("Mine", "mine=true&to_do=true"),
            ("Waiting for a second person", "status=review"),
            ("Posted", "status=posted"),
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.start_count")
def count_new(request: HttpRequest) -> HttpResponse:
    form = forms.CountForm(request.POST or None, initial={"blind": True, **request.GET.dict()})
    made = applied(form, lambda: _start(form)) if form.is_bound else None
    if made is not None:
        messages.success(request, f"{made} is started.")
        return redirect(made)
    return form_page(request, form, "New count", "Start it")


def _start(form: forms.CountForm) -> StockCount:
    given = form.cleaned_data
    return start_count(
        given["warehouse"].pk,
        sku_ids=form.sku_ids(),
        bin_ids=form.bin_ids(),
        blind=given["blind"],
        assigned_to_id=given["assigned_to"].pk if given["assigned_to"] else None,
        note=given["note"],
    )


@require_POST
@may("inventory.start_count")
def due(request: HttpRequest) -> HttpResponse:
    """Start now what the rules would start at night."""
    started = [one for place in my_warehouses() for one in start_due_counts(place.pk)]
    told = ", ".join(map(str, started))
    messages.success(request, f"Started: {told}." if told else "No rule asks for a count now.")
    return redirect("inventory:stock_count_list")


@require_safe
@may("inventory.view_stockcount")
def count(request: HttpRequest, public_id: str) -> HttpResponse:
    subject = _count(public_id)
    lines = list(_lines(subject).in_walking_order())
    asked = waiting_on(f"stock_count:{subject.pk}").select_related("asked_by").first()
    context: dict[str, Any] = {
        "title": f"Count {subject}",
        "lines": lines,
        "left": sum(line.counted is None and line.live for line in lines),
        "counting": subject.status in COUNTING,
        "open": subject.status in COUNTS_OPEN,
        "posted": subject.status == CountStatus.POSTED,
        "hidden": subject.hides_books,
        "asked": asked,
        "tone": tables.COUNT_TONES[subject.get_status_display()],
    }
    if not subject.hides_books:
        context |= _found(lines)
    return detail_page(
        request,
        subject=subject,
        kind="stock_count",
        template="inventory/count.html",
        slot=count_panels,
        context=context,
    )


def _found(lines: list[CountLine]) -> dict[str, Any]:
    """What the count says as a whole."""
    counted = [line for line in lines if line.counted is not None]
    wrong = [line for line in counted if line.variance]
    value = worth({line.level.sku_id: line.variance for line in wrong})
    return {
        "wrong": len(wrong),
        "value": value,
        "right_percent": round(100 * (1 - len(wrong) / len(counted)), 1) if counted else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.count_stock")
def scan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Count by scanning: the bin, the item, then how many of it."""
    subject = _count(public_id)
    if subject.status not in COUNTING:
        return redirect(subject)
    if request.method != "POST":
        return _scan_page(request, subject, request.GET.dict())
    form = forms.CountedForm(request.POST)
    if not form.is_valid():
        return _scan_page(request, subject, request.POST.dict(), wrong="Scan it again.")
    try:
        told = _scanned(subject, form)
    except Refused as refusal:
        fix = str(refusal.facts.get("fix") or refusal)
        return _scan_page(request, subject, form.cleaned_data, wrong=fix)
    return redirect(f"{request.path}?{urlencode(told)}")


def _scanned(subject: StockCount, form: forms.CountedForm) -> dict[str, Any]:
    """Take one scan in; return what the next page is opened with."""
    given = form.cleaned_data
    units = form.units()
    if units is None:
        return _item(subject, given)
    sku, units = sku_called(given["sku"]), units * (given["each"] or 1)
    count_units(subject.pk, {sku.pk: units}, key=given["key"], extra=given["extra"])
    return {"bin": given["bin"], "took": sku.code, "units": units}


def _item(subject: StockCount, given: dict[str, Any]) -> dict[str, Any]:
    """A bin or an item was scanned."""
    typed = given["barcode"].strip()
    if Bin.objects.filter(warehouse=subject.warehouse_id, code=typed).exists():
        return {"bin": typed}
    found = scanned(typed)
    sku = found.sku
    told = {"bin": given["bin"], "sku": sku.code}
    if found.units > 1:
        told |= {"each": found.units, "pack": found.pack}
    known = subject.lines.filter(level__sku=sku, live=True).exists()
    return told if known else told | {"extra": "on"}


def _scan_page(
    request: HttpRequest, subject: StockCount, asked: dict[str, Any], wrong: str = ""
) -> HttpResponse:
    left = _lines(subject).filter(live=True).left().in_walking_order()
    shelf = str(asked.get("bin") or "")[:32]
    here = left.filter(level__bin__code=shelf) if shelf else left
    sku = Sku.objects.filter(code=str(asked.get("sku") or "")[:64]).first()
    told = {
        "title": f"Count {subject}",
        "count": subject,
        "bin": shelf,
        "sku": sku,
        "extra": bool(asked.get("extra")) and sku is not None,
        "each": _each(asked) if sku else 1,
        "pack": str(asked.get("pack") or "")[:32],
        "key": new_public_id(),
        "next": None if sku else (here.first() or left.first()),
        "left": left[:SHOWN],
        "answer": {"tone": "bad", "text": wrong} if wrong else _took(asked),
        "here": request.path,
    }
    return render(request, "inventory/count_scan.html", told, status=422 if wrong else 200)


def _each(asked: dict[str, Any]) -> int:
    """How many units one of what is counted holds: 1, unless a pack was scanned."""
    text = str(asked.get("each") or "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:7]) > 0 else 1


def _took(asked: dict[str, Any]) -> dict[str, str] | None:
    """What the scan before did; the code is shown only when it is a SKU's."""
    sku = Sku.objects.filter(code=str(asked.get("took") or "")[:64]).first()
    units = str(asked.get("units") or "")
    if sku is None or not (units.isascii() and units.isdigit()):
        return None
    return {"tone": "good", "text": f"{units[:9]} × {sku.code}: {sku.title}"}


@require_POST
@may("inventory.count_stock")
def submit(request: HttpRequest, public_id: str) -> HttpResponse:
    leave_rest = request.POST.get("leave_rest") == "on"
    done = submit_count(_count(public_id).pk, leave_rest=leave_rest)
    said = {
        CountStatus.RECOUNT: "What differs is counted once more.",
        CountStatus.REVIEW: "That is above your limit: a second person has been asked.",
        CountStatus.POSTED: "It is posted.",
    }
    messages.success(request, f"{done}: {said[CountStatus(done.status)]}")
    return redirect(done)


@require_POST
@may("inventory.cancel_count")
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    done = cancel_count(_count(public_id).pk, reason=request.POST.get("reason", ""))
    messages.success(request, f"{done} is cancelled; stock stays as it is.")
    return redirect(done)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.view_countrule")
def rules(request: HttpRequest) -> HttpResponse:
    """What is counted by itself, and the form that makes or changes a rule."""
    found = CountRule.objects.visible_to(current_actor()).select_related("warehouse")
    chosen = found.filter(public_id=request.GET.get("rule", "")[:16]).first()
    start = forms.RuleForm.of(chosen) if chosen else forms.RuleForm()
    form = forms.RuleForm(request.POST) if request.method == "POST" else start
    if form.is_bound and applied(form, lambda: _set_rule(form)) is not None:
        messages.success(request, "The rule is saved; it is asked every night.")
        return redirect(reverse("inventory:count_rule_list"))
    told = {
        "title": "Rules of counts",
        "rules": found.order_by("warehouse__code", "why"),
        "form": form,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inventory/count_rules.html", told, status=status)


def _set_rule(form: forms.RuleForm) -> CountRule:
    given = form.cleaned_data
    return set_count_rule(given.pop("warehouse").pk, **given)


def _count(public_id: str) -> StockCount:
    rows = StockCount.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


def _lines(subject: StockCount) -> Any:
    near = ("level__sku", "level__bin", "counted_by")
    return CountLine.objects.filter(count=subject).select_related(*near)
