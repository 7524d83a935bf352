"""Things to sell, places to keep them, channels to sell them on; stock is received, never set."""

from itertools import count

from inventory.models import (
    Channel,
    ChannelWarehouse,
    Listing,
    Product,
    Sku,
    StockCount,
    StockLevel,
    Warehouse,
)
from inventory.operations.catalog.barcodes import as_row
from inventory.operations.stock.counts import count_units, start_count, submit_count
from inventory.operations.stock.receive import receive_stock

_receipts = count(1)


def sku(code: str = "MUG", **fields: object) -> Sku:
    """`sku("MUG", weight_grams=350)`: made once per code."""
    found = Sku.objects.filter(code=code).first()
    if found is not None:
        return found
    product = Product.objects.create(title=f"Product {code}")
    wanted = {"title": f"{code.title()}", "currency": "GBP", "unit_cost": "4", "weight_grams": 300}
    made = Sku.objects.create(product=product, code=code, **(wanted | fields))
    if made.barcode:
        as_row(made, made.barcode).save()
    return made


def warehouse(code: str = "LON", **fields: object) -> Warehouse:
    """`warehouse("BER", country="DE")`: made once per code."""
    wanted = {"name": f"Warehouse {code}", "country": "GB", "city": "London"} | fields
    return Warehouse.objects.get_or_create(code=code, defaults=wanted)[0]


def channel(
    code: str = "web", *, warehouses: tuple[str, ...] = ("LON",), **fields: object
) -> Channel:
    """`channel("amazon", marketplace=True)`: sells from these warehouses, in this order."""
    wanted = {"name": f"Channel {code}", "currency": "GBP"} | fields
    found, made = Channel.objects.get_or_create(code=code, defaults=wanted)
    if made:
        for rank, place in enumerate(warehouses, 1):
            ChannelWarehouse.objects.create(channel=found, warehouse=warehouse(place), rank=rank)
    return found


def stock(code: str = "MUG", *, on_hand: int = 10, at: str = "LON") -> StockLevel:
    """`stock("MUG", on_hand=3)`: receives as many as are missing; returns the level."""
    item, place = sku(code), warehouse(at)
    level = StockLevel.objects.filter(sku=item, warehouse=place).first()
    missing = on_hand - (level.on_hand if level else 0)
    if missing > 0:
        receive_stock(
            place.pk, {item.pk: missing}, source_kind="test", source_id=0,
            key=f"test {next(_receipts)}",
        )  # fmt: skip
    return StockLevel.objects.get(sku=item, warehouse=place)


def listing(code: str = "MUG", *, on: str = "web", channel_sku: str | None = None) -> Listing:
    """`listing("MUG", on="web")`: the SKU under its own code unless another is given."""
    shop, item = channel(on), sku(code)
    return Listing.objects.get_or_create(
        channel=shop, channel_sku=channel_sku or code, defaults={"sku": item, "title": item.title}
    )[0]


def counted(*, times: int = 2, at: str = "LON", **units: int) -> StockCount:
    """`counted(MUG=9)`: a count of these in a warehouse, submitted until it is posted."""
    found = {sku(code).pk: number for code, number in units.items()}
    count = start_count(warehouse(at).pk, sku_ids=list(found))
    for key in range(times):
        count_units(count.pk, found, key=str(key))
        count = submit_count(count.pk)
        if count.status == "posted":
            break
    return count
