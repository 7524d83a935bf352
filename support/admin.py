from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm

from core.errors import Refused
from support.models import NoticeTemplate, ServicePromise
from support.templating import check_words


class WordsForm(ModelForm):
    """Refuses placeholders that the kind of mail cannot fill in."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            check_words(given.get("kind", ""), given.get("subject", ""), given.get("body", ""))
        except (Refused, KeyError) as error:
            raise ValidationError(str(error)) from error
        return given


@admin.register(NoticeTemplate)
class NoticeTemplateAdmin(admin.ModelAdmin):
    form = WordsForm
    list_display = ["kind", "channel", "subject", "active", "updated_at"]
    list_filter = ["kind", "active"]


@admin.register(ServicePromise)
class ServicePromiseAdmin(admin.ModelAdmin):
    list_display = ["priority", "response_hours", "solution_hours"]
