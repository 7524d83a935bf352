"""Preorders in the demo: two new things that are sold before they come, one of them late."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import Refused
from core.models import User
from core.money import Money
from inventory.models import Channel, PreorderOffer, PurchaseOrder, Sku, Vendor
from inventory.operations.catalog.skus import create_sku
from inventory.operations.purchasing.agreements import create_agreement
from inventory.operations.purchasing.approve import approve_purchase
from inventory.operations.purchasing.draft import LineIn, draft_purchase
from inventory.operations.purchasing.end import promise_purchase
from inventory.operations.purchasing.preorder_offers import open_preorder
from inventory.operations.purchasing.send import send_purchase
from orders.intake import AddressIn, CustomerIn, OrderIn, PaymentIn
from orders.intake import LineIn as Sold
from orders.operations.place import place_order

NEW = (
    ("HAR-GLOBE-SNO", "Harbour snow globe", "9.50", "24.00", 24, 8),
    ("ORC-LAMP-MOON", "Orchard moon lamp", "16.00", "39.00", 12, 3),
)  # code, title, cost, price, units ordered, cap
BUYERS = (
    AddressIn(name="Nora Keller", line1="14 Marsh Lane", city="York", postal_code="YO1 7HH",
              country="GB"),
    AddressIn(name="Theo Hartley", line1="3 Castle Street", city="Bristol", postal_code="BS1 3AD",
              country="GB"),
)  # fmt: skip


def leave_preorders() -> None:
    """Where the shop has a buyer, a vendor and a web shop; the lamps are sold out, and late."""
    buyer = User.objects.filter(email="buyer@example.com").first()
    vendor = Vendor.objects.buyable().order_by("id").first()
    shop = Channel.objects.filter(active=True, marketplace=False).order_by("id").first()
    if buyer is None or vendor is None or shop is None or PreorderOffer.objects.exists():
        return
    with suppress(Refused):
        for place, row in enumerate(NEW):
            with acting(person(buyer)):
                offer, order = _offer(vendor, shop, row)
            for address, units in zip(BUYERS, (2, 1), strict=True):
                _sell(shop, offer, address, units)
            if place:
                late = offer.first_expected + timedelta(days=9)
                with acting(person(buyer)):
                    promise_purchase(order.pk, offer.sku_id, day=late, reason="The kiln broke.")


def _offer(vendor: Vendor, shop: Channel, row: tuple) -> tuple[PreorderOffer, PurchaseOrder]:
    """A new SKU, ordered from the vendor for the shop's first warehouse, and offered."""
    code, title, cost, price, units, cap = row
    sku = create_sku({
        "code": code, "title": title, "unit_cost": cost, "unit_price": price,
        "currency": shop.currency, "weight_grams": 900, "origin_country": "GB",
    })  # fmt: skip
    create_agreement(vendor.pk, sku.pk, {}, tiers=[(1, Decimal(cost))])
    rank = shop.ranks.filter(warehouse__active=True).order_by("rank")[0]
    lines = [LineIn(sku_id=sku.pk, units=units)]
    order = draft_purchase(vendor.pk, rank.warehouse_id, lines=lines)
    with acting(SYSTEM):  # whoever has to be asked has said yes
        approve_purchase(order.pk)
    send_purchase(order.pk, by_hand=True)
    ends = clock.today() + timedelta(days=21)
    return open_preorder(order.pk, sku.pk, cap=cap, ends_on=ends), order


def _sell(shop: Channel, offer: PreorderOffer, address: AddressIn, units: int) -> None:
    sku: Sku = offer.sku
    price = sku.unit_price or Decimal(20)
    first = address.name.split()[0]
    paid = Money.rounded(price * units, shop.currency)
    given = OrderIn(
        channel_ref=f"PRE-{offer.pk}-{first}",
        customer=CustomerIn(name=address.name, email=f"{first.lower()}@example.com"),
        ship_to=address,
        lines=[Sold(sku=sku.code, units=units, unit_price=price)],
        payment=PaymentIn(kind="authorized", amount=paid, gateway="card"),
    )
    with acting(SYSTEM):
        place_order(shop.pk, given)
