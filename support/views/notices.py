"""Pages of mails to customers, and of their words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.http import may
from core.lists import list_page
from core.pages import detail_page
from support.filters import NoticeFilter
from support.forms import TemplateForm
from support.models import Notice, NoticeTemplate
from support.operations.edit_template import change_template
from support.operations.notify import settle_notice
from support.states import NoticeState
from support.tables import NoticeTable
from support.templating import KNOWN, SAMPLE, check_words, filled, filled_subject


def notice_or_404(public_id: str) -> Notice:
    rows = Notice.objects.visible_to(current_actor()).for_list()
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@may("support.view_notice")
def notice_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Notice.objects.visible_to(current_actor()).for_list(),
        filters=NoticeFilter,
        table=NoticeTable,
        name="support.notice_list",
        title="Mails to customers",
        template="support/notice_list.html",
    )


@require_safe
@may("support.view_notice")
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    found = notice_or_404(public_id)
    return detail_page(
        request,
        subject=found,
        kind="notice",
        template="support/notice.html",
        context={
            "title": found.subject,
            "notice": found,
            "undecided": found.state in (NoticeState.IN_DOUBT, NoticeState.FAILED),
        },
    )


@require_POST
@may("support.decide_notice")
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """A person has found out whether it has arrived."""
    found = notice_or_404(public_id)
    arrived = request.POST.get("arrived") == "yes"
    settle_notice(found.pk, arrived=arrived)
    messages.success(request, "Noted as sent." if arrived else "It is sent again.")
    return redirect(found)


@require_safe
@may("support.view_noticetemplate")
def template_list(request: HttpRequest) -> HttpResponse:
    rows = NoticeTemplate.objects.select_related("channel").order_by("kind", "channel_id")
    return render(request, "support/template_list.html", {"title": "Words of mails", "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@may("support.change_noticetemplate")
def template(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change the words; `preview` shows them filled in with a sample and saves nothing."""
    found = get_object_or_404(NoticeTemplate.objects.select_related("channel"), public_id=public_id)
    start = {"subject": found.subject, "body": found.body, "active": found.active}
    form = TemplateForm(request.POST or None, initial=start)
    words = start
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        if "preview" not in request.POST:
            change_template(found.pk, **words)
            messages.success(request, "The words are changed.")
            return redirect("support:template", public_id)
        check_words(found.kind, words["subject"], words["body"])
    told = {
        "title": str(found),
        "form": form,
        "template": found,
        "placeholders": sorted(KNOWN[found.kind].items()),
        "sample_subject": filled_subject(str(words["subject"]), SAMPLE),
        "sample_body": filled(str(words["body"]), SAMPLE),
    }
    return render(request, "support/template.html", told)
