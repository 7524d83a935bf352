"""What happens in inventory."""

from core.events import Event, event
from inventory.events import bills, files, preorders

__all__ = ["bills", "files", "preorders"]  # known to whoever knows these


@event("stock.changed", "Stock changed: {why}.")
class StockChanged(Event):
    """The availability of SKUs may have changed; whoever publishes stock looks at the present."""

    sku_ids: list[int]
    why: str
    warehouse_id: int | None = None

    def subjects(self) -> list[str]:
        return [*super().subjects(), *(f"sku:{sku_id}" for sku_id in self.sku_ids[:50])]


@event("sku.created", "SKU created.")
class SkuCreated(Event):
    sku_id: int


@event("sku.changed", "Changed: {fields}.")
class SkuChanged(Event):
    """Master data of a SKU changed."""

    sku_id: int
    fields: list[str]


@event("sku.archived", "Archived: not bought, listed or taken in any more.")
class SkuPutAway(Event):
    sku_id: int


@event("sku.restored", "Brought back: {why}.")
class SkuRestored(Event):
    sku_id: int
    why: str


@event("sku.merged", "{what}: {reason}")
class SkusMerged(Event):
    """All that belonged to a SKU belongs to another one from now on."""

    sku_id: int
    kept_id: int
    merge_id: int
    what: str
    reason: str

    def subjects(self) -> list[str]:
        return [f"sku:{self.sku_id}", f"sku:{self.kept_id}"]


@event("sku.packed", "{what}.")
class SkuPacksChanged(Event):
    """Barcodes, packs or pictures of a SKU changed."""

    sku_id: int
    what: str


@event("listing.mapped", "Listing mapped to its SKU.")
class ListingMapped(Event):
    listing_id: int
    channel_id: int
    sku_id: int


@event("listing.changed", "Listing changed.")
class ListingChanged(Event):
    listing_id: int
    channel_id: int


@event("listing.refused", "The channel refused quantities of {listing_ids}.")
class ListingsRefused(Event):
    """A channel does not take the quantity of these listings (the first 100 of one answer)."""

    channel_id: int
    listing_ids: list[int]


@event("channel.changed", "Changed: {fields}.")
class ChannelChanged(Event):
    """Settings of a channel changed; what it should be told may have, too."""

    channel_id: int
    fields: list[str]


@event("warehouse.changed", "Changed: {fields}.")
class WarehouseChanged(Event):
    warehouse_id: int
    fields: list[str]


@event("replenishment.changed", "How it is bought changed: {changes}.")
class ReplenishmentChanged(Event):
    """Settings of replenishment of a SKU; `changes` are words: "service_percent 95.0 → 98.0"."""

    sku_id: int
    changes: str
    method_changed: bool = False


@event("vendor.created", "Vendor created.")
class VendorCreated(Event):
    vendor_id: int


@event("vendor.changed", "Changed: {fields}.")
class VendorChanged(Event):
    """Terms, contract, contacts or status of a vendor changed."""

    vendor_id: int
    fields: list[str]


@event("vendor.reviewed", "Reviewed; next on {next_on}.")
class VendorReviewed(Event):
    vendor_id: int
    next_on: str


@event("agreement.changed", "Price of {sku} agreed from {valid_from}.")
class AgreementChanged(Event):
    """What a SKU costs from a vendor was agreed, changed or ended."""

    vendor_id: int
    sku_id: int
    sku: str
    valid_from: str


@event("purchase_order.drafted", "{number} drafted.")
class PurchaseDrafted(Event):
    purchase_order_id: int
    vendor_id: int
    number: str


@event("purchase_order.changed", "Changed: {what}.")
class PurchaseChanged(Event):
    purchase_order_id: int
    what: str


@event("purchase_order.approved", "Approved.")
class PurchaseApproved(Event):
    purchase_order_id: int


@event("purchase_order.sent", "{number} sent to the vendor {by}.")
class PurchaseSent(Event):
    """The vendor is told to deliver; its units are incoming from now on."""

    purchase_order_id: int
    vendor_id: int
    number: str
    by: str  # "by mail", "by hand"


