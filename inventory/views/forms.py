"""How a page says a refusal: at the field that is to blame, and with what would do."""

from collections.abc import Callable
from typing import Any

from django import forms

from core.errors import NotPermitted, NotThere, Refused


def applied(form: forms.Form, act: Callable[[], Any]) -> Any:
    """Do it when the form is valid; a refusal becomes the form's error. None: show the form again.

    What is out of reach or not permitted stays a refusal of the whole page.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except (NotPermitted, NotThere):
        raise
    except Refused as refusal:
        field = refusal.facts.get("field")
        form.add_error(
            field if field in form.fields else None, str(refusal.facts.get("fix") or refusal)
        )
        return None
