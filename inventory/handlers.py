"""What inventory does when something has happened."""

from core.events import on
from inventory.events import ChannelChanged, PurchaseSent, StockChanged
from inventory.models import VendorMail
from inventory.states import VendorMailState
from inventory.tasks import compare_stock, mail_purchase, stock_changed


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
