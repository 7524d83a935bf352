"""Lock one row by its key: the statement that nearly every operation begins with."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Converters = dict[int, tuple[list[Callable[..., Any]], Any]]


def locked_row(model: type[M], pk: int) -> M | None:
    """Return the row, locked FOR NO KEY UPDATE until the transaction ends; None without one.

    Only the row itself: rows that refer to it can still be inserted meanwhile.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"a {model._meta.verbose_name} was locked outside a transaction")
    sql, names, converters = _statement(model)
    if not 0 < pk <= models.BigIntegerField.MAX_BIGINT:
        return None
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk])
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    for place, (converts, expression) in converters.items():
        for convert in converts:
            values[place] = convert(values[place], expression, connection)
    return model.from_db(connection.alias, names, values)


@cache
def _statement(model: type[models.Model]) -> tuple[str, list[str], Converters]:
    """What the ORM says for it, compiled once: it would take longer than Postgres does."""
    rows = model._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=0)
    compiler = rows.query.get_compiler(connection.alias)
    sql, params = compiler.as_sql()
    if params != (0,):
        raise TypeError(f"{model.__name__}'s own manager filters its rows")
    columns = [expression for expression, _, _ in compiler.select]
    names = [column.target.attname for column in columns]
    return sql, names, compiler.get_converters(columns)
