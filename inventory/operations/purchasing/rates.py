"""What other currencies are worth in the company's, day by day."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from core.actor import current_actor
from core.errors import BadValue
from core.events import publish
from core.operations import operation
from inventory.events import RateSet
from inventory.models import ExchangeRate
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own

MOST_RATE = Decimal(10) ** 6
STEP = Decimal("0.0000000001")


@operation(permission="inventory.set_rate")
def set_rate(currency: str, *, rate: Any, day: Any) -> ExchangeRate:
    """Say that one unit of `currency` is `rate` of the company's from `day` on.

    Documents keep the rate that they were made with. Raises BadValue. Publishes rate.set.
    """
    code = fields.currency("currency", currency)
    if code == settings.COMPANY_CURRENCY:
        raise BadValue(field="currency", fix="The company's own currency needs no rate.")
    exact = _rate(rate)
    made, _ = ExchangeRate.objects.update_or_create(
        currency=code,
        day=own.some_day("day", day),
        defaults={"rate": exact, "actor": current_actor().name},
    )
    publish(
        RateSet(
            rate_id=made.pk, currency=code, rate=f"{exact.normalize():f}", day=made.day.isoformat()
        )
    )
    return made


def rate_on(currency: str, day: date, *, field: str = "currency") -> Decimal:
    """What one unit was worth on that day: the latest rate until then, else the settings'.

    Raises BadValue when neither is known.
    """
    if currency == settings.COMPANY_CURRENCY:
        return Decimal(1)
    known = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day").first()
    if known is not None:
        return known.rate
    if currency in settings.CURRENCY_RATES:
        return Decimal(str(settings.CURRENCY_RATES[currency])).quantize(STEP)
    fix = f"No rate of {currency} is known for {day}; set one under Exchange rates."
    raise BadValue(field=field, fix=fix)


def _rate(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
        exact = found == found.quantize(STEP)
    except (ArithmeticError, ValueError) as error:
        raise BadValue(field="rate", fix="Give a rate like 0.86.") from error
    if not exact or not 0 < found < MOST_RATE:
        raise BadValue(field="rate", fix="Give a rate above 0 with at most 10 decimals.")
    return found
