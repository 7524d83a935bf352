"""Tables of returns."""

from returns.models.captures import Capture
from returns.models.money import PaymentGateway, Refund, RefundLimit
from returns.models.policies import ReturnPolicy
from returns.models.rmas import ReturnAuthorization, ReturnLine, ReturnUnits

__all__ = [
    "Capture",
    "PaymentGateway",
    "Refund",
    "RefundLimit",
    "ReturnAuthorization",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnUnits",
]
