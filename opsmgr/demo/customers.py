"""What the demo's customers do: buy, correct addresses, ask questions, send things back."""

from datetime import datetime
from decimal import Decimal
from random import Random

from django.db.models import Max

from core import clock
from core.errors import Refused
from core.money import Money
from inventory.models import Channel
from opsmgr.demo.goods import Good
from opsmgr.demo.people import Buyer, address_in
from orders.intake import AddressIn, ChargeIn, LineIn, OrderIn, PaymentIn
from orders.models import Order
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.payments import record_payment
from orders.operations.place import place_order
from orders.states import OrderStatus, ReturnStatus
from returns.models import ReturnAuthorization
from returns.operations.request import ReturnLineIn, request_return
from returns.states import ReturnReason
from support.models import Case
from support.operations.converse import receive_message
from support.operations.open_case import MessageIn, open_case

REASONS = [
    ReturnReason.CHANGED_MIND, ReturnReason.CHANGED_MIND, ReturnReason.DAMAGED,
    ReturnReason.NOT_AS_DESCRIBED, ReturnReason.WRONG_ITEM, ReturnReason.DEFECTIVE,
]  # fmt: skip
QUESTIONS = [
    ("Where is my parcel?", "The tracking has not moved for two days. When will it arrive?"),
    ("Can I change my order?", "I would like the other color, if it has not left yet."),
    ("Arrived broken", "One of the things was broken when I opened the parcel."),
    ("Invoice", "Could you send me an invoice with our company name, please?"),
    ("Gift message", "Is there a way to add a card to it?"),
]
RATES = {"GBP": Decimal(1), "EUR": Decimal("1.17"), "USD": Decimal("1.27")}


class Customers:
    """The customers of the shop, with one source of chance."""

    def __init__(self, chance: Random, goods: list[Good]) -> None:
        self.chance, self.goods = chance, goods
        self.weights = [good.weight for good in goods]
        self.number = 2 * (Order.objects.aggregate(highest=Max("id"))["highest"] or 0)

    def buy(self, channel: Channel, buyer: Buyer, at: datetime) -> Order | None:
        """Place one order; None when the shop cannot take it (out of stock, say)."""
        with clock.pinned(at):
            try:
                return place_order(channel.pk, self.order_in(channel, buyer, at))
            except Refused:
                return None

    def order_in(self, channel: Channel, buyer: Buyer, at: datetime) -> OrderIn:
        """What a buyer wants this time."""
        chance, currency = self.chance, channel.currency
        self.number += 1
        picked = chance.choices(
            self.goods, self.weights, k=min(6, 1 + int(chance.expovariate(0.8)))
        )
        lines, total = [], Money.zero(currency)
        for good in {good.code: good for good in picked}.values():
            units = 1 + int(chance.expovariate(1.6))
            price = (good.price * RATES[currency]).quantize(Decimal("0.01"))
            lines.append(
                LineIn(channel_sku=good.code, title=good.title, units=units, unit_price=price)
            )
            total += Money.rounded(price * units, currency)
        charges = [ChargeIn(kind="shipping", amount=Money.of("4.95", currency))]
        if chance.random() < 0.12:
            tenth = Money(total.minor // 10, currency)
            charges.append(ChargeIn(kind="discount", code="WELCOME10", amount=tenth))
            total -= tenth
        total += charges[0].amount
        address, odd = buyer.address, chance.random()
        if odd < 0.015:
            address = AddressIn(**{**vars(address), "postal_code": ""})
        paid = PaymentIn(
            kind="authorized" if chance.random() < 0.3 else "captured",
            amount=total,
            gateway="local",
            reference=f"pay-{channel.code}-{self.number}",
            avs=chance.choices(["Y", "A", "Z", "N"], [90, 4, 3, 3])[0],
            cvv=chance.choices(["M", "N"], [97, 3])[0],
        )
        return OrderIn(
            channel_ref=f"{channel.code.upper()}-{100_000 + self.number}",
            customer=buyer.customer,
            ship_to=address,
            lines=lines,
            charges=charges,
            payment=None if chance.random() < 0.02 else paid,
            placed_at=at,
            service=chance.choices(["standard", "express", "economy"], [70, 18, 12])[0],
            ip=buyer.ip,
            device=buyer.device,
        )

    def answer(self) -> None:
        """Some correct the address that cannot be delivered to; some pay; some think again."""
        chance = self.chance
        for order in Order.objects.filter(why_code="address_pending").select_related("ship_to"):
            if chance.random() < 0.5:
                known = order.ship_to
                given = address_in(chance, known.country, known.name)
                change_address(order.pk, address=given)
        for order in Order.objects.filter(why_code="payment_pending"):
            if chance.random() < 0.4:
                record_payment(
                    order.pk, kind="captured", amount=order.total, gateway="local",
                    reference=f"late-{order.number}",
                )  # fmt: skip
            elif chance.random() < 0.15:
                cancel_order(order.pk, reason="never paid")

    def send_back(self, delivered: list[Order], *, rate: float = 0.08) -> None:
        """Ask for returns of orders that have just arrived."""
        for order in delivered:
            if self.chance.random() >= rate or order.return_status != ReturnStatus.NONE:
                continue
            line = self.chance.choice(list(order.lines.filter(units_shipped__gt=0)) or [None])
            if line is None:
                continue
            units = self.chance.randint(1, line.units_shipped)
            reason = self.chance.choice(REASONS)
            wanted = [ReturnLineIn(order_line_id=line.pk, units=units, reason=reason)]
            try:
                request_return(order.pk, lines=wanted, note="")
            except Refused:
                continue

    def ask(self, orders: list[Order], *, rate: float = 0.04) -> None:
        """Open cases about recent orders, and write again in some that wait for them."""
        chance = self.chance
        for order in orders:
            if chance.random() < rate and order.status != OrderStatus.CANCELLED:
                subject, body = chance.choice(QUESTIONS)
                message = MessageIn(body=body, sender=order.customer.email)
                open_case(order.channel_id, subject=subject, message=message, order_ids=[order.pk])
        for case in Case.objects.filter(state="waiting").order_by("id")[:20]:
            if chance.random() < 0.25:
                receive_message(case.pk, message=MessageIn(body="Thank you, that helps."))

    def parcels_on_the_way_back(self) -> list[ReturnAuthorization]:
        """Approved returns whose goods arrive today."""
        rows = ReturnAuthorization.objects.filter(status="approved").order_by("id")
        return [rma for rma in rows if self.chance.random() < 0.35]
