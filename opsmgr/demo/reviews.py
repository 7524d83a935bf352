"""What the demo's analyst does with orders that wait for a risk decision."""

from core.actor import acting
from core.errors import Refused
from fraud.models import OrderRisk
from fraud.operations.decide import accept_order, reject_order
from fraud.states import RiskState
from opsmgr.demo.staff import Staff


def decide_reviews(staff: Staff) -> None:
    """Accept most, reject a few, leave some for tomorrow."""
    with acting(staff.analyst):
        for risk in OrderRisk.objects.filter(state=RiskState.REVIEW).order_by("id")[:60]:
            odd = staff.chance.random()
            try:
                if odd < 0.6:
                    accept_order(risk.pk, reason="Spoke with the customer; all in order.")
                elif odd < 0.7:
                    reject_order(risk.pk, reason="The card and the address do not belong together.")
            except Refused:
                continue
