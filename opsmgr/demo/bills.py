"""Bills in the demo: one that is right and paid, one that differs, one in dispute; and a plan."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from core import clock
from core.actor import acting, person
from core.errors import Refused
from core.models import User
from core.money import Money
from inventory.models import Bill, PurchaseOrder
from inventory.operations.purchasing.bills import BILLED, BilledLine, enter_bill, pay_bill
from inventory.operations.purchasing.disputes import add_evidence, move_dispute, open_dispute
from inventory.operations.purchasing.plans import start_plan

DEARER = Decimal("1.06")


def leave_bills() -> None:
    """Bills for the orders of which something has come; the third one is two weeks old."""
    boss = User.objects.filter(email="manager@example.com").first()
    clerk = User.objects.filter(email="finance@example.com").first() or boss
    came = PurchaseOrder.objects.filter(status__in=BILLED, receipts__isnull=False)
    orders = list(came.distinct().order_by("id")[:4])
    if boss is None or clerk is None or len(orders) < 3:
        return
    with suppress(Refused), acting(person(clerk)):
        paid = _billed(orders[0], "INV-2201", Decimal(1))
        _billed(orders[1], "R/88-14", DEARER)
        if paid.status == "to_pay":
            pay_bill(paid.pk, paid_on=clock.today(), reference="BACS 7741")
    with suppress(Refused), acting(person(boss)):
        with clock.pinned(clock.now() - timedelta(days=14)):
            bill = _billed(orders[2], "40071", DEARER)
            dispute = open_dispute(
                orders[2].pk,
                {"kind": "price", "about": "Billed above the prices of the order."},
                bill_id=bill.pk,
            )
            add_evidence(dispute.pk, text="They say that copper got dearer; we have their list.")
            due = clock.today() + timedelta(days=12)
            move_dispute(dispute.pk, stage="notice", due_on=due, note="Sent by registered mail.")
        goal = {"goal": "Deliver on the first promised day; call us the week before."}
        judged = {"measure": "otif_percent", "target": "90"}
        until = clock.today() + timedelta(days=60)
        start_plan(orders[2].vendor_id, {**goal, **judged, "due_on": until})


def _billed(order: PurchaseOrder, number: str, factor: Decimal) -> Bill:
    """What has come of the order, at its prices times `factor`."""
    lines, total = [], Money.zero(order.currency)
    for line in order.lines.filter(units_received__gt=0).order_by("id"):
        price = (line.price * factor).quantize(Decimal("0.0001"))
        units = max(line.units_received - line.units_damaged, 1)
        lines.append(BilledLine(sku_id=line.sku_id, units=units, price=price))
        total = total + Money.rounded(price * units, order.currency)
    given = {"number": number, "billed_on": clock.today(), "total": total}
    return enter_bill(order.pk, lines=lines, given=given)
