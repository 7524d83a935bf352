"""What inventory does when something has happened."""

from datetime import timedelta

from core import clock
from core.approvals import waiting_on, withdraw_approval
from core.events import on
from core.facts import ApprovalDecided
from core.models import ApprovalState
from inventory.events import (
    ChannelChanged,
    CountCancelled,
    PurchaseReceived,
    PurchaseSent,
    ReservationMade,
    StockChanged,
)
from inventory.models import Bill, Reservation, VendorMail
from inventory.operations.purchasing.matching import match_bills
from inventory.operations.stock.counts import recount
from inventory.states import VendorMailState
from inventory.tasks import compare_stock, expire, mail_purchase, stock_changed


@on(StockChanged)
def tell_channels(fact: StockChanged) -> None:
    stock_changed(fact.sku_ids)


@on(ChannelChanged)
def compare_with_the_channel(fact: ChannelChanged) -> None:
    compare_stock.add(f"{fact.channel_id} now")
    compare_stock.add(fact.channel_id)


@on(PurchaseSent)
def mail_the_order(fact: PurchaseSent) -> None:
    waiting = VendorMail.objects.filter(
        order_id=fact.purchase_order_id, state=VendorMailState.WAITING
    )
    mail_purchase.add_many(waiting.values_list("pk", flat=True))


@on(PurchaseReceived)
def match_bills_with_what_came(fact: PurchaseReceived) -> None:
    if Bill.objects.open().filter(order_id=fact.purchase_order_id).exists():
        match_bills(fact.purchase_order_id)


@on(ApprovalDecided)
def count_again_what_is_not_agreed_to(fact: ApprovalDecided) -> None:
    if fact.operation == "inventory.post_count" and fact.state != ApprovalState.APPROVED:
        recount(int(fact.subject.removeprefix("stock_count:")))


@on(CountCancelled)
def ask_no_more_about_the_count(fact: CountCancelled) -> None:
    for approval in waiting_on(f"stock_count:{fact.stock_count_id}"):
        withdraw_approval(approval.pk, note="The count was cancelled.")


@on(ReservationMade)
def look_when_its_time_is_over(fact: ReservationMade) -> None:
    row = Reservation.objects.held().filter(pk=fact.reservation_id).first()
    if row is not None and row.expires_at is not None:
        expire.add(row.pk, wait=max(row.expires_at - clock.now(), timedelta()))
