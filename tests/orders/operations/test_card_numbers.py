"""A card number never stays, wherever it comes in."""

from dataclasses import replace

import pytest

from core.money import Money
from orders.intake import AddressIn, CustomerIn
from orders.models import Address, OrderException, PaymentEvent
from orders.operations.address import change_address
from orders.operations.cancel import cancel_order
from orders.operations.card_numbers import without_cards
from orders.operations.hold import hold_order
from orders.operations.payments import record_payment
from orders.operations.place import place_order
from tests.builders.inventory import channel, stock
from tests.builders.orders import LONDON, order_in, placed_order

pytestmark = pytest.mark.django_db
CARD = "4111 1111 1111 1111"


def test_every_text_of_a_new_order_is_masked_and_flagged():
    stock("MUG", on_hand=1)
    given = order_in(MUG=1)
    given = replace(
        given,
        customer=CustomerIn(name=f"Ada {CARD}", email="ada@example.com", company=CARD),
        ship_to=replace(LONDON, line2=f"card {CARD} exp 12/29"),
        lines=[replace(given.lines[0], title=f"Mug {CARD}")],
        payment=replace(given.payment, reference="5555-5555-5555-4444"),
        device=CARD,
    )

    order = place_order(channel("web").pk, given)

    assert order.customer.name == "Ada •••• 1111"
    assert order.ship_to.line2 == "card •••• 1111 exp 12/29"
    assert order.lines.get().title == "Mug •••• 1111"
    assert order.payments.get().reference == "•••• 4444"
    assert order.device == "•••• 1111"
    flagged = OrderException.objects.get(kind="card_number")
    assert flagged.facts["places"] == [
        "customer.name", "customer.company", "ship_to.line2", "lines.0.title",
        "payment.reference", "device",
    ]  # fmt: skip
    assert CARD not in flagged.sentence


def test_the_same_order_again_is_still_known():
    stock("MUG", on_hand=1)
    given = replace(order_in(MUG=1), device=CARD)

    first = place_order(channel("web").pk, given)

    assert place_order(channel("web").pk, given) == first


def test_later_texts_too():
    order = placed_order(MUG=1)

    assert hold_order(order.pk, reason=f"paid with {CARD}").reason == "paid with •••• 1111"
    change_address(order.pk, address=replace(LONDON, company=CARD))
    record_payment(
        order.pk, kind="refunded", amount=Money.of("1", "GBP"), reference=CARD, gateway="card"
    )
    cancel_order(order.pk, reason=CARD)

    order.refresh_from_db()
    assert order.ship_to.company == "•••• 1111"
    assert PaymentEvent.objects.filter(reference="•••• 1111").exists()
    assert order.cancel_reason == "•••• 1111"
    assert OrderException.objects.filter(kind="card_number").exists()
    assert not Address.objects.filter(company__contains="4111").exists()


@pytest.mark.parametrize(
    "harmless", ["4111 1111 1111 1112", "5012345678900", "+44 20 7946 0958", "SW1Y 4JH", ""]
)
def test_what_only_looks_like_one_stays(harmless):
    given = AddressIn(name=harmless, line1=harmless)

    assert without_cards(given) == (given, [])


def test_references_are_left_as_they_are():
    given = replace(order_in(MUG=1), channel_ref="4111111111111111")

    assert without_cards(given) == (given, [])
