"""Close a case, and open it again."""

from core import clock
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.operations import lock, operation
from support.errors import CaseNotClosed, CaseNotOpen
from support.events import CaseClosed
from support.models import Case
from support.states import CaseState
from support.turns import open_again, save


@operation(permission="support.close_case")
def close_case(case_id: int, *, resolution: str) -> Case:
    """The matter is settled. Raises CaseNotOpen, BadValue. Publishes case.closed."""
    if not resolution.strip():
        raise BadValue(field="resolution", fix="say how it was settled.")
    case = lock(Case, case_id)
    if case.state == CaseState.CLOSED:
        raise CaseNotOpen(number=case.number)
    case.state = CaseState.CLOSED
    case.resolved_at, case.resolution = clock.now(), mask_cards(resolution.strip())[0][:200]
    save(case)
    first = case.links.order_by("id").values_list("order_id", flat=True).first()
    publish(CaseClosed(case_id=case.pk, order_id=first))
    return case


@operation(permission="support.close_case")
def reopen_case(case_id: int, *, reason: str) -> Case:
    """It was not settled. Raises CaseNotClosed, BadValue. Publishes case.reopened."""
    if not reason.strip():
        raise BadValue(field="reason", fix="say why.")
    case = lock(Case, case_id)
    if case.state != CaseState.CLOSED:
        raise CaseNotClosed(number=case.number, state=case.get_state_display().lower())
    open_again(case, mask_cards(reason.strip())[0][:200])
    save(case)
    return case
