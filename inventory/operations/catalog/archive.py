"""Put a SKU away that nothing needs any more, and bring it back. Nothing is ever deleted."""

from collections.abc import Iterable

from core import clock
from core.events import publish
from core.operations import operation
from inventory.errors import SkuMerged, StillStocked
from inventory.events import SkuPutAway, SkuRestored, StockChanged
from inventory.models import Replenishment, Sku
from inventory.operations.catalog.in_use import lock_alone
from inventory.operations.catalog.needs import all_needs


@operation(permission="inventory.archive_sku")
def archive_sku(sku_id: int) -> Sku:
    """Stop selling, buying and taking in a SKU; what has happened with it stays.

    Harmless to repeat. Raises StillStocked with all that still needs it: units anywhere (damaged
    ones, too), promises, open orders, transfers, counts, reservations, live listings. Nobody
    takes any in meanwhile. Publishes sku.archived, stock.changed.
    """
    sku = lock_alone(sku_id)
    if sku.archived_at is not None:
        return sku
    if found := all_needs(sku):
        raise StillStocked(field="active", sku=sku.code, reasons="; ".join(found), in_the_way=found)
    put_away(sku)
    publish(SkuPutAway(sku_id=sku.pk))
    publish(StockChanged(sku_ids=[sku.pk], why="not sold"))
    return sku


@operation(permission="inventory.archive_sku")
def restore_sku(sku_id: int, *, why: str = "by hand") -> Sku:
    """Bring an archived SKU back. Harmless to repeat. Raises SkuMerged for one that was merged.

    Publishes sku.restored, stock.changed.
    """
    sku = lock_alone(sku_id)
    if sku.merged_into is not None:
        raise SkuMerged(field="active", sku=sku.code, kept=sku.merged_into.code)
    if sku.active:
        return sku
    sku.active, sku.archived_at = True, None
    sku.save(update_fields=["active", "archived_at", "updated_at"])
    publish(SkuRestored(sku_id=sku.pk, why=why[:100]))
    publish(StockChanged(sku_ids=[sku.pk], why="sold again"))
    return sku


def put_away(sku: Sku) -> None:
    """Inside an operation that has it locked alone; nobody is told to buy it any more."""
    sku.active, sku.archived_at = False, clock.now()
    sku.save()
    Replenishment.objects.filter(level__sku=sku).delete()


def use_again(sku_ids: Iterable[int]) -> dict[int, int]:
    """Units come back that were sold: which SKU each goes to; an archived one is brought back.

    For one that was merged it is the one that goes on for it.
    """
    rows = Sku.objects.filter(pk__in=set(sku_ids)).exclude(archived_at=None)
    goes_to = {row.pk: row.merged_into_id or row.pk for row in rows}
    for sku_id in sorted(set(goes_to.values())):
        restore_sku(sku_id, why="units came back")
    return goes_to
