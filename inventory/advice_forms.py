"""The form of the advice: a row per move and per purchase, read back line by line."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from core.errors import BadValue
from inventory.advice import Advice
from inventory.models import Vendor, Warehouse
from inventory.operations.replenishment.take_advice import Taken


@dataclass(frozen=True, kw_only=True)
class Group:
    """What comes to one warehouse from one vendor, or from one other warehouse."""

    title: str
    kind: str  # "move", "buy" or "nobody"
    rows: list[Advice]

    @property
    def total(self) -> object:
        totals = [one.best.total for one in self.rows if self.kind == "buy" and one.best]
        return sum(totals[1:], totals[0]) if totals else None


def shown_by_place(found: list[Advice]) -> list[Group]:
    """Moves first, then purchases by vendor, then what nobody sells."""
    parts = []
    for one in found:
        place = one.row.level.warehouse.code
        if one.move:
            parts.append(((0, f"Move from {one.move.code} to {place}", "move"), one))
        if one.best:
            parts.append(((1, f"Buy from {one.best.name} for {place}", "buy"), one))
        elif not one.move:
            parts.append(((2, "Nobody sells it to us now", "nobody"), one))
    parts.sort(key=lambda part: part[0])
    return [
        Group(title=title, kind=kind, rows=[one for _, one in rows])
        for (_, title, kind), rows in groupby(parts, key=lambda part: part[0])
    ]


def read_taken(post: Mapping[str, str]) -> list[Taken]:
    """Lines of the form that name units: `buy-<level>` and `move-<level>`. Raises BadValue.

    Beside each stand `vendor-<level>` or `source-<level>` (codes), and `pending-<level>`.
    """
    vendors = dict(Vendor.objects.buyable().values_list("code", "pk"))
    places = dict(Warehouse.objects.active().values_list("code", "pk"))
    found = []
    for name, typed in post.items():
        kind, _, level = name.partition("-")
        if kind not in {"buy", "move"} or not typed.strip().strip("0"):
            continue
        level_id = _number(level, name)
        who, known = ("vendor", vendors) if kind == "buy" else ("source", places)
        code = post.get(f"{who}-{level}", "")
        if code not in known:
            raise BadValue(field=f"{who}-{level}", fix=f"There is no {who} {code[:40]}.")
        found.append(
            Taken(
                level_id=level_id,
                units=_number(typed.strip(), name),
                pending=_number(post.get(f"pending-{level}", "0"), name),
                vendor_id=known[code] if kind == "buy" else None,
                source_id=known[code] if kind == "move" else None,
            )
        )
    return found


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise BadValue(field=field, fix="Give whole units.")
    return int(text)
