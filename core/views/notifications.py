"""What the person was told: the list behind the bell."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from core.actor import current_actor
from core.filters import NotificationFilter
from core.http import may
from core.lists import list_page
from core.models import Notification
from core.notifications import read_all_notifications, read_notification, shown_all, unread
from core.record_tables import NotificationTable


def _mine() -> QuerySet[Notification]:
    return Notification.objects.visible_to(current_actor()).select_related("note", "by")


@require_safe
@may("core.view_notification")
def notification_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=_mine(),
        filters=NotificationFilter,
        table=NotificationTable,
        name="core.notification_list",
        title="Notifications",
        template="core/notification_list.html",
        context={"unread": unread(current_actor())},
        views=[("Not read", "unread=true"), ("Mentions", "kind=mention")],
    )


@require_safe
@may("core.view_notification")
def follow(request: HttpRequest, public_id: str) -> HttpResponse:
    """Go to what it is about. Who follows a notification has read it, as with any inbox."""
    found = get_object_or_404(_mine(), public_id=public_id)
    read_notification(found.pk)
    shown = shown_all([found], current_actor())[found.pk]
    if not shown.url:
        messages.warning(request, "What this was about is gone, or no longer yours to see.")
    return redirect(shown.url or "core:notification_list")


@require_POST
@may("core.view_notification")
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    read_notification(get_object_or_404(_mine(), public_id=public_id).pk)
    return redirect("core:notification_list")


@require_POST
@may("core.view_notification")
def read_all(request: HttpRequest) -> HttpResponse:
    count = read_all_notifications()
    messages.success(request, f"{count} marked as read." if count else "All were read already.")
    return redirect("core:notification_list")
