"""Payment gateways as refunds and captures see them: one file per adapter.

To add one: copy `http_json.py`, keep the class's methods, name it in ADAPTERS, and
give a PaymentGateway row (Django admin) that adapter. An adapter touches no table.
"""

from returns.gateways.http_json import HttpJsonGateway
from returns.gateways.kind import Gateway, GatewayRefused, GatewaySilent
from returns.gateways.local import LocalGateway
from returns.models import PaymentGateway

__all__ = ["ADAPTERS", "Gateway", "GatewayRefused", "GatewaySilent", "gateway_for"]

ADAPTERS: dict[str, type[Gateway]] = {"local": LocalGateway, "http_json": HttpJsonGateway}


def gateway_for(code: str) -> Gateway:
    """The adapter of a payment gateway. Raises GatewaySilent when none is set up for it."""
    known = PaymentGateway.objects.filter(code=code, active=True).first()
    if known is None or known.adapter not in ADAPTERS:
        raise GatewaySilent(f"No adapter is set up for the gateway “{code}”.")
    return ADAPTERS[known.adapter](url=known.url, secret=known.secret)
