"""The cells of a table, planned once per column.

django-tables2 works out anew for each cell which attribute to read, whether it has choices and
which arguments its renderer takes; that was most of the time of a list page. Here it is done
once per column. A column that is out of the ordinary is left to django-tables2.
"""

from collections.abc import Callable
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any

import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django_tables2.columns.linkcolumn import BaseLinkColumn

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
    wanted = None if plain else wants(getattr(function, "__func__", function))

    def render(row: Any, value: Any) -> Any:
        told = None
        content = value
        if wanted is not None or bound.link:
            told = row._optional_cell_arguments(bound, value)
        if wanted is not None and told is not None:
            content = function(**{name: told[name] for name in wanted if name in told})
        return bound.link(content, **told) if bound.link and told is not None else content

    return render


@lru_cache(maxsize=1024)
def wants(function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the arguments that a renderer takes, of those that a cell can give."""
    given = ("value", "record", "column", "bound_column", "bound_row", "table")
    parameters = signature(function).parameters
    if any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values()):
        return given
    return tuple(name for name in parameters if name in given)
