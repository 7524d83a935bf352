"""Pages of core."""

from django.urls import path

from core.views.bulk import bulk, bulk_undo
from core.views.live import counts, running
from core.views.notes import note_add
from core.views.preferences import preferences, theme
from core.views.saved_views import view_delete, view_new
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
    path("views/<int:view_id>/delete/", view_delete, name="view_delete"),
    path("bulk/<str:token>/", bulk, name="bulk"),
    path("bulk/<str:public_id>/undo/", bulk_undo, name="bulk_undo"),
    path("notes/add/", note_add, name="note_add"),
    path("settings/", settings, name="settings"),
    path("preferences/", preferences, name="preferences"),
    path("preferences/theme/", theme, name="theme"),
    path("styleguide/", styleguide, name="styleguide"),
]

urlpatterns = [*page_kit]
