"""Long work: how far it is, what became of each row, and trying again."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.batches import cancel_batch, retry_batch
from core.bulk import can_undo
from core.filters import BatchFilter
from core.http import may
from core.lists import list_page, page_of
from core.models import Batch, BatchState
from core.pages import batch_report, detail_page
from core.record_tables import BatchRowTable, BatchTable

LIVE = {BatchState.WAITING, BatchState.RUNNING}
STOP_POLLING = 286  # htmx's word for it


def _is_live(batch: Batch) -> bool:
    return batch.state in LIVE and not batch.has_stopped


def _seen() -> QuerySet[Batch]:
    return Batch.objects.visible_to(current_actor()).select_related("asked_by")


@require_safe
@may("core.view_batch")
def batch_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=_seen(),
        filters=BatchFilter,
        table=BatchTable,
        name="core.batch_list",
        title="Batches",
    )


@require_safe
@may("core.view_batch")
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(_seen(), public_id=public_id)
    state = request.GET.get("state", "")
    rows = found.rows.filter(state=state) if state else found.rows.all()
    page = page_of(rows, sort="position", after=request.GET.get("after", ""))
    told = {
        "title": found.title,
        "batch": found,
        "rows": BatchRowTable(page.rows),
        "page": page,
        "row_state": state,
        "live": _is_live(found),
        "report": batch_report(found),  # of its kind, in place of the plain one
        "undoable": found.state == BatchState.DONE and can_undo(found),
    }
    return detail_page(
        request, subject=found, kind="batch", template="core/batch.html", context=told
    )


@require_safe
@may("core.view_batch")
def batch_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bar alone; it asks again by itself until the work has ended."""
    found = get_object_or_404(_seen(), public_id=public_id)
    live = _is_live(found)
    told = {"batch": found, "live": live}
    answer = render(request, "core/batch_progress.html", told)
    if not live:
        answer.status_code = STOP_POLLING
    return answer


@require_safe
@may("core.view_batch")
def batch_file(request: HttpRequest, public_id: str) -> FileResponse:
    found = get_object_or_404(_seen(), public_id=public_id)
    if not found.file_out:
        raise Http404
    return FileResponse(found.file_out.open(), as_attachment=True)


@require_POST
@may("core.retry_batch")
def batch_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(_seen(), public_id=public_id)
    retry_batch(found.pk)
    messages.success(request, "What failed is tried again.")
    return redirect(found)


@require_POST
@may("core.cancel_batch")
def batch_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(_seen(), public_id=public_id)
    cancel_batch(found.pk)
    messages.success(request, "Cancelled. What is done stays done.")
    return redirect(found)
