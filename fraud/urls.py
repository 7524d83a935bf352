"""Pages of fraud."""

from django.urls import URLPattern, URLResolver

app_name = "fraud"
urlpatterns: list[URLPattern | URLResolver] = []
