"""Targets for administrators; every change goes through the operation."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kpis.forms import TargetForm
from kpis.models import Target
from kpis.operations.set_target import set_target


@admin.register(Target)
class TargetAdmin(admin.ModelAdmin):
    form = TargetForm
    list_display = ["metric", "value", "warning", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # on the metric's own page

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: Any) -> None:
        set_target(obj.metric, **form.cleaned_data)
