"""Rules and thresholds for administrators; every change goes through the operations."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from fraud.forms import RuleForm, ThresholdsForm
from fraud.models import RiskPolicy, RiskRule
from fraud.operations.change_rules import change_rule, change_thresholds


class ChangesOnly(admin.ModelAdmin):
    """Rows come with the product: they are changed, never added or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RiskRule)
class RiskRuleAdmin(ChangesOnly):
    form = RuleForm
    list_display = ["title", "code", "points", "active", "version", "updated_at"]
    list_filter = ["active"]

    def save_model(self, request: HttpRequest, obj: RiskRule, form: Any, change: Any) -> None:
        change_rule(obj.pk, **form.cleaned_data)


@admin.register(RiskPolicy)
class RiskPolicyAdmin(ChangesOnly):
    form = ThresholdsForm
    list_display = ["__str__", "review_from", "decline_from", "updated_at"]

    def save_model(self, request: HttpRequest, obj: RiskPolicy, form: Any, change: Any) -> None:
        change_thresholds(**form.cleaned_data)
