"""Pages of core."""

from django.urls import path

from core.views import batches, notifications, outside, people, records
from core.views.bulk import bulk, bulk_undo
from core.views.live import counts, running
from core.views.notes import note_add, people_find
from core.views.preferences import preferences, theme
from core.views.problems import problem
from core.views.saved_views import view_delete, view_new, view_restore
from core.views.search import find
from core.views.settings import settings
from core.views.styleguide import styleguide
from core.views.today import today

app_name = "core"

page_kit = [
    path("", today, name="today"),
    path("search/", find, name="search"),
    path("counts/", counts, name="counts"),
    path("running/", running, name="running"),
    path("views/new/", view_new, name="view_new"),
    path("views/restore/<str:kept>/", view_restore, name="view_restore"),
    path("views/<int:view_id>/delete/", view_delete, name="view_delete"),
    path("bulk/<str:token>/", bulk, name="bulk"),
    path("bulk/<str:public_id>/undo/", bulk_undo, name="bulk_undo"),
    path("notes/add/", note_add, name="note_add"),
    path("notes/people/", people_find, name="people_find"),
    path("notifications/", notifications.notification_list, name="notification_list"),
    path("notifications/read/", notifications.read_all, name="notification_read_all"),
    path("notifications/<str:public_id>/", notifications.follow, name="notification"),
    path("notifications/<str:public_id>/read/", notifications.read, name="notification_read"),
    path("settings/", settings, name="settings"),
    path("docs/problems/<slug:code>", problem, name="problem"),
    path("preferences/", preferences, name="preferences"),
    path("preferences/theme/", theme, name="theme"),
    path("styleguide/", styleguide, name="styleguide"),
]

own = [
    path("batches/", batches.batch_list, name="batch_list"),
    path("batches/<str:public_id>/", batches.batch, name="batch"),
    path("batches/<str:public_id>/progress/", batches.batch_progress, name="batch_progress"),
    path("batches/<str:public_id>/file/", batches.batch_file, name="batch_file"),
    path("batches/<str:public_id>/retry/", batches.batch_retry, name="batch_retry"),
    path("batches/<str:public_id>/cancel/", batches.batch_cancel, name="batch_cancel"),
    path("approvals/", people.approval_list, name="approval_list"),
    path("approvals/<str:public_id>/", people.approval, name="approval"),
    path("approvals/<str:public_id>/decide/", people.approval_decide, name="approval_decide"),
    path("approvals/<str:public_id>/withdraw/", people.approval_withdraw, name="approval_withdraw"),
    path("work/", people.work_list, name="work_list"),
    path("work/<str:public_id>/", people.work, name="work"),
    path("work/<str:public_id>/assign/", people.work_assign, name="work_assign"),
    path("work/<str:public_id>/claim/", people.work_claim, name="work_claim"),
    path("work/<str:public_id>/release/", people.work_release, name="work_release"),
    path("work/<str:public_id>/snooze/", people.work_snooze, name="work_snooze"),
    path("work/<str:public_id>/wake/", people.work_wake, name="work_wake"),
    path("events/", records.event_list, name="event_list"),
    path("decisions/<str:public_id>/", records.decision, name="decision"),
    path("jobs/", records.job_list, name="job_list"),
    path("jobs/<int:job_id>/", records.job, name="job"),
    path("jobs/<int:job_id>/retry/", records.job_retry, name="job_retry"),
    path("webhooks/", outside.webhook_list, name="webhook_list"),
    path("webhooks/new/", outside.webhook_new, name="webhook_new"),
    path("webhooks/deliveries/", outside.delivery_list, name="delivery_list"),
    path(
        "webhooks/deliveries/<int:delivery_id>/resend/",
        outside.delivery_resend,
        name="delivery_resend",
    ),
    path("webhooks/<str:public_id>/", outside.webhook, name="webhook"),
    path("webhooks/<str:public_id>/switch/", outside.webhook_switch, name="webhook_switch"),
    path("webhooks/<str:public_id>/delete/", outside.webhook_delete, name="webhook_delete"),
    path("tokens/", outside.token_list, name="token_list"),
    path("tokens/new/", outside.token_new, name="token_new"),
    path("tokens/<str:token_key>/revoke/", outside.token_revoke, name="token_revoke"),
]

urlpatterns = [*page_kit, *own]
