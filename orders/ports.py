"""Questions that orders asks and downstream apps may answer; and the page slots it offers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from core.money import Money
from core.registry import Port, Registry, Slot


class LabelCost(Protocol):
    """What a parcel from a warehouse would cost; sourcing compares warehouses by it."""

    name: str
    version: str

    def estimate(self, *, warehouse_id: int, country: str, grams: int) -> Money | None:
        """Return None when it cannot tell. Reads only; no carrier is asked."""


class NoEstimate:
    """The default: sourcing then ranks by the channel's order alone, and says so."""

    name, version = "none", "1"

    def estimate(self, *, warehouse_id: int, country: str, grams: int) -> None:
        return None


class PartGone(Protocol):
    """Whether parcels of a fulfillment order have left while others are still packed."""

    name: str
    version: str

    def has_left(self, fulfillment_id: int) -> bool:
        """Ask while the order is locked: whoever lets a parcel go holds that lock too."""


class NothingGone:
    """The default: without parcels, a fulfillment order leaves as a whole or not at all."""

    name, version = "none", "1"

    def has_left(self, fulfillment_id: int) -> bool:
        return False


@dataclass(frozen=True, kw_only=True)
class SecondPerson:
    """Why one person alone may not: the amount, the limit, and what the second one must have."""

    amount: Money
    limit: Money
    permission: str


class CancelRefund(Protocol):
    """Whether cancelling gives so much money back that a second person has to agree."""

    name: str
    version: str

    def needs(self, order: Any) -> SecondPerson | None:
        """None when one person is enough. Ask while the order is locked."""


class NoRefund:
    """The default: nothing is paid back, so nobody is asked."""

    name, version = "none", "1"

    def needs(self, order: Any) -> None:
        return None


class RecordedRefund(Protocol):
    """Whether a refund that a person notes down is more than one person may give back."""

    name: str
    version: str

    def needs(self, order: Any, amount: Money) -> SecondPerson | None:
        """None when one person is enough. Ask while the order is locked."""


class NoLimit:
    """The default: there is no limit."""

    name, version = "none", "1"

    def needs(self, order: Any, amount: Money) -> None:
        return None


recorded_refund: Port[RecordedRefund] = Port(default=NoLimit())
cancel_refund: Port[CancelRefund] = Port(default=NoRefund())
label_cost: Port[LabelCost] = Port(default=NoEstimate())
part_gone: Port[PartGone] = Port(default=NothingGone())
order_panels = Slot("order page")
customer_panels = Slot("customer page")

# Reason code of orders.why -> the page where that is settled, given the order ("" for none).
why_urls: Registry[Callable[[Any], str]] = Registry("where reasons are settled")
# kind of exception -> (label, address, what it is expected to change) of the page that settles it
exception_fixes: Registry[Callable[[Any], tuple[str, str, str] | None]] = Registry("fixes")
