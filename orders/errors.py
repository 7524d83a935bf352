"""Reasons orders can refuse."""

from core.errors import Refused


class MoveNotAllowed(Refused):
    code = "move_not_allowed"
    sentence = "Order {number} is {status}; it cannot become {wanted}."


class FulfillmentMoveNotAllowed(Refused):
    code = "fulfillment_move_not_allowed"
    sentence = "Fulfillment order {number} is {status}; it cannot become {wanted}."


class ChannelClosed(Refused):
    code = "channel_closed"
    sentence = "Channel {channel} is closed and takes no orders."


class SameReferenceOtherOrder(Refused):
    code = "same_reference_other_order"
    sentence = "{channel} has sent {ref} before, as order {number}, with other contents."


class UnknownSku(Refused):
    code = "unknown_sku"
    status = 422
    sentence = "{field}: there is no SKU {sku}; create it, or map it as a listing of the channel."


class AlreadyShipped(Refused):
    code = "already_shipped"
    sentence = "Order {number} has shipped; ask for a return instead."


class NotReady(Refused):
    """`reasons` are the codes of what is in the way."""

    code = "not_ready"
    sentence = "Order {number} cannot be released: {why}"


class GateDecided(Refused):
    code = "gate_decided"
    sentence = "The {gate} gate of order {number} is {state} already."


class KeptBack(Refused):
    """Held, or a gate was shut after the release; `reasons` are the codes."""

    code = "kept_back"
    sentence = "Order {number} must not go on: {why}"


class TooMuch(Refused):
    """More money than there is."""

    code = "too_much"
    sentence = "{asked} is more than the {left} that are left to {act} on order {number}."


class AboveLimit(Refused):
    code = "above_limit"
    sentence = (
        "{asked} is more than the {limit} that one person gives back of order {number} within 30"
        " days. Refund it from the order's page instead, which asks a second person."
    )


class SameReferenceOtherAmount(Refused):
    code = "same_reference_other_amount"
    sentence = "{ref} has been recorded before, with {amount}; a new event has its own reference."


class NotWaiting(Refused):
    code = "not_waiting"
    sentence = "{what} is not open any more."


class NotThatManyUnits(Refused):
    code = "not_that_many_units"
    sentence = "{field}: {units} units, but {left} are left."


class ImportDisturbed(Refused):
    code = "import_disturbed"
    sentence = "Another run reads this file too; let it end, or try again."


class NotShortByCount(Refused):
    code = "not_short_by_count"
    sentence = "Count {number} leaves enough for what is promised; no order need go short."


class StillBeingPicked(Refused):
    code = "still_being_picked"
    sentence = (
        "{units} more of {sku} are promised to orders that are being picked: the picker says there"
        " that they are missing, or finds them."
    )
