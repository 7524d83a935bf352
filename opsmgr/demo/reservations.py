"""Stock that somebody in the demo holds: one without an end, one till the day after tomorrow."""

from contextlib import suppress

from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import StockLevel
from inventory.operations.stock.reserve import reserve_stock

HELD = (
    ("A sample for the photographer, comes on Friday.", 2 * 24 * 60, 1),
    ("The hotel in Bath decides by mail.", None, 12),
)


def leave_reservations() -> None:
    """Where the shop has an agent and enough of some SKU; else nothing."""
    agent = User.objects.filter(email="agent@example.com").first()
    levels = StockLevel.objects.filter(warehouse__code="LON").with_available()
    level = levels.filter(available__gte=100).order_by("-available", "id").first()
    if agent is None or level is None:
        return
    with acting(person(agent)), suppress(Refused):
        for at, (note, minutes, units) in enumerate(HELD):
            reserve_stock(
                {level.sku_id: units},
                key=f"demo {at}",
                warehouse_id=level.warehouse_id,
                minutes=minutes,
                note=note,
            )
