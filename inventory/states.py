"""Words of stock: its counters, and the kinds of movement that change them."""

from django.db.models import TextChoices


class Counter(TextChoices):
    """A counter of a stock level; each is the sum of its movements."""

    ON_HAND = "on_hand", "On hand"
    ALLOCATED = "allocated", "Allocated"
    INCOMING = "incoming", "Incoming"
    DAMAGED = "damaged", "Damaged"
    QUARANTINE = "quarantine", "Quarantine"
    DISPLAY = "display", "On display"


class Movement(TextChoices):
    """Why a counter moved."""

    RECEIVE = "receive", "Received"
    ADJUST = "adjust", "Adjusted"
    PROMISE = "promise", "Promised"
    RELEASE = "release", "Given back"
    SHIP = "ship", "Shipped"
    RESTOCK = "restock", "Returned to stock"
    QUARANTINE = "quarantine", "Quarantined"
    SCRAP = "scrap", "Scrapped"
    EXPECT = "expect", "Expected"
    CORRECT = "correct", "Corrected"
    MOVE = "move", "Moved between buckets"
    MERGE = "merge", "Merged with another SKU"


class AdjustReason(TextChoices):
    """Why stock is adjusted by hand."""

    FOUND = "found", "Found"
    SHRINKAGE = "shrinkage", "Shrinkage"
    DAMAGE = "damage", "Damaged"
    SAMPLE = "sample", "Sample"
    WRITE_OFF = "write_off", "Written off"
    COUNT = "count", "Counted"
    OPENING = "opening", "Opening balance"


ONLY_MORE = (AdjustReason.FOUND, AdjustReason.OPENING)
ONLY_LESS = (
    AdjustReason.SHRINKAGE, AdjustReason.DAMAGE, AdjustReason.SAMPLE, AdjustReason.WRITE_OFF,
)  # fmt: skip


class PushState(TextChoices):
    """How far a channel knows a listing's quantity."""

    WAITING = "waiting", "Waiting"
    IN_DOUBT = "in_doubt", "In doubt"
    DONE = "done", "Acknowledged"
    FAILED = "failed", "Failed"


OPEN_PUSHES = (PushState.WAITING, PushState.IN_DOUBT)


class Bucket(TextChoices):
    """Where units lie that are there: for sale, or set aside."""

    ON_HAND = "on_hand", "For sale"
    QUARANTINE = "quarantine", "Quarantine"
    DAMAGED = "damaged", "Damaged"
    DISPLAY = "display", "On display"


class BarcodeKind(TextChoices):
    """What a barcode is: a number of the GS1 system, or a code of one's own."""

    GTIN = "gtin", "GTIN"
    INTERNAL = "internal", "Internal"


class HazardClass(TextChoices):
    """The classes of dangerous goods. Source: UN Model Regulations, part 2."""

    EXPLOSIVE = "1", "1 Explosives"
    FLAMMABLE_GAS = "2.1", "2.1 Flammable gas"
    GAS = "2.2", "2.2 Gas, not flammable, not toxic"
    TOXIC_GAS = "2.3", "2.3 Toxic gas"
    FLAMMABLE_LIQUID = "3", "3 Flammable liquid"
    FLAMMABLE_SOLID = "4.1", "4.1 Flammable solid"
    SELF_IGNITING = "4.2", "4.2 Ignites by itself"
    WATER_REACTIVE = "4.3", "4.3 Flammable gas in contact with water"
    OXIDIZER = "5.1", "5.1 Oxidizer"
    PEROXIDE = "5.2", "5.2 Organic peroxide"
    TOXIC = "6.1", "6.1 Toxic"
    INFECTIOUS = "6.2", "6.2 Infectious"
    RADIOACTIVE = "7", "7 Radioactive"
    CORROSIVE = "8", "8 Corrosive"
    VARIOUS = "9", "9 Other dangerous goods, as batteries"


class TransferStatus(TextChoices):
    """The way of stock from one warehouse to another."""

    REQUESTED = "requested", "Requested"
    IN_TRANSIT = "in_transit", "In transit"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


