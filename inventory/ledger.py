"""What the ledger says: of now, of any past moment, and of what was known at one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, QuerySet, Sum, Window

from core import clock
from core.actor import Actor
from core.errors import BadValue
from inventory.models import StockLevel, StockMovement
from inventory.states import Counter, Movement

SHOWN = 100  # movements on the page of a proof, the newest


class Part(NamedTuple):
    """What movements of one kind have added up to."""

    what: str
    units: int
    movements: int


@dataclass(frozen=True)
class Proof:
    """One counter of one level, and the sums of its movements that make it."""

    level: StockLevel
    counter: Counter
    there: int
    parts: list[Part]

    @property
    def booked(self) -> int:
        return sum(part.units for part in self.parts)

    @property
    def holds(self) -> bool:
        return self.there == self.booked


def moved_by(
    levels: QuerySet[StockLevel], *, at: datetime | None = None, known_at: datetime | None = None
) -> QuerySet[StockMovement]:
    """Movements that had happened by `at`, and were written down by `known_at`."""
    rows = StockMovement.objects.filter(level__in=levels)
    if at is not None:
        rows = rows.filter(effective_at__lte=at)
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    return rows


def stock_as_of(
    sku_id: int, actor: Actor, *, at: datetime | None = None, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """Per warehouse the five counters as they stood; what had not moved yet is 0."""
    levels = StockLevel.objects.visible_to(actor).for_sku(sku_id).select_related("warehouse")
    sums: dict[tuple[int, str], int] = {}
    moved = moved_by(levels, at=at, known_at=known_at).order_by()
    for level_id, counter, units in moved.values_list("level", "counter").annotate(Sum("units")):
        sums[level_id, counter] = units
    return [
        {
            "level": level,
            "warehouse": level.warehouse,
            **{name: sums.get((level.pk, name), 0) for name in Counter.values},
            "available": sums.get((level.pk, Counter.ON_HAND), 0)
            - sums.get((level.pk, Counter.ALLOCATED), 0),
        }
        for level in levels.order_by("warehouse__code")
    ]


def proof_of(level: StockLevel, counter: Counter) -> Proof:
    """The counter beside the sums of its movements, by kind."""
    rows = StockMovement.objects.filter(level=level, counter=counter).order_by()
    summed = rows.values_list("kind").annotate(units=Sum("units"), rows=Sum(1))
    known = {kind: (units, number) for kind, units, number in summed}
    parts = [Part(str(label), *known[kind]) for kind, label in Movement.choices if kind in known]
    return Proof(level, counter, getattr(level, counter), parts)


def with_balance(level: StockLevel, counter: Counter) -> QuerySet[StockMovement]:
    """Its movements, the newest first, each with the `balance` after it as the ledger has it."""
    rows = StockMovement.objects.filter(level=level, counter=counter)
    balance = Window(Sum("units"), order_by=F("id").asc())
    return rows.annotate(balance=balance).order_by("-id")


def moment_in(text: str, field: str) -> datetime | None:
    """A moment that somebody typed; without a zone it is on their own clock. Raises BadValue."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise BadValue(field=field, fix="Write a moment like 2026-01-31T14:05.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.person_zone())
