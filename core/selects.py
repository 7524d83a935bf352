"""Drop-downs drawn without a template per option: a list page has a dozen of them."""

from html import escape
from typing import Any

from django.forms import NullBooleanSelect, Select, SelectMultiple
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe
from django_filters.widgets import BooleanWidget

ONE = (Select, NullBooleanSelect, BooleanWidget)
WORDS = {True: "true", False: "false", "True": "true", "False": "false"}


def drawn(bound: Any, marks: dict[str, str]) -> SafeString:
    """The widget of a bound field as HTML; plain drop-downs by hand, all others by Django."""
    widget = bound.field.widget
    many = type(widget) is SelectMultiple
    if type(widget) not in ONE and not many:
        return bound.as_widget(attrs=marks)
    value = bound.value()
    values = (value or []) if many else ["" if value is None else value]
    chosen = {str(WORDS.get(one, one)) for one in values}
    own = {"name": bound.html_name, "id": bound.auto_id} | widget.attrs | marks
    attrs = bound.build_widget_attrs(own, widget) | own
    if many:
        attrs["multiple"] = True
    options = "".join(_choice(key, text, chosen) for key, text in widget.choices)
    return mark_safe(f"<select{flatatt(attrs)}>{options}</select>")  # noqa: S308 - escaped in parts


def _choice(key: Any, text: Any, chosen: set[str]) -> str:
    if isinstance(text, list | tuple):
        inner = "".join(_choice(one[0], one[1], chosen) for one in text)
        return f'<optgroup label="{escape(str(key))}">{inner}</optgroup>'
    value = "" if key is None else str(key)
    mark = " selected" if value in chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(str(text))}</option>'
