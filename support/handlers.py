"""What customer service does when something happens elsewhere. The imported past tells nobody."""

from core.events import on
from orders.events import FulfillmentShipped, OrderDelivered, OrderPlaced
from returns.events import RefundDone
from support.events import NoticeRequested
from support.operations.notify import plan_notice
from support.states import NoticeKind
from support.tasks import send_notice
from support.words import ordered_words, refund_words, shipped_words


@on(OrderPlaced)
def tell_that_the_order_is_confirmed(fact: OrderPlaced) -> None:
    plan_notice(
        NoticeKind.CONFIRMED,
        about=f"order:{fact.order_id}",
        order_id=fact.order_id,
        values=ordered_words(fact.order_id),
    )


@on(FulfillmentShipped)
def tell_that_it_has_shipped(fact: FulfillmentShipped) -> None:
    plan_notice(
        NoticeKind.SHIPPED,
        about=f"fulfillment:{fact.fulfillment_id}",
        order_id=fact.order_id,
        values=shipped_words(fact.fulfillment_id),
    )


@on(OrderDelivered)
def tell_that_it_has_arrived(fact: OrderDelivered) -> None:
    plan_notice(
        NoticeKind.DELIVERED, about=f"order:{fact.order_id}", order_id=fact.order_id, values={}
    )


@on(RefundDone)
def tell_that_money_is_on_its_way(fact: RefundDone) -> None:
    plan_notice(
        NoticeKind.REFUNDED,
        about=f"refund:{fact.refund_id}",
        order_id=fact.order_id,
        values=refund_words(fact.refund_id),
    )


@on(NoticeRequested)
def send_new_notices(fact: NoticeRequested) -> None:
    send_notice.add(fact.notice_id)
