"""What a buyer of the demo wants this time: goods, charges, payment, and what is odd about it."""

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from core.money import Money
from inventory.models import Channel
from inventory.operations.catalog.listings import find_or_list
from opsmgr.demo.goods import Good
from opsmgr.demo.people import Buyer
from opsmgr.demo.places import address_in
from orders.intake import AddressIn, ChargeIn, LineIn, OrderIn, PaymentIn
from orders.models import Order

RATES = {"GBP": Decimal(1), "EUR": Decimal("1.16"), "USD": Decimal("1.27")}
POSTAGE = {"standard": "4.95", "express": "9.95", "economy": "2.95"}
FREE_FROM = Decimal(60)
# Shares of all orders.
UNPAID, NO_POSTCODE, ELSEWHERE, DISCOUNT, BY_TRANSFER, TRADE = 0.015, 0.015, 0.04, 0.12, 0.03, 0.01
NEW_CODE = 0.012  # of a marketplace's orders: sold under a code that nobody has mapped


@dataclass
class Baskets:
    """Fills baskets with one source of chance; `number` is the last one given to an order."""

    chance: Random
    goods: list[Good]

    def __post_init__(self) -> None:
        self.weights = [good.weight for good in self.goods]
        last = Order.objects.order_by("-id").values_list("id", flat=True).first()
        self.number = 2 * (last or 0)

    def order_in(self, channel: Channel, buyer: Buyer, at: object) -> OrderIn:
        """One order of a buyer, as the channel tells it."""
        chance, self.number = self.chance, self.number + 1
        service = chance.choices(list(POSTAGE), [70, 18, 12])[0]
        customer, lines = buyer.customer, self._lines(channel)
        if chance.random() < TRADE:
            customer = replace(customer, company=f"{customer.name.split()[-1]} & Daughters")
            lines = [replace(line, units=line.units + chance.randrange(8, 30)) for line in lines]
        charges, total = self._charges(channel.currency, lines, service)
        address, odd = buyer.address, chance.random()
        if odd < NO_POSTCODE:
            address = AddressIn(**{**vars(address), "postal_code": ""})
        elif odd < NO_POSTCODE + ELSEWHERE:  # a present
            address = address_in(chance, address.country, f"{address.name}'s friend")
        return OrderIn(
            channel_ref=f"{channel.code.upper()}-{100_000 + self.number}",
            customer=customer,
            ship_to=address,
            bill_to=buyer.address if address is not buyer.address else None,
            lines=lines,
            charges=charges,
            payment=None if chance.random() < UNPAID else self._payment(channel, total),
            placed_at=at,
            service=service,
            ip=buyer.ip,
            device=buyer.device,
        )

    def _lines(self, channel: Channel) -> list[LineIn]:
        chance = self.chance
        picked = chance.choices(
            self.goods, self.weights, k=min(6, 1 + int(chance.expovariate(0.8)))
        )
        lines = []
        for good in {good.code: good for good in picked}.values():
            code = good.code
            if channel.marketplace and chance.random() < NEW_CODE:
                code = f"{good.code}/{chance.choice(['GIFT', 'NEW', 'B'])}"
                find_or_list(channel.pk, code, good.title)
            units = 1 + int(chance.expovariate(1.6))
            price = price_in(good, channel.currency)
            lines.append(LineIn(channel_sku=code, title=good.title, units=units, unit_price=price))
        return lines

    def _charges(
        self, currency: str, lines: list[LineIn], service: str
    ) -> tuple[list[ChargeIn], Money]:
        """Postage and now and then a discount; and what all of it comes to."""
        goods = sum(
            (Money.rounded(line.unit_price * line.units, currency) for line in lines),
            Money.zero(currency),
        )
        free = service != "express" and goods.amount >= FREE_FROM
        postage = Money.of("0.00" if free else POSTAGE[service], currency)
        charges = [ChargeIn(kind="shipping", amount=postage)] if postage else []
        total = goods + postage
        if self.chance.random() < DISCOUNT:
            tenth = Money(goods.minor // 10, currency)
            charges.append(ChargeIn(kind="discount", code="WELCOME10", amount=tenth))
            total -= tenth
        return charges, total

    def _payment(self, channel: Channel, total: Money) -> PaymentIn:
        chance = self.chance
        by_transfer = chance.random() < BY_TRANSFER
        return PaymentIn(
            kind="captured" if by_transfer or chance.random() < 0.7 else "authorized",
            amount=total,
            gateway="manual" if by_transfer else "local",
            reference=f"pay-{channel.code}-{self.number}",
            avs="" if by_transfer else chance.choices("YAZN", [95, 2, 2, 1])[0],
            cvv="" if by_transfer else chance.choices("MN", [99, 1])[0],
        )


def price_in(good: Good, currency: str) -> Decimal:
    """The price on a channel: what it comes to in its currency, ending as prices do."""
    if currency == "GBP":
        return good.price
    return (good.price * RATES[currency]).quantize(Decimal(1)) - Decimal("0.01")
