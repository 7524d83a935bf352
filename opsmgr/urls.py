"""Every address: pages by app, the API under /api/v1/, the admin."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from core.api.doors import DocsView, SchemaView, nothing_there
from opsmgr.health import healthz, metrics, readyz

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

api = [
    path("", include("core.api.urls")),
    path("", include("inventory.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("shipping.api.urls")),
    path("", include("returns.api.urls")),
    path("", include("fraud.api.urls")),
    path("", include("support.api.urls")),
    path("", include("kpis.api.urls")),
]

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("", include("core.urls")),
    path("inventory/", include("inventory.urls")),
    path("purchasing/", include("inventory.purchasing_urls")),
    path("orders/", include("orders.urls")),
    path("shipping/", include("shipping.urls")),
    path("returns/", include("returns.urls")),
    path("fraud/", include("fraud.urls")),
    path("support/", include("support.urls")),
    path("kpis/", include("kpis.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", DocsView.as_view(url_name="schema"), name="api-docs"),
    re_path("^api/", nothing_there),
]

handler400 = "core.api.doors.bad_request"
handler500 = "core.api.doors.server_error"
