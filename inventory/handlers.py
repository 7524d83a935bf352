"""What inventory does when something has happened."""

from core.events import on
from inventory.events import ChannelChanged, StockChanged
from inventory.tasks import compare_stock, stock_changed


@on(StockChanged)
def tell_channels(fact: StockChanged) -> None:
    stock_changed(fact.sku_ids)


@on(ChannelChanged)
def compare_with_the_channel(fact: ChannelChanged) -> None:
    compare_stock.add(f"{fact.channel_id} now")
    compare_stock.add(fact.channel_id)
