"""Book a whole price list of vendors: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from core import clock
from core.errors import Refused
from core.operations import operation
from inventory.models import Sku, SupplierProduct, Vendor
from inventory.operations.purchasing.agreements import change_agreement, create_agreement
from inventory.operations.stock.take_list import refused
from inventory.states import VendorStatus

Problem = tuple[int, str, str]  # row, column, fix


class PriceRow(Protocol):
    """One row: a price from so many units on; rows of one vendor, SKU and day belong together."""

    row: int
    vendor: str
    sku: str
    from_units: int
    price: Decimal
    terms: dict[str, Any]  # the other fields of AGREEMENT_RULES that the row fills in


@dataclass
class Wanted:
    """One agreement to be, from the rows that speak of it."""

    row: int
    vendor_id: int
    sku_id: int
    terms: dict[str, Any]
    tiers: dict[int, Decimal] = field(default_factory=dict)
    known_id: int | None = None  # the agreement of that vendor, SKU and day that is there already


@dataclass
class PricePlan:
    """What booking a price list would do, or what stands against it."""

    wanted: list[Wanted] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@operation(permission="inventory.import_prices")
def check_prices(rows: Sequence[PriceRow]) -> PricePlan:
    """Say what booking the list would do, without doing it."""
    return _planned(rows)


@operation(permission="inventory.import_prices")
def take_prices(rows: Sequence[PriceRow]) -> dict[str, int]:
    """Book the list. Earlier agreements end the day before; one of the same day is replaced.

    Booking it twice changes nothing more. Returns how many were made and changed. Raises
    ListRefused with every problem. Publishes agreement.changed.
    """
    plan = _planned(rows)
    if plan.problems:
        raise refused(plan.problems)
    made = 0
    for wanted in sorted(plan.wanted, key=_in_time):
        try:
            made += _take(wanted)
        except Refused as refusal:  # what the plan could not see: say where, undo everything
            column = str(refusal.facts.get("field", "")).partition(".")[0]
            fix = str(refusal.facts.get("fix") or refusal)
            raise refused([(wanted.row, column, fix)]) from refusal
    return {"made": made, "changed": len(plan.wanted) - made}


def _in_time(wanted: Wanted) -> tuple[int, int, date]:
    return wanted.vendor_id, wanted.sku_id, wanted.terms["valid_from"]


def _take(wanted: Wanted) -> int:
    tiers = sorted(wanted.tiers.items())
    if wanted.known_id is not None:
        change_agreement(wanted.known_id, wanted.terms, tiers=tiers)
        return 0
    create_agreement(wanted.vendor_id, wanted.sku_id, wanted.terms, tiers=tiers, end_earlier=True)
    return 1


def _planned(rows: Sequence[PriceRow]) -> PricePlan:
    plan = PricePlan()
    vendors = {v.code: v for v in Vendor.objects.filter(code__in={row.vendor for row in rows})}
    skus = dict(Sku.objects.filter(code__in={row.sku for row in rows}).values_list("code", "pk"))
    found: dict[tuple[int, int, date], Wanted] = {}
    for row in rows:
        vendor, sku_id = vendors.get(row.vendor), skus.get(row.sku)
        if vendor is None:
            plan.problems.append((row.row, "vendor", f"There is no vendor {row.vendor}."))
        elif vendor.status == VendorStatus.ENDED:
            plan.problems.append((row.row, "vendor", f"{row.vendor} is ended."))
        if sku_id is None:
            plan.problems.append((row.row, "sku", f"There is no SKU {row.sku}."))
        if vendor is not None and sku_id is not None:
            _add(plan, found, row, vendor.pk, sku_id)
    plan.wanted.extend(found.values())
    _find_known(plan)
    return plan


def _add(
    plan: PricePlan,
    found: dict[tuple[int, int, date], Wanted],
    row: PriceRow,
    vendor_id: int,
    sku_id: int,
) -> None:
    day = row.terms.get("valid_from") or clock.today()
    terms = row.terms | {"valid_from": day}
    wanted = found.setdefault(
        (vendor_id, sku_id, day), Wanted(row.row, vendor_id, sku_id, dict(terms))
    )
    if row.from_units in wanted.tiers:
        fix = f"{row.sku} has a price from {row.from_units} units already."
        plan.problems.append((row.row, "from_units", fix))
    for name, value in terms.items():
        if wanted.terms.setdefault(name, value) != value:
            fix = f"Row {wanted.row} says {wanted.terms[name]}; rows of one agreement must agree."
            plan.problems.append((row.row, name, fix))
    wanted.tiers[row.from_units] = row.price


def _find_known(plan: PricePlan) -> None:
    known = SupplierProduct.objects.filter(
        vendor_id__in={one.vendor_id for one in plan.wanted},
        sku_id__in={one.sku_id for one in plan.wanted},
    ).values_list("vendor_id", "sku_id", "valid_from", "pk")
    times: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for vendor_id, sku_id, since, pk in known:
        times.setdefault((vendor_id, sku_id), []).append((since, pk))
    for one in plan.wanted:
        day, last = one.terms["valid_from"], one.terms.get("valid_to")
        least = one.terms.get("minimum_units", 1)
        if min(one.tiers) > least:
            plan.problems.append((one.row, "from_units", f"Start at {least} units or below."))
        if last and last < day:
            plan.problems.append((one.row, "valid_to", f"Give a day that is not before {day}."))
        for since, pk in times.get((one.vendor_id, one.sku_id), ()):
            if since == day:
                one.known_id = pk
            elif since > day and (last is None or last >= since):
                fix = f"Another agreement starts on {since}; end this one before."
                plan.problems.append((one.row, "valid_to", fix))
