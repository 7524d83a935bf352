"""What every carrier adapter offers, and what passes between it and us."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from core.money import Money


class CarrierRefused(Exception):  # noqa: N818 - an outcome: the carrier said no, asking again is no use
    """The carrier answered, and the answer is no. The sentence is shown to people."""


class CarrierUnreachable(Exception):  # noqa: N818 - we do not know: it may or may not have bought
    """No answer, a late one, or one we cannot read. The label stays in doubt."""


@dataclass(frozen=True, kw_only=True)
class LabelOrder:
    """One label to buy; `reference` is the idempotency key."""

    reference: str
    serial: int  # ours, for carriers whose numbers we issue
    parcel: str
    service: str
    weight_grams: int
    sides_mm: tuple[int, int, int]
    sender: dict[str, str] = field(default_factory=dict)
    receiver: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BoughtLabel:
    """What the carrier sold. Without a PDF we draw the label; without a cost the card's holds."""

    tracking_number: str
    cost: Money | None = None
    pdf: bytes | None = None


class Adapter(ABC):
    """Speaks with one carrier, configured by its Carrier row."""

    def __init__(self, carrier: Any) -> None:
        self.carrier = carrier

    @abstractmethod
    def buy(self, order: LabelOrder) -> BoughtLabel:
        """Buy one label. Raises CarrierRefused or CarrierUnreachable."""

    @abstractmethod
    def find(self, order: LabelOrder) -> BoughtLabel | None:
        """The label bought under this reference; None when there is none. Never buys."""

    @abstractmethod
    def void(self, order: LabelOrder, tracking_number: str) -> None:
        """Give a label back. One that the carrier no longer knows is no error."""