TRANSFER_MOVES: dict[TransferStatus, frozenset[TransferStatus]] = {
    TransferStatus.REQUESTED: frozenset({TransferStatus.IN_TRANSIT, TransferStatus.CANCELLED}),
    TransferStatus.IN_TRANSIT: frozenset({TransferStatus.CLOSED}),
    TransferStatus.CLOSED: frozenset(),
    TransferStatus.CANCELLED: frozenset(),
}
TRANSFERS_OPEN = (TransferStatus.REQUESTED, TransferStatus.IN_TRANSIT)


class ReservationStatus(TextChoices):
    """Whether units are held for somebody."""

    HELD = "held", "Held"
    USED = "used", "Used"
    RELEASED = "released", "Released"
    EXPIRED = "expired", "Expired"


class CountStatus(TextChoices):
    """How far a count of stock is."""

    OPEN = "open", "To count"
    RECOUNT = "recount", "To count again"
    REVIEW = "review", "Waits for a second person"
    POSTED = "posted", "Posted"
    CANCELLED = "cancelled", "Cancelled"


COUNT_MOVES: dict[CountStatus, frozenset[CountStatus]] = {
    CountStatus.OPEN: frozenset(
        {CountStatus.RECOUNT, CountStatus.REVIEW, CountStatus.POSTED, CountStatus.CANCELLED}
    ),
    CountStatus.RECOUNT: frozenset({CountStatus.REVIEW, CountStatus.POSTED, CountStatus.CANCELLED}),
    CountStatus.REVIEW: frozenset({CountStatus.RECOUNT, CountStatus.POSTED, CountStatus.CANCELLED}),
    CountStatus.POSTED: frozenset(),
    CountStatus.CANCELLED: frozenset(),
}
COUNTING = (CountStatus.OPEN, CountStatus.RECOUNT)  # somebody is to go there
COUNTS_OPEN = (*COUNTING, CountStatus.REVIEW)


class CountWhy(TextChoices):
    """Why something is counted: somebody wants it, or a rule."""

    HAND = "hand", "By hand"
    PERIOD = "period", "Not counted for long"
    TURNOVER = "turnover", "Sells most"
    ACCURACY = "accuracy", "Was wrong before"
    NOT_FOUND = "not_found", "Not found when picked"


NOT_FOUND = "not found when picked"  # the ledger's reason of units that a picker has missed


class ForecastMethod(TextChoices):
    """How demand is forecast; downstream brings the methods of these names."""

    AUTOMATIC = "automatic", "Automatic"
    POOLED = "pooled", "Regression over all SKUs"
    MOVING_AVERAGE = "moving_average", "Eight-week moving average"
    SMOOTHING_10 = "smoothing_10", "Exponential smoothing, slow"
    SMOOTHING_20 = "smoothing_20", "Exponential smoothing, medium"
    SMOOTHING_40 = "smoothing_40", "Exponential smoothing, fast"
    INTERMITTENT = "intermittent", "Croston, corrected, for rare sales"
    FADING = "fading", "Chance of a sale times its size"
    MEDIAN_AND_MEAN = "median_and_mean", "Half median, half mean of eight weeks"
    SEASONAL = "seasonal", "Same weeks a year ago"


class VendorKind(TextChoices):
    """What a vendor does for us; one may do several."""

    SUPPLIER = "supplier", "Supplier"
    CARRIER = "carrier", "Carrier"
    LOGISTICS = "3pl", "3PL"
    AGENCY = "agency", "Agency"
    GATEWAY = "gateway", "Payment gateway"


class VendorStatus(TextChoices):
    """How we stand with a vendor."""

    ACTIVE = "active", "Active"
    ON_WATCH = "on_watch", "On watch"
    ENDED = "ended", "Ended"


class Incoterm(TextChoices):
    """Where cost and risk of a delivery pass to us (Incoterms 2020)."""

    EXW = "EXW"
    FCA = "FCA"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"


