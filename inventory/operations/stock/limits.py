"""What a correction of stock is worth, and up to which value a person makes it alone."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models

from core import clock
from core.models import User
from core.money import Money
from inventory.models import Sku
from inventory.operations.purchasing.rates import rate_on


def own_limit(limits: type[models.Model], user_id: int | None) -> Money | None:
    """The highest limit of the person's roles, nothing without one; None: no person, no limit.

    `limits` is a table of role and amount, in the company's currency.
    """
    if user_id is None:
        return None
    roles = User.objects.values_list("roles", flat=True).get(pk=user_id)
    rows: Any = limits._default_manager.filter(role__in=roles)
    return max((row.amount for row in rows), default=Money.zero(settings.COMPANY_CURRENCY))


def worth(units: Mapping[int, int]) -> Money:
    """What units (sku id -> units, whatever their sign) cost, in the company's currency today.

    What has no cost counts with nothing. Raises BadValue for a currency without a rate.
    """
    total = Money.zero(settings.COMPANY_CURRENCY)
    skus = Sku.objects.filter(pk__in=units).exclude(unit_cost=None)
    for sku in skus.only("unit_cost", "currency"):
        rate = rate_on(sku.currency, clock.today())
        amount = (sku.unit_cost or 0) * abs(units[sku.pk]) * rate
        total = total + Money.rounded(amount, total.currency)
    return total
