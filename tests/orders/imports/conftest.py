"""A shop's file of invoices, small enough to count by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.models import Batch
from inventory.models import Channel, ChannelWarehouse, Warehouse
from orders.operations.imports.run import open_import, run_import
from orders.profiles import ensure_profiles

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ROWS = [
    "100,MUG,Blue mug,6,2010-12-01 08:26,2.55,17850,United Kingdom",
    "100,MUG,Blue mug,2,2010-12-01 08:26,2.55,17850,United Kingdom",  # merged
    "100,POST,POSTAGE,1,2010-12-01 08:26,18.00,17850,United Kingdom",  # shipping
    "101,LAMP,Lamp,1,2010-12-02 09:00,0.125,,EIRE",  # a guest; half a penny, to even
    "101,PEN,Pen,0,2010-12-02 09:00,1.00,,EIRE",  # no units
    "C102,MUG,Blue mug,-3,2010-12-03 10:00,2.55,17850,United Kingdom",
    "A103,B,Adjust bad debt,1,2010-12-04 10:00,-11062.06,,United Kingdom",
    "104,MUG,damaged,-9,2010-12-05 10:00,0.00,,United Kingdom",
    "105,GIFT,Free gift,1,2010-12-06 10:00,0.00,17850,United Kingdom",
]


@pytest.fixture
def channel(db) -> Channel:
    ensure_profiles()
    shop, _ = Channel.objects.get_or_create(
        code="uk-web", defaults={"name": "UK web", "currency": "GBP"}
    )
    house, _ = Warehouse.objects.get_or_create(
        code="LON", defaults={"name": "London", "country": "GB"}
    )
    ChannelWarehouse.objects.get_or_create(channel=shop, warehouse=house)
    return shop


@pytest.fixture
def invoices(tmp_path: Path) -> Callable[..., Path]:
    """`invoices("100,MUG,…")`: the path of a file with these rows under the header."""

    def write(*rows: str, name: str = "invoices.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *(rows or ROWS)]) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def take_in(channel: Channel) -> Callable[..., Batch]:
    """Run an import to its end."""

    def run(path: Path, **options: object) -> Batch:
        batch = open_import(channel.pk, profile="online_retail", path=str(path), **options)
        return run_import(batch.pk)

    return run
