"""What returns does when something happens elsewhere."""

from core.events import on
from orders.events import CreditsRead, OrderCancelled
from returns.events import RefundRequested
from returns.tasks import give_back, match_imported, send_refund


@on(RefundRequested)
def send_new_refunds(fact: RefundRequested) -> None:
    send_refund.add(fact.refund_id)


@on(OrderCancelled)
def refund_cancelled_orders(fact: OrderCancelled) -> None:
    give_back.add(fact.order_id)


@on(CreditsRead, history_too=True)
def match_credits(fact: CreditsRead) -> None:
    match_imported.add(fact.batch_id)
