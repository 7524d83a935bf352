from django import forms

from core.models import User
from core.roles import GRANTS
from support.states import Contact, Priority


class CaseForm(forms.Form):
    subject = forms.CharField(max_length=200)
    body = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 6}), max_length=50_000, label="What they want"
    )
    contact = forms.ChoiceField(choices=Contact.choices, initial=Contact.PHONE)
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, initial=Priority.NORMAL)


class TemplateForm(forms.Form):
    subject = forms.CharField(max_length=200)
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000)
    active = forms.BooleanField(required=False, label="Send such mails")


def colleagues() -> list[tuple[int, str]]:
    """People who answer customers, as choices."""
    roles = [role.value for role in GRANTS["support.reply_case"]]
    people = User.objects.filter(is_active=True, roles__overlap=roles).order_by("name")
    return [(user.pk, str(user)) for user in people]
