"""Stock on its way between the demo's warehouses, and some units on display."""

from contextlib import suppress
from datetime import timedelta

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from inventory.models import StockLevel, Warehouse
from inventory.operations.stock.restock import move_bucket
from inventory.operations.stock.transfer import (
    Arrived,
    close_transfer,
    receive_transfer,
    request_transfer,
    ship_transfer,
)

FROM, TO = "LON", "BER"


def leave_transfers() -> None:
    """Where the shop has these warehouses and the goods; else nothing."""
    buyer = User.objects.filter(email="buyer@example.com").first()
    places = dict(Warehouse.objects.filter(code__in=[FROM, TO]).values_list("code", "id"))
    if buyer is None or len(places) < 2:
        return
    levels = StockLevel.objects.filter(warehouse=places[FROM]).with_available()
    skus = list(levels.filter(available__gte=40).order_by("-available", "id")[:9])
    with acting(person(buyer)), suppress(Refused):
        for place, (days, words) in enumerate(
            ((6, "Berlin sells more of these."), (2, ""), (-1, "By our own van."))
        ):
            units = {level.sku_id: 12 + 6 * place for level in skus[place::3]}
            if not units:
                return
            now = clock.now() - timedelta(days=0 if days > 0 else 4)
            with clock.pinned(now):
                transfer = request_transfer(
                    places[FROM], places[TO], units=units, note=words,
                    expected_on=clock.today() + timedelta(days=abs(days)),
                )  # fmt: skip
                if days < 6:
                    ship_transfer(transfer.pk)
            if days < 0:
                came = {line.pk: Arrived(units=line.units - 2) for line in transfer.lines.all()}
                receive_transfer(transfer.pk, came, key="demo")
                close_transfer(transfer.pk, reason="A box fell off the pallet in Calais.")
        for level in skus[:2]:
            move_bucket(
                level.sku_id, places[FROM], 1, source="on_hand", target="display",
                reason="Shop window", key="demo display",
            )  # fmt: skip
