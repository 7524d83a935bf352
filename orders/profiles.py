"""Import profiles that come with the product; people edit them, and their edits stay."""

from typing import Any

from orders.models import ImportProfile

ONLINE_RETAIL: dict[str, Any] = {
    "name": "Online retail invoices (CSV)",
    "columns": {
        "channel_ref": "InvoiceNo",
        "sku": "StockCode",
        "title": "Description",
        "units": "Quantity",
        "unit_price": "UnitPrice",
        "placed_at": "InvoiceDate",
        "customer_ref": "CustomerID",
        "country": "Country",
    },
    "rules": {
        "date_formats": ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
        "time_zone": "Europe/London",
        "return_prefixes": ["C"],
        "aside_prefixes": {"A": "bad-debt entry of the bookkeeping, not an order"},
        "charges": {
            "POST": "shipping",
            "DOT": "shipping",
            "C2": "shipping",
            "D": "discount",
            "M": "adjustment",
            "B": "adjustment",
            "S": "adjustment",
            "BANK CHARGES": "fee",
            "AMAZONFEE": "fee",
            "CRUK": "fee",
        },
        "unknown_sku": "create",
        "opening_stock": "cover",
        "paid": True,
    },
}

GENERIC: dict[str, Any] = {
    "name": "Plain order lines (CSV)",
    "columns": {
        "channel_ref": "order",
        "sku": "sku",
        "title": "title",
        "units": "units",
        "unit_price": "unit_price",
        "placed_at": "placed_at",
        "customer_ref": "customer",
        "customer_name": "name",
        "email": "email",
        "line1": "line1",
        "line2": "line2",
        "city": "city",
        "region": "region",
        "postal_code": "postal_code",
        "country": "country",
        "phone": "phone",
    },
    "rules": {
        "date_formats": ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        "unknown_sku": "exception",
        "opening_stock": "none",
    },
}


def ensure_profiles() -> None:
    """Make the profiles that are missing."""
    for code, profile in (("online_retail", ONLINE_RETAIL), ("generic", GENERIC)):
        ImportProfile.objects.get_or_create(code=code, defaults=profile)
