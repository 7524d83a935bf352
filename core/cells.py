"""The cells of a table, planned once per column.

django-tables2 works out anew for each cell which attribute to read, whether it has choices and
which arguments its renderer takes; that was most of the time of a list page. Here it is done
once per column. A column that is out of the ordinary is left to django-tables2.
"""

from collections.abc import Callable
from functools import lru_cache
from html import escape
from inspect import Parameter, signature
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.safestring import SafeString
from django_tables2.columns.linkcolumn import BaseLinkColumn
from django_tables2.utils import Accessor

Cell = Callable[[Any], Any]  # a bound row -> what the cell holds, not escaped yet


def cell_of(table: Any, bound: Any, sample: Any) -> Cell:
    """How the cells of one column are made, for rows like `sample`."""
    column = bound.column
    odd = isinstance(column, BaseLinkColumn | tables.ManyToManyColumn | tables.TemplateColumn)
    if odd or not isinstance(sample, models.Model) or "." in bound.accessor:
        return lambda row: row.get_cell(bound.name)
    read, render = _reader(bound, sample), _renderer(table, bound)
    empty, default = column.empty_values, bound.default

    def cell(row: Any) -> Any:
        value = read(row.record)
        return default if value in empty else render(row, value)

    return cell


def _reader(bound: Any, sample: models.Model) -> Callable[[Any], Any]:
    """Read the value: along the accessor's path; a choice as its label."""
    bits = list(bound.accessor.bits)
    try:
        field = bound.accessor.get_field(sample)
    except FieldDoesNotExist:
        field = None
    if bits and getattr(field, "choices", None):
        bits[-1] = f"get_{bits[-1]}_display"

    def read(record: Any) -> Any:
        value = record
        try:
            for bit in bits:
                value = getattr(value, bit)
                if callable(value) and not getattr(value, "do_not_call_in_templates", False):
                    value = value()
                if value is None:
                    break
        except AttributeError:
            return None
        return value

    return read


def _renderer(table: Any, bound: Any) -> Callable[[Any, Any], Any]:
    """Show the value: by the column's own renderer, inside its link."""
    function = bound.render
    plain = getattr(function, "__func__", None) is tables.Column.render
    told = None if plain else _telling(table, bound, getattr(function, "__func__", function))
    address = _addresser(table, bound)

    def render(row: Any, value: Any) -> Any:
        content = value if told is None else function(**told(row, value))
        if address is None:
            return content
        href = address(row, value)
        if href is None:
            return content
        return SafeString(f'<a href="{escaped(href)}">{escaped(content)}</a>')

    return render


def escaped(value: Any) -> str:
    """`value` as HTML; what is HTML already stays."""
    if type(value) is str:
        return escape(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def _addresser(table: Any, bound: Any) -> Callable[[Any, Any], str | None] | None:
    """Where the cell's link leads, given row and value; None for a column without links."""
    link = bound.link
    if not link:
        return None
    if link.attrs or link.reverse_args:
        return lambda row, value: link.compose_url(**row._optional_cell_arguments(bound, value))
    if link.url:
        told = _telling(table, bound, link.url)
        return lambda row, value: link.url(**told(row, value))
    bits = Accessor(link.accessor if link.accessor is not None else bound.name).bits

    def address(row: Any, value: Any) -> str:
        thing = row.record
        for bit in bits:
            thing = getattr(thing, bit, None)
        return (thing if hasattr(thing, "get_absolute_url") else row.record).get_absolute_url()

    return address


def _telling(table: Any, bound: Any, function: Any) -> Callable[[Any, Any], dict[str, Any]]:
    """The arguments that a renderer takes, given row and value."""
    names = wants(function)
    same = {"column": bound.column, "bound_column": bound, "table": table}
    fixed = {name: same[name] for name in names if name in same}
    value_too, record_too, row_too = (one in names for one in ("value", "record", "bound_row"))

    def told(row: Any, value: Any) -> dict[str, Any]:
        given = dict(fixed)
        if value_too:
            given["value"] = value
        if record_too:
            given["record"] = row.record
        if row_too:
            given["bound_row"] = row
        return given

    return told


@lru_cache(maxsize=1024)
def wants(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the arguments that a renderer takes, of those that a cell can give."""
    given = ("value", "record", "column", "bound_column", "bound_row", "table")
    parameters = signature(function).parameters
    if any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values()):
        return given
    return tuple(name for name in parameters if name in given)
