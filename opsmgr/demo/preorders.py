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

OFFERS, CAP, FEW = 2, 6, 12
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
    for place, (line, free) in enumerate(_scarce()):
        cap = min(CAP, line.units_open)
        with suppress(Refused):
            with acting(person(buyer)):
                ends = clock.today() + timedelta(days=21)
                offer = open_preorder(line.order_id, line.sku_id, cap=cap, ends_on=ends)
            _sell(offer, free, cap - 2)
            late = max(offer.first_expected, clock.today()) + timedelta(days=9)
            if place:
                with acting(person(buyer)):
                    promise_purchase(line.order_id, line.sku_id, day=late, reason="Kiln broke.")


def _scarce() -> list[tuple[PurchaseLine, int]]:
    """Open lines with a day, those first of which least is there; with the units that are free."""
    rows = PurchaseLine.objects.filter(order__status__in=EXPECTED, promised__isnull=False)
    lines = [row for row in rows.select_related("order", "sku").order_by("id") if row.units_open]
    levels = StockLevel.objects.filter(sku__in=[line.sku_id for line in lines])
    free = {(level.sku_id, level.warehouse_id): level.on_hand - level.allocated for level in levels}
    found = [(line, free.get((line.sku_id, line.order.warehouse_id), 0)) for line in lines]
    seen: dict[int, tuple[PurchaseLine, int]] = {}
    for line, units in sorted(found, key=lambda pair: (pair[1], pair[0].pk)):
        if units <= FEW:
            seen.setdefault(line.sku_id, (line, units))
    return list(seen.values())[:OFFERS]


def _sell(offer: PreorderOffer, free: int, units: int) -> None:
    """Two people buy what is there and some of what is not."""
    shop = Channel.objects.filter(
        active=True, marketplace=False, ranks__warehouse=offer.warehouse
    ).order_by("id").first()  # fmt: skip
    if shop is None or units < 1:
        return
    price = offer.sku.unit_price or Decimal(20)
    for (name, address), wanted in zip(BUYERS, (free + 1, units - 1), strict=True):
        if wanted < 1:
            continue
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
