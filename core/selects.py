"""Drop-downs drawn without a template per option: a list page has a dozen of them."""

from typing import Any

from django.forms import NullBooleanSelect, Select
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters.widgets import BooleanWidget

PLAIN = (Select, NullBooleanSelect, BooleanWidget)
WORDS = {True: "true", False: "false", "True": "true", "False": "false"}


def drawn(bound: Any, marks: dict[str, str]) -> SafeString:
    """The widget of a bound field as HTML; plain drop-downs by hand, all others by Django."""
    widget = bound.field.widget
    if type(widget) not in PLAIN:
        return bound.as_widget(attrs=marks)
    value = bound.value()
    chosen = "" if value is None else str(WORDS.get(value, value))
    own = {"name": bound.html_name, "id": bound.auto_id} | widget.attrs | marks
    attrs = bound.build_widget_attrs(own, widget) | own
    return format_html(
        "<select{}>{}</select>",
        flatatt(attrs),
        format_html_join("", "{}", ((_choice(key, text, chosen),) for key, text in widget.choices)),
    )


def _choice(key: Any, text: Any, chosen: str) -> SafeString:
    if isinstance(text, list | tuple):
        inner = format_html_join("", "{}", ((_choice(one[0], one[1], chosen),) for one in text))
        return format_html('<optgroup label="{}">{}</optgroup>', key, inner)
    value = "" if key is None else str(key)
    mark = " selected" if value == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, SafeString(mark), text)
