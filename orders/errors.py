"""Reasons orders can refuse."""

from core.errors import Refused


class MoveNotAllowed(Refused):
    code = "move_not_allowed"
    sentence = "Order {number} is {status}; it cannot become {wanted}."


class FulfillmentMoveNotAllowed(Refused):
    code = "fulfillment_move_not_allowed"
    sentence = "Fulfillment order {number} is {status}; it cannot become {wanted}."
