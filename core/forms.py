"""Forms of core's own pages."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from core import clock
from core.events import REGISTRY
from core.roles import GRANTS


class DecideForm(forms.Form):
    note = forms.CharField(max_length=1000, required=False, label="Note")


class SnoozeForm(forms.Form):
    hours = forms.TypedChoiceField(
        choices=[(1, "An hour"), (4, "Four hours"), (24, "A day"), (168, "A week")],
        coerce=int,
        label="Put off for",
    )


class AssignForm(forms.Form):
    assignee = forms.ChoiceField(label="Give it to")

    def __init__(self, *args: Any, people: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [(one.pk, str(one)) for one in people]  # type: ignore[attr-defined]


class WebhookForm(forms.Form):
    url = forms.URLField(max_length=500, label="Address", assume_scheme="https")
    events = forms.MultipleChoiceField(
        required=False, label="Events", help_text="None chosen: all of them."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [(name, name) for name in sorted(REGISTRY)]  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What it is for.")
    scopes = forms.MultipleChoiceField(
        help_text="It may never do more than you may yourself. app.* is all of an app."
    )
    days = forms.IntegerField(
        min_value=1, max_value=730, initial=90, label="Days", help_text="Then it ends by itself."
    )

    def __init__(self, *args: Any, permissions: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = sorted(set(GRANTS) & permissions)
        apps = sorted({name.split(".")[0] for name in mine})
        choices = [("*", "Everything")] + [(f"{app}.*", f"{app}.*") for app in apps]
        self.fields["scopes"].choices = choices + [(name, name) for name in mine]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """What `make_token` takes."""
        given = self.cleaned_data
        ends = clock.now() + timedelta(days=given["days"])
        return {"name": given["name"], "scopes": given["scopes"], "expires_at": ends}