class PurchaseStatus(TextChoices):
    """The life of an order to a vendor."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    SENT = "sent", "Sent"
    PARTLY_RECEIVED = "partly_received", "Partly received"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


_P = PurchaseStatus
PURCHASE_MOVES: dict[PurchaseStatus, frozenset[PurchaseStatus]] = {
    _P.DRAFT: frozenset({_P.APPROVED, _P.CANCELLED}),
    _P.APPROVED: frozenset({_P.DRAFT, _P.SENT, _P.CANCELLED}),
    _P.SENT: frozenset({_P.PARTLY_RECEIVED, _P.CLOSED, _P.CANCELLED}),
    _P.PARTLY_RECEIVED: frozenset({_P.CLOSED}),
    _P.CLOSED: frozenset(),
    _P.CANCELLED: frozenset(),
}
EXPECTED = (PurchaseStatus.SENT, PurchaseStatus.PARTLY_RECEIVED)  # goods may come in for these
UNDECIDED = (PurchaseStatus.DRAFT, PurchaseStatus.APPROVED)  # the vendor knows nothing of these


class PreorderState(TextChoices):
    """Whether an offer takes orders for what is not there yet."""

    OPEN = "open", "Open"
    SOLD_OUT = "sold_out", "Sold out"
    ENDED = "ended", "Ended"


class VendorMailState(TextChoices):
    """Whether a vendor has an order's mail."""

    WAITING = "waiting", "Waiting"
    IN_DOUBT = "in_doubt", "In doubt"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"


class ParkedState(TextChoices):
    """What became of goods that nobody knew."""

    PARKED = "parked", "Parked"
    TAKEN_IN = "taken_in", "Taken in"
    SENT_BACK = "sent_back", "Sent back"


class LandedKind(TextChoices):
    """What a delivery has cost beside its goods."""

    FREIGHT = "freight", "Freight"
    DUTY = "duty", "Duty"
    INSURANCE = "insurance", "Insurance"
    HANDLING = "handling", "Handling"


class SpreadBy(TextChoices):
    """How a cost is divided over what came in."""

    VALUE = "value", "Value"
    WEIGHT = "weight", "Weight"
    UNITS = "units", "Units"


class CostChange(TextChoices):
    """What has moved an average cost."""

    RECEIPT = "receipt", "Received"
    LANDED = "landed", "Landed cost"


class SkuNeed(TextChoices):
    """What a channel may ask of a SKU before it is listed there, or before it ships."""

    BARCODE = "barcode", "Barcode"
    DESCRIPTION = "description", "Description"
    PICTURES = "pictures", "Pictures"
    PRICE = "price", "Price"
    COST = "cost", "Cost"
    WEIGHT = "weight", "Weight"
    SIZE = "size", "Size"
    HS_CODE = "hs_code", "HS code"
    ORIGIN = "origin", "Country of origin"


class BillStatus(TextChoices):
    """The life of a vendor's bill; the first three follow from matching it."""

    WAITING = "waiting", "Waits for goods"
    DIFFERS = "differs", "Differs"
    DISPUTED = "disputed", "In dispute"
    TO_PAY = "to_pay", "To pay"
    PAID = "paid", "Paid"
    CANCELLED = "cancelled", "Cancelled"


BILLS_OPEN = (BillStatus.WAITING, BillStatus.DIFFERS, BillStatus.DISPUTED, BillStatus.TO_PAY)
BILLS_UNDECIDED = (BillStatus.WAITING, BillStatus.DIFFERS)


class DisputeKind(TextChoices):
    """What a vendor is asked to answer for."""

    UNITS = "units", "Billed, not received"
    PRICE = "price", "Price"
    CHARGE = "charge", "Charge not agreed"
    QUALITY = "quality", "Quality"
    LATE = "late", "Late"
    OTHER = "other", "Other"


class DisputeStage(TextChoices):
    """How far a dispute has gone; it only goes on."""

    TALK = "talk", "Talk"
    NOTICE = "notice", "Notice"
    MEDIATION = "mediation", "Mediation"
    CLOSED = "closed", "Closed"


STAGES = (DisputeStage.TALK, DisputeStage.NOTICE, DisputeStage.MEDIATION, DisputeStage.CLOSED)


class DisputeOutcome(TextChoices):
    """Who was right."""

    OURS = "ours", "Vendor gives all of it"
    PARTLY = "partly", "Vendor gives part of it"
    THEIRS = "theirs", "We pay"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PlanMeasure(TextChoices):
    """What an improvement plan is judged by: a column of the scorecard."""

    OTIF = "otif_percent", "OTIF, at least"
    IN_FULL = "in_full_percent", "Lines in full, at least"
    DEFECTS = "defect_percent", "Defects, at most"


class PlanState(TextChoices):
    """What became of an improvement plan."""

    OPEN = "open", "Open"
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    DROPPED = "dropped", "Dropped"
