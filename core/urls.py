"""Pages of core."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("", views.today, name="today"),
]
