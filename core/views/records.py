"""What happened, why, and what could not be done: events, decisions, jobs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.filters import EventFilter, JobFilter
from core.http import may
from core.letters import retry_job
from core.lists import list_page
from core.models import Decision, EventRecord, Job
from core.record_tables import EventTable, JobTable


@require_safe
@may("core.view_eventrecord")
def event_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=EventRecord.objects.numbered().visible_to(current_actor()),
        filters=EventFilter,
        table=EventTable,
        name="core.event_list",
        title="Event log",
    )


@require_safe
@may("core.view_decision")
def decision(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(Decision, public_id=public_id)
    return render(request, "core/decision.html", {"title": "Decision", "decision": found})


@require_safe
@may("core.view_job")
def job_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=Job.objects.all(),
        filters=JobFilter,
        table=JobTable,
        name="core.job_list",
        title="Jobs",
        views=[("Dead letters", "state=dead"), ("Waiting", "state=waiting")],
    )


@require_safe
@may("core.view_job")
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    found = get_object_or_404(Job, pk=job_id)
    return render(request, "core/job.html", {"title": f"{found.kind} {found.key}", "job": found})


@require_POST
@may("core.retry_job")
def job_retry(request: HttpRequest, job_id: int) -> HttpResponse:
    found = retry_job(get_object_or_404(Job, pk=job_id).pk)
    messages.success(request, "It is asked for again.")
    return redirect(found)
