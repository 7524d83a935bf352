"""Preorders in the demo: two offers on what vendors are to deliver, one of them nearly sold out."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from core import clock
from core.actor import SYSTEM, acting, person
from core.errors import Refused
from core.models import User
from core.money import Money
from inventory.models import Channel, PreorderOffer, PurchaseLine, StockLevel
from inventory.operations.purchasing.end import promise_purchase
from inventory.operations.purchasing.preorder_offers import open_preorder
from inventory.states import EXPECTED
from orders.intake import AddressIn, CustomerIn, LineIn, OrderIn, PaymentIn
from orders.operations.place import place_order

OFFERS, CAP = 2, 6
BUYERS = (
    ("Nora Keller", AddressIn(name="Nora Keller", line1="14 Marsh Lane", city="York",
                              postal_code="YO1 7HH", country="GB")),
    ("Theo Hartley", AddressIn(name="Theo Hartley", line1="3 Castle Street", city="Bristol",
                               postal_code="BS1 3AD", country="GB")),
)  # fmt: skip


def leave_preorders() -> None:
    """On lines to come whose SKU is nearly out of stock; the second one's vendor is late since."""
    buyer = User.objects.filter(email="buyer@example.com").first()
    if buyer is None or PreorderOffer.objects.exists():
        return
    for place, (line, units) in enumerate(_scarce()):
        with suppress(Refused):
            with acting(person(buyer)):
                ends = clock.today() + timedelta(days=21)
                offer = open_preorder(line.order_id, line.sku_id, cap=CAP, ends_on=ends)
            _sell(offer, units)
            late = max(offer.first_expected, clock.today()) + timedelta(days=9)
            if place:
                with acting(person(buyer)):
                    promise_purchase(line.order_id, line.sku_id, day=late, reason="Kiln broke.")


def _scarce() -> list[tuple[PurchaseLine, int]]:
    """Lines to come of which least is anywhere; with the units that no warehouse has at once."""
    rows = PurchaseLine.objects.filter(
        order__status__in=EXPECTED, promised__gte=clock.today()
    ).select_related("order", "sku")
    lines = [row for row in rows.order_by("id") if row.units_open >= CAP]
    most: dict[int, int] = {}
    for level in StockLevel.objects.filter(sku__in=[line.sku_id for line in lines]):
        free = level.on_hand - level.allocated
        most[level.sku_id] = max(most.get(level.sku_id, 0), free)
    seen: dict[int, tuple[PurchaseLine, int]] = {}
    for line in sorted(lines, key=lambda line: (most.get(line.sku_id, 0), line.pk)):
        if (units := most.get(line.sku_id, 0)) < CAP - 1:
            seen.setdefault(line.sku_id, (line, units + 1))
    return list(seen.values())[:OFFERS]


def _sell(offer: PreorderOffer, units: int) -> None:
    """Two people buy it: more than is there, and one more."""
    shop = Channel.objects.filter(
        active=True, marketplace=False, ranks__warehouse=offer.warehouse
    ).order_by("id").first()  # fmt: skip
    if shop is None:
        return
    price = offer.sku.unit_price or Decimal(20)
    for (name, address), wanted in zip(BUYERS, (units, 1), strict=True):
        reference = f"PRE-{offer.pk}-{name.split()[0]}"
        paid = Money.rounded(price * wanted, shop.currency)
        given = OrderIn(
            channel_ref=reference,
            customer=CustomerIn(name=name, email=f"{name.split()[0].lower()}@example.com"),
            ship_to=address,
            lines=[LineIn(sku=offer.sku.code, units=wanted, unit_price=price)],
            payment=PaymentIn(kind="authorized", amount=paid, gateway="card"),
        )
        with acting(SYSTEM), suppress(Refused):  # another warehouse has enough of it
            place_order(shop.pk, given)
