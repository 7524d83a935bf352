"""Look at what came back: grade each unit and decide what becomes of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models.functions import Now

from core import clock
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from core.work import finish_work
from inventory.operations.stock.restock import restock
from orders.operations.card_numbers import without_card
from returns.amounts import policy_of, shares_of
from returns.errors import UnitsDoNotMatch
from returns.events import ReturnInspected
from returns.models import ReturnAuthorization, ReturnLine, ReturnUnits
from returns.operations.close import close_unpaid
from returns.states import Disposition, Grade, RmaStatus

MOST_LETTERS = 200  # of a finding
# A scrapped unit is in the building until somebody writes it off: it counts as damaged.
COUNTER = {
    Disposition.RESTOCK: "on_hand",
    Disposition.QUARANTINE: "quarantine",
    Disposition.SCRAP: "damaged",
}


@dataclass(frozen=True, kw_only=True)
class InspectionIn:
    """What was found on some units of one return line."""

    line_id: int
    units: int
    grade: str
    disposition: str
    finding: str = ""


@operation(permission="returns.inspect_return")
def inspect_return(rma_id: int, *, results: Sequence[InspectionIn]) -> ReturnAuthorization:
    """Grade every unit that arrived, and put it to stock, quarantine or damaged.

    Raises ReturnMoveNotAllowed, UnitsDoNotMatch unless each line's results add up
    to what arrived, BadValue for an unknown grade or disposition, a broken unit that
    would be for sale, or too long a finding. Publishes return.inspected; and
    return.closed when nothing was captured that could be given back.
    """
    rma = lock(ReturnAuthorization, rma_id)
    rma.become(RmaStatus.INSPECTED)
    for result in results:
        if len(result.finding) > MOST_LETTERS:
            fix = f"Write at most {MOST_LETTERS} characters; these are {len(result.finding)}."
            raise BadValue(field="finding", fix=fix)
    lines = {line.pk: line for line in rma.lines.select_related("order_line")}
    results = [_without_cards(rma, result) for result in results]
    found = _by_line(results, lines)
    runs: list[ReturnUnits] = []
    for pk, line in lines.items():
        old = list(line.runs.order_by("first"))
        runs += cut(old, found[pk])
        line.runs.all().delete()
    _owe(rma, runs)
    ReturnUnits.objects.bulk_create(runs)
    rma.inspected_at = clock.now()
    rma.version += 1
    rma.updated_at = Now()
    rma.save(update_fields=["status", "inspected_at", "version", "updated_at"])
    skus = {line.order_line_id: line.order_line.sku_id for line in lines.values()}
    sku_ids = sorted({sku for sku in skus.values() if sku is not None})
    publish(
        ReturnInspected(
            rma_id=rma.pk, order_id=rma.order_id, warehouse_id=rma.warehouse_id, sku_ids=sku_ids
        )
    )
    finish_work("returns.inspect", f"rma:{rma.pk}", outcome="inspected")
    rma = close_unpaid(rma)
    _to_stock(rma, runs, skus)  # last: stock rows are hot
    return rma


def _without_cards(rma: ReturnAuthorization, result: InspectionIn) -> InspectionIn:
    order = rma.order
    finding = without_card(order.pk, order.number, result.finding, "an inspector's finding")
    return replace(result, finding=finding)


def cut(runs: Sequence[ReturnUnits], results: Sequence[InspectionIn]) -> list[ReturnUnits]:
    """Cut the runs of a line (sorted) so that each piece has one result."""
    pieces, rest = [], [result for result in results if result.units]
    for run in runs:
        first = run.first
        while first <= run.last:
            size = min(rest[0].units, run.last - first + 1)
            pieces.append(
                ReturnUnits(
                    line_id=run.line_id,
                    order_line_id=run.order_line_id,
                    first=first,
                    last=first + size - 1,
                    grade=rest[0].grade,
                    disposition=rest[0].disposition,
                    finding=rest[0].finding,
                    currency=run.currency,
                )
            )
            first += size
            left = rest[0].units - size
            rest = [replace(rest[0], units=left), *rest[1:]] if left else rest[1:]
    return pieces


def _by_line(
    results: Sequence[InspectionIn], lines: dict[int, ReturnLine]
) -> dict[int, list[InspectionIn]]:
    found: dict[int, list[InspectionIn]] = defaultdict(list)
    for result in results:
        if result.line_id not in lines or result.units < 0:
            raise BadValue(field="results", fix="name lines of this return and their units.")
        if result.grade not in Grade.values or result.disposition not in Disposition.values:
            raise BadValue(
                field="results",
                fix=f"grade is one of {', '.join(Grade.values)}, disposition one of "
                f"{', '.join(Disposition.values)}.",
            )
        if result.grade == Grade.D and result.disposition == Disposition.RESTOCK:
            fix = "a broken unit is not for sale: quarantine or scrap it, or grade it otherwise."
            raise BadValue(field="results", fix=fix)
        found[result.line_id].append(result)
    for pk, line in lines.items():
        given = sum(result.units for result in found[pk])
        if given != line.units_received:
            raise UnitsDoNotMatch(
                field="results",
                position=line.order_line.position,
                given=given,
                wanted=line.units_received,
            )
    return found


def _owe(rma: ReturnAuthorization, runs: Sequence[ReturnUnits]) -> None:
    """Fix what each run gives back: a policy that changes later changes nothing here."""
    units = [(run.order_line_id, run.first, run.last, run.grade) for run in runs]
    shares = shares_of(rma.order, policy_of(rma.channel_id), units)
    for run, share in zip(runs, shares, strict=True):
        run.owed = share.amount


def _to_stock(
    rma: ReturnAuthorization, runs: Sequence[ReturnUnits], skus: dict[int, int | None]
) -> None:
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for run in runs:
        sku_id = skus[run.order_line_id]
        if sku_id is not None:
            sums[sku_id, COUNTER[Disposition(run.disposition)]] += run.units
    for (sku_id, counter), units in sorted(sums.items()):
        restock(
            sku_id,
            rma.warehouse_id,
            units,
            to=counter,
            source_kind="rma",
            source_id=rma.pk,
            key=f"rma {rma.pk}",
        )
