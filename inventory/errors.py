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
    """A SKU that something still needs is not put away; `in_the_way` says what, one by one."""

    code = "still_stocked"
    sentence = "{sku} cannot be archived: {reasons}."


class SkuArchived(Refused):
    """Nothing new comes in, is bought or is listed of what was put away."""

    code = "sku_archived"
    sentence = "{sku} is archived; bring it back first."


class SkuMerged(Refused):
    """A SKU that was merged stays so: the other one goes on for it."""

    code = "sku_merged"
    sentence = "{sku} was merged into {kept}; use that one."


class MergeBlocked(Refused):
    """What keeps two SKUs from becoming one; `in_the_way` says what, one by one."""

    code = "merge_blocked"
    sentence = "{sku} cannot be merged into {kept}: {reasons}."


class PackInUse(Refused):
    """How many units a pack holds stays while somebody counts on it."""

    code = "pack_in_use"
    sentence = "{pack} of {sku} cannot be changed: {reasons}."


class PurchaseMoveNotAllowed(Refused):
    code = "purchase_move_not_allowed"
    sentence = "Order {number} is {status}; it cannot be {wanted}."


class VendorEnded(Refused):
    code = "vendor_ended"
    sentence = "{vendor} is ended; choose another vendor, or make it active again."


class VendorStillNeeded(Refused):
    """A vendor that orders wait for is not ended."""

    code = "vendor_still_needed"
    sentence = "{vendor} still has {what}; settle that first."


class AgreementOverlaps(Refused):
    """Two price agreements of one vendor and SKU would hold on one day."""

    code = "agreement_overlaps"
    sentence = "{sku} is agreed with {vendor} from {since} to {until} already; {fix}"


class NothingOrdered(Refused):
    code = "nothing_ordered"
    sentence = "Order {number} has no lines; add what is to be bought."


class OrderChanged(Refused):
    """What was asked to be approved is not what the order says by now."""

    code = "order_changed"
    sentence = "Order {number} comes to {total} by now, not {expected}; ask again."


class NoOrderAddress(Refused):
    code = "no_order_address"
    sentence = "{vendor} has no contact that takes orders by mail; add one, or send it by hand."


class MoreThanOrdered(Refused):
    """More has arrived than is ordered and tolerated."""

    code = "more_than_ordered"
    sentence = (
        "{sku}: {units} more would make {total} of {ordered} ordered; {allowed} too many are "
        "tolerated. {fix}"
    )


class UnitsMissing(Refused):
    """An order is not closed over missing goods without a word."""

    code = "units_missing"
    sentence = "{units} units of order {number} have not come in; say why it is closed."


class MailNotStuck(Refused):
    code = "mail_not_stuck"
    sentence = "This mail is {state}; only one in doubt or refused is decided by hand."


class ParkedSettled(Refused):
    code = "parked_settled"
    sentence = "These goods are {state} already."


class TransferMoveNotAllowed(Refused):
    code = "transfer_move_not_allowed"
    sentence = "Transfer {number} is {status}; it cannot be {wanted}."


class MoreThanSent(Refused):
    code = "more_than_sent"
    status = 422
    sentence = "{units} of {sku} is more than the {left} that are on their way."


class CountMoveNotAllowed(Refused):
    code = "count_move_not_allowed"
    sentence = "Count {number} is {status}; that is not possible any more."


class AlreadyCounting(Refused):
    """A level is in one count at a time, so that no difference is booked twice."""

    code = "already_counting"
    status = 422
    sentence = "{skus} {are} on another count that is not over: {counts}."


class NotOnCount(Refused):
    code = "not_on_count"
    status = 422
    sentence = "{sku} is not on count {number}; add it, if it lies there."


class NotAllCounted(Refused):
    code = "not_all_counted"
    sentence = "{left} SKUs of count {number} are not counted; count them, or leave them out."


class CountOvertaken(Refused):
    code = "count_overtaken"
    sentence = (
        "{sku}: {gone} units have left since {counted} were counted, more than there were; count"
        " it again."
    )


class CountedPromised(Refused):
    """Promised units were not found: somebody decides first which orders go short."""

    code = "counted_promised"
    sentence = (
        "{sku}: {counted} counted, {promised} are promised; give {units} promises back first, on"
        " the page of the count."
    )


class ReservationOver(Refused):
    code = "reservation_over"
    sentence = "Reservation {number} is {status}; there is nothing to release."


class ReservationUsed(Refused):
    code = "reservation_used"
    status = 422
    sentence = "Reservation {number} was used by order {reference}."


class AboveStockLimit(Refused):
    code = "above_stock_limit"
    sentence = (
        "{worth} is more than the {limit} that you write off alone; somebody with a higher limit"
        " scraps it."
    )


class AdviceChanged(Refused):
    code = "advice_changed"
    sentence = (
        "{sku} for {warehouse} was drafted or requested by somebody meanwhile; load the advice"
        " again."
    )


class NoAlternative(Refused):
    """A vendor that SKUs depend on is not ended in passing."""

    code = "no_alternative"
    sentence = (
        "{skus} SKUs come from {vendor} alone ({codes}); look at the exit check, and say why it is"
        " ended all the same."
    )


class NotComplete(Refused):
    """A SKU is not offered where something that the channel asks for is missing."""

    code = "not_complete"
    status = 422
    sentence = "{sku} lacks {missing}, which {channel} asks for; fill it in, then list it."


class BillKnown(Refused):
    code = "bill_known"
    status = 422
    sentence = "Bill {number} for order {order} is entered already, as {known}."


class BillMoveNotAllowed(Refused):
    code = "bill_move_not_allowed"
    sentence = "Bill {number} is {status}; it cannot be {wanted}."


class BillChanged(Refused):
    """What was asked to be accepted is not what differs by now."""

    code = "bill_changed"
    sentence = "Bill {number} differs by {difference} by now, not {expected}; ask again."


class DisputeOpen(Refused):
    code = "dispute_open"
    status = 422
    sentence = "Dispute {number} about that is open already; add what is new to it."


class DisputeMoveNotAllowed(Refused):
    code = "dispute_move_not_allowed"
    sentence = "Dispute {number} is {stage}; it cannot be {wanted}."


class PlanOpen(Refused):
    code = "plan_open"
    status = 422
    sentence = "{vendor} has an open plan already: {goal}."


class PlanOver(Refused):
    code = "plan_over"
    sentence = "That plan is {state}; there is nothing to decide."


class PreorderMoved(Refused):
    code = "preorder_moved"
    sentence = "{number} was given to another order to a vendor meanwhile; look again."
