"""Filters in force as chips that come off one by one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import DateInput, NullBooleanSelect
from django_filters.widgets import BooleanWidget

from core import shown


@dataclass(frozen=True)
class Chip:
    """One value of one filter, in words, and the list's address without it."""

    label: str
    value: str
    url: str


def for_people(widget: Any) -> None:
    """A filter left alone reads "Any", not "Unknown"; a day is picked from a calendar."""
    for inner in getattr(widget, "widgets", ()):
        for_people(inner)
    if isinstance(widget, NullBooleanSelect | BooleanWidget):
        widget.choices = [("", "Any"), ("true", "Yes"), ("false", "No")]
    elif isinstance(widget, DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"


def chips_of(listing: Any) -> list[Chip]:
    """Every filter value of this list that is in force."""
    if not listing.filter.is_valid():
        return []
    form = listing.filter.form
    found: list[Chip] = []
    for name, given in form.cleaned_data.items():
        if given in (None, "", [], ()) or (hasattr(given, "exists") and not given):
            continue
        label = str(form[name].label or name.replace("_", " ").capitalize())
        found.extend(
            Chip(label, said, _without(listing, name, raw))
            for raw, said in _said(form, name, given)
        )
    return found


def _said(form: Any, name: str, given: Any) -> list[tuple[str, str]]:
    """The values of one field: (as in the address, as a person reads it)."""
    choices = {str(key): str(text) for key, text in _choices(form.fields[name])}
    if isinstance(given, slice):  # a range of django-filter
        return [("", f"{_word(given.start) or '…'} to {_word(given.stop) or '…'}")]
    if isinstance(given, list | tuple | set) or hasattr(given, "exists"):
        return [(raw := str(getattr(one, "pk", one)), choices.get(raw, str(one))) for one in given]
    raw = str(getattr(given, "pk", given))
    return [("", choices.get(raw) or _word(given))]


def _choices(field: Any) -> list[tuple[Any, Any]]:
    """Choices of a field that are written down; rows of a table say their own names."""
    if hasattr(field, "queryset"):
        return []
    flat: list[tuple[Any, Any]] = []
    for key, text in getattr(field, "choices", ()):
        flat.extend(text if isinstance(text, list | tuple) else [(key, text)])
    return flat


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return shown.business_day(value)
    return str(value)


def _without(listing: Any, name: str, raw: str) -> str:
    query = listing.asked.copy()
    keys = [key for key in query if key == name or key in _range_keys(name)]
    for key in keys:
        kept = [value for value in query.getlist(key) if raw and value != raw]
        query.setlist(key, kept)
        if not kept:
            del query[key]
    query.pop("after", None)
    path = listing.request.path
    return f"{path}?{query.urlencode()}" if query else path


def _range_keys(name: str) -> set[str]:
    return {f"{name}_{end}" for end in ("min", "max", "after", "before", "0", "1")}
