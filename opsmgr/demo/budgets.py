"""Budgets in the demo: one cost center per warehouse, its months, and one that is used up."""

from contextlib import suppress

from django.conf import settings

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from core.money import Money
from inventory.budget_use import Use, month_of, next_month, uses
from inventory.models import PurchaseOrder, Warehouse
from inventory.operations.purchasing.budgets import save_cost_center, set_budget

MONTHS = 6
ROOM = 130  # percent of what is ordered in the first month
USUAL = "12000"


def leave_budgets() -> None:
    """Where the shop buys; orders that are there already get the cost center of their warehouse."""
    boss = User.objects.filter(email="manager@example.com").first()
    ordered = set(PurchaseOrder.objects.values_list("warehouse", flat=True))
    if boss is None or not ordered:
        return
    with suppress(Refused), acting(person(boss)):
        for place in Warehouse.objects.filter(pk__in=ordered).order_by("id"):
            center = save_cost_center(
                {"code": f"GOODS-{place.code}", "name": f"Goods {place.name}",
                 "warehouse": place.code}
            )  # fmt: skip
            # Past any operation: the packed orders were approved before there were budgets.
            PurchaseOrder.objects.filter(warehouse=place).update(cost_center=center)
            month = month_of(clock.today())
            for number in range(MONTHS):
                amount = Money.of(USUAL, settings.COMPANY_CURRENCY)
                if number == 0:
                    amount = _tight(uses(month, month, cost_center_id=center.pk)[0], amount)
                set_budget(center.pk, month=month, amount=amount)
                month = next_month(month)


def _tight(use: Use, usual: Money) -> Money:
    """Little more than is used of it."""
    used = use.committed + use.received
    return Money(used.minor * ROOM // 100, used.currency) if used else usual
