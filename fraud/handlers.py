"""What fraud does when something happens elsewhere."""

from core.events import on
from fraud.operations.decide import drop_review
from fraud.tasks import score
from orders.events import OrderAddressChanged, OrderCancelled, OrderPlaced, PaymentRecorded
from orders.states import PaymentKind


@on(OrderPlaced)
def score_new_orders(fact: OrderPlaced) -> None:
    score.add(fact.order_id)


@on(PaymentRecorded)
def score_again_with_the_banks_answer(fact: PaymentRecorded) -> None:
    """Address and card code checks come with the payment, often after the order."""
    if fact.kind in (PaymentKind.AUTHORIZED, PaymentKind.CAPTURED, PaymentKind.FAILED):
        score.add(fact.order_id)


@on(OrderAddressChanged)
def score_again_for_the_new_address(fact: OrderAddressChanged) -> None:
    score.add(fact.order_id)


@on(OrderCancelled)
def drop_its_review(fact: OrderCancelled) -> None:
    drop_review(fact.order_id)