@event("purchase_order.mailed", "The vendor's mail server has the order.")
class PurchaseMailed(Event):
    purchase_order_id: int


@event("purchase_order.mail_stuck", "The mail with the order may not have arrived.")
class PurchaseMailStuck(Event):
    purchase_order_id: int


@event("purchase_order.promised", "{sku} promised for {day}: {reason}")
class PurchasePromised(Event):
    """The vendor has named another day for a line."""

    purchase_order_id: int
    purchase_line_id: int
    sku: str
    day: str
    reason: str


@event("purchase_order.received", "{units} units received, {damaged} of them damaged.")
class PurchaseReceived(Event):
    purchase_order_id: int
    receipt_id: int
    units: int
    damaged: int


@event("purchase_order.closed", "{number} closed, {missing} units missing. {reason}")
class PurchaseClosed(Event):
    purchase_order_id: int
    vendor_id: int
    number: str
    missing: int
    reason: str


@event("purchase_order.cancelled", "{number} cancelled: {reason}")
class PurchaseCancelled(Event):
    purchase_order_id: int
    vendor_id: int
    number: str
    reason: str


@event("receipt.landed", "{kind} of {amount} added.")
class CostLanded(Event):
    """Freight, duty or the like was put onto what a receipt has brought."""

    receipt_id: int
    purchase_order_id: int
    kind: str
    amount: str


@event("goods.parked", "Unknown goods parked: {units} units.")
class GoodsParked(Event):
    parked_id: int
    purchase_order_id: int | None
    units: int


@event("goods.settled", "Parked goods: {outcome}.")
class ParkedGoodsSettled(Event):
    parked_id: int
    purchase_order_id: int | None
    outcome: str


@event("rate.set", "1 {currency} is {rate} from {day}.")
class RateSet(Event):
    rate_id: int
    currency: str
    rate: str
    day: str


@event("transfer.requested", "Transfer requested.")
class TransferRequested(Event):
    transfer_id: int
    source_id: int
    destination_id: int


@event("transfer.shipped", "Transfer shipped.")
class TransferShipped(Event):
    transfer_id: int


@event("transfer.received", "{units} units arrived, {damaged} of them damaged.")
class TransferReceived(Event):
    transfer_id: int
    units: int
    damaged: int


@event("transfer.closed", "Transfer closed; {units_lost} units lost. {reason}")
class TransferClosed(Event):
    transfer_id: int
    units_lost: int
    reason: str


@event("transfer.cancelled", "Transfer cancelled: {reason}.")
class TransferCancelled(Event):
    transfer_id: int
    reason: str


@event("count.started", "Count started.")
class CountStarted(Event):
    stock_count_id: int
    warehouse_id: int


@event("count.submitted", "Counted; {outcome}.")
class CountSubmitted(Event):
    stock_count_id: int
    outcome: str


@event("count.posted", "Count posted: {lines} SKUs, {wrong} of them not as the books said.")
class CountPosted(Event):
    stock_count_id: int
    warehouse_id: int
    lines: int
    wrong: int


@event("count.cancelled", "Count cancelled: {reason}.")
class CountCancelled(Event):
    stock_count_id: int
    reason: str


@event("count_rule.changed", "Rule of counts changed.")
class CountRuleChanged(Event):
    count_rule_id: int
    warehouse_id: int


@event("reservation.made", "Units are held.")
class ReservationMade(Event):
    """Also when it is held for longer."""

    reservation_id: int
    warehouse_id: int


@event("reservation.ended", "Reservation {outcome}.")
class ReservationEnded(Event):
    reservation_id: int
    warehouse_id: int
    outcome: str


@event("cost_center.saved", "Cost center {code} saved.")
class CostCenterSaved(Event):
    cost_center_id: int
    code: str


@event("budget.set", "Budget of {month}: {amount}.")
class BudgetSet(Event):
    """How much may be bought for a cost center in a month."""

    cost_center_id: int
    month: str
    amount: str
