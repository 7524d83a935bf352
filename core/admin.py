"""People and tokens for administrators; every change goes through its operation."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from core.models import ApiToken, User
from core.people import FIELDS, add_person, change_person
from core.roles import Role
from core.tokens import revoke_token


class PersonForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = [
            "email", "name", "roles", "is_active", "all_channels", "all_warehouses", "time_zone",
        ]  # fmt: skip


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = PersonForm
    list_display = ["email", "name", "roles", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["email", "name"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        given = {name: form.cleaned_data[name] for name in FIELDS & form.cleaned_data.keys()}
        if change:
            change_person(obj.pk, **given)
        else:
            made = add_person(given.pop("email"), **given)
            obj.pk, obj._state.adding = made.pk, False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what they did names them: switch them off instead


@admin.register(ApiToken)
class TokenAdmin(admin.ModelAdmin):
    """Tokens are made on /tokens/, where their text is shown once; here they are ended."""

    list_display = ["name", "token_key", "user", "scopes", "expiry", "last_used_at", "revoked_at"]
    list_filter = ["user"]
    search_fields = ["name", "user__email"]
    actions = ["revoke"]

    @admin.action(description="End the chosen tokens at once")
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        for token in tokens:
            revoke_token(token.token_key)
        messages.success(request, f"{len(tokens)} ended.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
