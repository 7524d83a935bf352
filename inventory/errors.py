"""Reasons inventory can refuse."""

from core.errors import Refused


class OutOfStock(Refused):
    """No single warehouse covers what is wanted; `missing` is SKU code -> units."""

    code = "out_of_stock"
    sentence = "There is not enough stock: {short}."


class NotThatMuch(Refused):
    """The bucket holds less than is to be taken from it."""

    code = "not_that_much"
    sentence = (
        "{sku} in {warehouse}: {units} cannot be taken from {bucket}; {free} are free there "
        "({promised} more are promised)."
    )


class UnusuallyMany(Refused):
    """More at once than is likely: a barcode in the field of units, or one digit too many."""

    code = "unusually_many"
    status = 422
    sentence = (
        "{units} more of {sku} in {warehouse}, where {on_hand} are on hand, is unusually many. "
        "Look again; if it is right, say that you are sure."
    )


class StockMoved(Refused):
    """Compare-and-set lost: somebody or something was quicker."""

    code = "stock_moved"
    sentence = "{sku} in {warehouse} has {actual} on hand, not {expected}; look again, then repeat."


class NotPromised(Refused):
    """A holder has fewer units promised than are to be shipped or given back."""

    code = "not_promised"
    sentence = "{holder} has not that many units promised: {missing} are missing."


class ReferenceUsed(Refused):
    """A repeat that is none: the same reference, other units."""

    code = "reference_used"
    sentence = "{reference} has been booked with {booked} units of {sku}, not {units}; use another."


class MapsElsewhere(Refused):
    code = "maps_elsewhere"
    sentence = "{listing} is mapped to {sku} already; say that it is to be remapped."


class StillStocked(Refused):
    code = "still_stocked"
    sentence = "{sku} still has {units} units in stock or promised; it cannot be put away."
