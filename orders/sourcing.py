"""Which warehouse an order is sent from: the rule, apart from what it changes.

A warehouse that has everything comes before one that has not; among those, the cheapest label as
estimated by shipping's rate cards; where no estimate tells them apart, the channel's own order.
The order stays where it is promised unless another place saves more than the cost of moving it.
"""

from dataclasses import dataclass
from typing import Any

from core.money import Money

KIND = "orders.source"
VERSION = "cheapest label that covers, v1"


@dataclass(frozen=True)
class Place:
    """One warehouse that serves the channel, with what it could do for the order."""

    warehouse_id: int
    code: str
    name: str
    rank: int
    missing: dict[str, int]  # SKU code -> units that it lacks
    label: Money | None  # what the parcel would cost from there; None: cannot tell
    promised: bool  # the stock is promised there now

    def as_candidate(self) -> dict[str, Any]:
        """How the Decision shows it."""
        label = self.label.shown() if self.label is not None else "no estimate"
        here = ", promised there now" if self.promised else ""
        return {
            "key": self.code,
            "label": self.name,
            "score": self.rank,
            "facts": {"rank": self.rank, "label_cost": label},
            "sentence": f"Has everything; label {label}; the channel's number {self.rank}{here}.",
        }

    def as_reject(self) -> dict[str, Any]:
        """How the Decision says why it is out."""
        short = ", ".join(f"{units} of {code}" for code, units in sorted(self.missing.items()))
        return {
            "key": self.code,
            "label": self.name,
            "code": "does_not_cover",
            "reason": f"Lacks {short}.",
            "facts": {"rank": self.rank, "missing": self.missing},
        }


def choose(places: list[Place]) -> tuple[Place | None, str]:
    """The warehouse to send from and the sentence that says why; None when none covers."""
    covering = [place for place in places if not place.missing]
    if not covering:
        return None, "No warehouse has everything; the promise stays as it is."
    here = next((place for place in covering if place.promised), None)
    best = min(covering, key=_preference)
    if here is not None and here.label == best.label:
        best = here
    return best, _sentence(best, covering)


def _preference(place: Place) -> tuple[bool, int, int]:
    """Known costs first, the lowest first, then the channel's order."""
    minor = place.label.minor if place.label is not None else 0
    return (place.label is None, minor, place.rank)


def _sentence(best: Place, covering: list[Place]) -> str:
    if len(covering) == 1:
        return f"{best.name} is the only warehouse that has everything."
    others = [place for place in covering if place is not best]
    if best.label is not None and all(place.label != best.label for place in others):
        known = [place.label for place in others if place.label is not None]
        if known:
            saved = min(known) - best.label
            return f"{best.name} has everything at the lowest label cost, {saved.shown()} less."
        return f"{best.name} has everything, and is the only one with a price for the label."
    if best.promised:
        return f"{best.name} has everything, costs no more than another, and is promised already."
    return f"{best.name} has everything and comes first in the channel's order."
