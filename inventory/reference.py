"""The rows that inventory cannot work without."""

from django.conf import settings

from core.money import Money
from core.reference import reference
from core.roles import Role
from inventory.models import (
    BillLimit,
    Channel,
    ChannelWarehouse,
    PurchaseLimit,
    StockLimit,
    Warehouse,
)
from inventory.tasks import compare_stock


def ensure_first_shop() -> None:
    """Make the first warehouse and channel once; what an administrator has changed stays."""
    london, _ = Warehouse.objects.get_or_create(
        code="LON",
        defaults={
            "name": "London",
            "line1": "1 Dock Road",
            "city": "London",
            "postal_code": "E16 1AA",
            "country": "GB",
            "time_zone": "Europe/London",
        },
    )
    shop, made = Channel.objects.get_or_create(
        code="uk-web",
        defaults={
            "name": "UK web shop",
            "currency": "GBP",
            "clearances": ["payment", "address", "risk"],
        },
    )
    if made:
        ChannelWarehouse.objects.create(channel=shop, warehouse=london, rank=1)


def ensure_sweeps() -> None:
    """Let every connected channel be compared hourly."""
    connected = Channel.objects.active().exclude(adapter="")
    compare_stock.add_many(connected.values_list("pk", flat=True))


LIMITS = {Role.BUYER: "2000", Role.MANAGER: "10000"}  # in the company's currency


def ensure_purchase_limits() -> None:
    """Up to which value who approves alone; what an administrator has set stays."""
    for role, amount in LIMITS.items():
        PurchaseLimit.objects.get_or_create(
            role=role, defaults={"amount": Money.of(amount, settings.COMPANY_CURRENCY)}
        )


STOCK_LIMITS = {  # in the company's currency, at cost
    Role.PICKER: "50", Role.BUYER: "500", Role.MANAGER: "2000", Role.INTEGRATION: "2000",
}  # fmt: skip


def ensure_stock_limits() -> None:
    """Up to which value who corrects stock alone; what an administrator has set stays."""
    for role, amount in STOCK_LIMITS.items():
        StockLimit.objects.get_or_create(
            role=role, defaults={"amount": Money.of(amount, settings.COMPANY_CURRENCY)}
        )


BILL_LIMITS = {Role.BUYER: "100", Role.FINANCE: "500", Role.MANAGER: "1000"}


def ensure_bill_limits() -> None:
    """Up to which difference who pays a bill alone; what an administrator has set stays."""
    for role, amount in BILL_LIMITS.items():
        BillLimit.objects.get_or_create(
            role=role, defaults={"amount": Money.of(amount, settings.COMPANY_CURRENCY)}
        )


def add_reference() -> None:
    """Let it be ensured after every migrate, upstream of orders."""
    reference.add("10 inventory: first channel and warehouse", ensure_first_shop)
    reference.add("11 inventory: hourly comparison with channels", ensure_sweeps)
    reference.add("12 inventory: limits of who approves orders", ensure_purchase_limits)
    reference.add("13 inventory: limits of who corrects stock", ensure_stock_limits)
    reference.add("14 inventory: limits of who accepts bills that differ", ensure_bill_limits)
