"""Reasons returns can refuse."""

from core.errors import Refused


class ReturnMoveNotAllowed(Refused):
    code = "return_move_not_allowed"
    sentence = "Return {number} is {status}; it cannot become {wanted}."


class NotReturnable(Refused):
    code = "not_returnable"
    sentence = "Line {position} has {returnable} units that can come back, not {units}."


class NothingToReturn(Refused):
    code = "nothing_to_return"
    status = 422
    sentence = "Name at least one line and its units."

    def __init__(self) -> None:
        super().__init__(field="lines")


class OutsidePolicy(Refused):
    code = "outside_policy"
    sentence = "{rule} Approve it with a reason to make an exception."


class UnitsDoNotMatch(Refused):
    code = "units_do_not_match"
    status = 422
    sentence = "Line {position}: {given} units were told, {wanted} are there."


class MoreThanPaid(Refused):
    code = "more_than_paid"
    sentence = "{amount} is more than the {left} that can still be given back."


class NothingToRefund(Refused):
    code = "nothing_to_refund"
    sentence = "There is nothing left to refund on {number}."


class RefundMoveNotAllowed(Refused):
    code = "refund_move_not_allowed"
    sentence = "Refund {number} is {state}; that is not possible any more."


class NotRefunded(Refused):
    code = "not_refunded"
    sentence = "{number} has units whose money was not settled; refund it first."


class NothingToCapture(Refused):
    code = "nothing_to_capture"
    sentence = (
        "Nothing is left to capture on order {number}: of what has left, {due} is not captured, "
        "and {authorized} is authorized."
    )


class CaptureMoveNotAllowed(Refused):
    code = "capture_move_not_allowed"
    sentence = "Capture {number} is {state}; that is not possible any more."


class CaptureUnderWay(Refused):
    code = "capture_under_way"
    sentence = "Money of order {number} is being captured; try again when that has ended."


class StillAsked(Refused):
    code = "still_asked"
    sentence = (
        "{number}: the gateway was asked less than {minutes} minutes ago and may still answer; look"
        " again after that."
    )
