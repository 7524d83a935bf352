"""What forms of returns send, read into the operations' own words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from core.errors import BadValue
from core.money import Money, typed_amount
from orders.models import OrderLine
from returns.operations.inspection import InspectionIn
from returns.operations.request import ReturnLineIn
from returns.states import USUAL, Grade, ReturnReason

ROWS = 12  # up to so many units of a line are graded one by one, more of them in groups


class ReturnForm(forms.Form):
    note = forms.CharField(required=False, max_length=500, label="Note")
    approve = forms.BooleanField(required=False, initial=True, label="Approve at once")


class GoodwillForm(forms.Form):
    amount = forms.CharField(max_length=20, label="Amount")
    reason = forms.CharField(max_length=200, label="Reason")


def asked_lines(data: QueryDict, lines: Iterable[OrderLine]) -> list[ReturnLineIn]:
    """The lines with units above nothing, from `units-<line id>` and `reason-<line id>`."""
    found = []
    for line in lines:
        units = whole(data.get(f"units-{line.pk}", ""), f"units-{line.pk}")
        if units:
            reason = data.get(f"reason-{line.pk}") or ReturnReason.UNKNOWN
            found.append(ReturnLineIn(order_line_id=line.pk, units=units, reason=reason))
    return found


def arrived_units(data: QueryDict, lines: Iterable[Any]) -> dict[int, int]:
    """Return line id -> units that are there, from `units-<line id>`."""
    return {line.pk: whole(data.get(f"units-{line.pk}", ""), f"units-{line.pk}") for line in lines}


def findings(data: QueryDict, lines: Iterable[Any]) -> list[InspectionIn]:
    """What was found, from `<line id>-<row>-units|grade|disposition|finding`."""
    found = []
    for line in lines:
        for row in range(ROWS):
            name = f"{line.pk}-{row}"
            units = whole(data.get(f"{name}-units", ""), f"{name}-units")
            if units:
                grade = data.get(f"{name}-grade", "")
                usual = USUAL[Grade(grade)] if grade in Grade.values else ""
                found.append(
                    InspectionIn(
                        line_id=line.pk,
                        units=units,
                        grade=grade,
                        disposition=data.get(f"{name}-disposition", "") or usual,
                        finding=data.get(f"{name}-finding", ""),
                    )
                )
    return found


def amount_in(text: str, currency: str) -> Money:
    """An amount as a person types it, in the order's currency: "12.34"."""
    try:
        return Money.of(typed_amount(text), currency)
    except ValueError as error:
        raise BadValue(field="amount", fix=f"{error}. Write an amount like 12.34.") from error


def whole(text: str, field: str) -> int:
    """A whole number from 0; empty is 0."""
    text = text.strip()
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue(field=field, fix="write a whole number of units.")
    return int(text)
