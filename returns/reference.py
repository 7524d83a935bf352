"""Rows returns start with; what people have edited stays as it is."""

from django.conf import settings

from core.money import Money
from returns.models import PaymentGateway, RefundLimit, ReturnPolicy

LIMIT = "500"  # in the company's currency, above which a second person decides


def ensure_returns_reference() -> None:
    """The general policy, the refund limit, and the gateways that need no set-up."""
    if not ReturnPolicy.objects.filter(channel=None).exists():
        ReturnPolicy.objects.create(name="30 days")
    RefundLimit.objects.get_or_create(
        pk=1, defaults={"amount": Money.of(LIMIT, settings.COMPANY_CURRENCY)}
    )
    PaymentGateway.objects.bulk_create(
        [
            PaymentGateway(code="local", adapter="local"),
            PaymentGateway(code="manual", adapter="manual"),
        ],
        ignore_conflicts=True,
    )
