"""Reasons fraud can refuse."""

from core.errors import Refused


class AlreadyDecided(Refused):
    code = "risk_already_decided"
    sentence = "The risk of order {number} has been decided already: {state}."


class OrderGone(Refused):
    code = "order_gone"
    sentence = "Order {number} was cancelled meanwhile; there is nothing left to accept."


class ReasonNeeded(Refused):
    code = "reason_needed"
    status = 422
    sentence = "Say why: the reason stays with the order."


class ThresholdsCross(Refused):
    code = "thresholds_cross"
    status = 422
    sentence = "Review must start above 0 points and below the {decline_from} points of decline."


class BadRule(Refused):
    code = "bad_rule"
    status = 422
    sentence = "{field}: {fix}"
