"""Tables of returns."""

from returns.models.money import PaymentGateway, Refund, RefundLimit
from returns.models.policies import ReturnPolicy
from returns.models.rmas import ReturnAuthorization, ReturnLine, ReturnUnits

__all__ = [
    "PaymentGateway",
    "Refund",
    "RefundLimit",
    "ReturnAuthorization",
    "ReturnLine",
    "ReturnPolicy",
    "ReturnUnits",
]
