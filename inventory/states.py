"""Words of stock: its counters, and the kinds of movement that change them."""

from django.db.models import TextChoices


class Counter(TextChoices):
    """A counter of a stock level; each is the sum of its movements."""

    ON_HAND = "on_hand", "On hand"
    ALLOCATED = "allocated", "Allocated"
    INCOMING = "incoming", "Incoming"
    DAMAGED = "damaged", "Damaged"
    QUARANTINE = "quarantine", "Quarantine"


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
