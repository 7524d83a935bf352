"""Questions that inventory asks and downstream apps may answer; and the page slots it offers."""

from collections.abc import Callable, Collection
from typing import Protocol

from core.registry import Port, Registry, Slot


class OffTheShelf(Protocol):
    """What is on hand by the books, but no longer on its shelf: whoever counts does not see it."""

    name: str
    version: str

    def units(self, warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
        """SKU id -> units that pickers have taken and that have not left. Reads only."""


class NothingTaken:
    """The default: all that is on hand lies on its shelf."""

    name, version = "none", "1"

    def units(self, warehouse_id: int, sku_ids: Collection[int]) -> dict[int, int]:
        return {}


class WaitingUnits(Protocol):
    """Units that were sold without stock and wait for whatever comes in, preorders aside."""

    name: str
    version: str

    def units(self, warehouse_id: int, sku_id: int) -> int:
        """How many may be sent from that warehouse. Reads only."""


class NobodyWaits:
    """The default: without orders nobody waits."""

    name, version = "none", "1"

    def units(self, warehouse_id: int, sku_id: int) -> int:
        return 0


class ReturnsSaid(Protocol):
    """What customers have said of a SKU when they sent it back."""

    name: str
    version: str

    def not_as_described(self, sku_ids: Collection[int]) -> dict[int, int]:
        """SKU id -> units sent back as not as described within 180 days. Reads only."""


class NothingSaid:
    """The default: nobody has returned anything."""

    name, version = "none", "1"

    def not_as_described(self, sku_ids: Collection[int]) -> dict[int, int]:
        return {}


returns_said: Port[ReturnsSaid] = Port(default=NothingSaid())
waiting_units: Port[WaitingUnits] = Port(default=NobodyWaits())
off_the_shelf: Port[OffTheShelf] = Port(default=NothingTaken())
# Who else needs a SKU: SKU id -> what for, in words ("wanted by order 7"). Reads only.
sku_needs: Registry[Callable[[int], list[str]]] = Registry("what needs a SKU")
sku_panels = Slot("SKU page")
count_panels = Slot("count page")
preorder_panels = Slot("page of a preorder offer")
purchase_panels = Slot("page of an order to a vendor")
