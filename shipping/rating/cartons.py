"""Which carton for these units? By volume, longest sides and weight; a quick, honest proposal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

FILL_PERCENT = 85  # of a carton's volume; loosely packed goods leave gaps
# Of an item nobody has measured: a paperback, roughly. The proposal says that it was assumed.
UNKNOWN_SIDES_MM, UNKNOWN_GRAMS = (200, 140, 40), 300


@dataclass(frozen=True)
class Item:
    """Units of one line that are to be packed. `measured` is False when sizes are assumed."""

    line_id: int
    units: int
    sides_mm: tuple[int, int, int]
    grams: int
    measured: bool = True

    @property
    def volume_mm3(self) -> int:
        """Of one unit."""
        length, width, height = self.sides_mm
        return length * width * height


@dataclass
class Proposal:
    """One carton and the units that go in it."""

    carton: Any  # a Carton; None when no carton takes even one unit: ship it as it is
    units: dict[int, int] = field(default_factory=dict)  # line id -> units
    grams: int = 0  # of the goods, without the carton
    measured: bool = True

    @property
    def gross_grams(self) -> int:
        return self.grams + (self.carton.tare_grams if self.carton else 0)


def item_of(line_id: int, units: int, sku: Any) -> Item:
    """The Item of a SKU; what nobody has measured is assumed."""
    sides = (sku.length_mm, sku.width_mm, sku.height_mm) if sku else (None, None, None)
    measured = bool(all(sides) and sku.weight_grams)
    return Item(
        line_id,
        units,
        sides if all(sides) else UNKNOWN_SIDES_MM,  # type: ignore[arg-type]
        (sku.weight_grams if sku else None) or UNKNOWN_GRAMS,
        measured,
    )


def propose_cartons(items: Sequence[Item], cartons: Sequence[Any]) -> list[Proposal]:
    """The cartons to take, the fewest first: one that holds everything, else fill the biggest.

    `cartons` are Carton rows. A carton takes units while their volume stays
    under FILL_PERCENT of it, their weight under its load, and each unit fits by
    its sides.
    """
    sizes = sorted(cartons, key=lambda carton: (_volume(carton), carton.code))
    left = [item for item in sorted(items, key=lambda i: -i.volume_mm3) if item.units > 0]
    found: list[Proposal] = []
    while left:
        best = next((c for c in sizes if _takes_all(c, left)), None)
        if best is not None:
            found.append(_filled(best, left)[0])
            break
        proposal, left = _largest_share(sizes, left)
        found.append(proposal)
    return found


def _largest_share(sizes: Sequence[Any], left: list[Item]) -> tuple[Proposal, list[Item]]:
    """The biggest carton that takes something, filled; else one unit without a carton."""
    for carton in reversed(sizes):
        proposal, rest = _filled(carton, left)
        if proposal.units:
            return proposal, rest
    first, *others = left
    lone = Proposal(None, {first.line_id: 1}, first.grams, first.measured)
    return lone, [*_less(first, 1), *others]


def _takes_all(carton: Any, items: Sequence[Item]) -> bool:
    volume = sum(item.volume_mm3 * item.units for item in items)
    grams = sum(item.grams * item.units for item in items)
    return (
        volume * 100 <= _volume(carton) * FILL_PERCENT
        and grams <= carton.max_load_grams
        and all(_fits(item, carton) for item in items)
    )


def _filled(carton: Any, items: Sequence[Item]) -> tuple[Proposal, list[Item]]:
    """Put as many units in as go, the largest first; what is left over comes back."""
    proposal, rest = Proposal(carton), []
    room = _volume(carton) * FILL_PERCENT // 100
    for item in items:
        most = min(room // item.volume_mm3, (carton.max_load_grams - proposal.grams) // item.grams)
        taken = min(item.units, most) if _fits(item, carton) else 0
        if taken > 0:
            proposal.units[item.line_id] = proposal.units.get(item.line_id, 0) + taken
            proposal.grams += taken * item.grams
            proposal.measured &= item.measured
            room -= taken * item.volume_mm3
        rest += _less(item, max(taken, 0))
    return proposal, rest


def _less(item: Item, taken: int) -> list[Item]:
    left = item.units - taken
    return [Item(item.line_id, left, item.sides_mm, item.grams, item.measured)] if left else []


def _fits(item: Item, carton: Any) -> bool:
    sides, inside = sorted(item.sides_mm), sorted(carton.inside_mm)
    return all(side <= room for side, room in zip(sides, inside, strict=True))


def _volume(carton: Any) -> int:
    length, width, height = carton.inside_mm
    return int(length * width * height)
