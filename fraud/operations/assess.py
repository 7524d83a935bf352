"""Score an order, and let the score clear, refuse or keep its risk gate."""

from typing import Any

from django.conf import settings

from core import clock
from core.actor import current_actor
from core.errors import NotThere
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from core.work import finish_work, open_work
from fraud.events import RiskAssessed
from fraud.models import Assessment, OrderRisk
from fraud.operations.gate import apply_to_gate, asked_again
from fraud.operations.signals import signals_of, trace_orders
from fraud.scoring import Policy, Score
from fraud.states import SETTLED, STATE_OF, RiskState
from orders.models import Order


@operation(permission="fraud.assess_order")
def assess_order(
    order_id: int, *, signals: dict[str, Any] | None = None, policy: Policy | None = None
) -> OrderRisk:
    """Score the order by the present rules; approve, send to review or decline it.

    Every scoring is kept; the newest is the current one. What a person has decided stays
    decided: a later score is stored beside it and moves nothing, unless the gate was asked
    again because the order has changed since. `signals` and `policy` are given by whoever has
    gathered them for a batch.

    Raises NotThere without such an order. Publishes risk.assessed; order.cleared or
    order.refused follow from orders.
    """
    if signals is None:
        trace_orders([order_id])
        signals = signals_of([order_id]).get(order_id)
    if signals is None:
        raise NotThere(kind="order")
    score = (policy or Policy.present()).score(signals)
    risk = _locked(order_id, score)
    order = lock(Order, order_id)
    risk.assessment = _stored(order, score, signals)
    risk.score, risk.outcome = score.points, score.outcome
    risk.expected_loss = risk.assessment.expected_loss
    risk.scored_at = risk.assessment.scored_at
    if risk.state == RiskState.ACCEPTED and asked_again(order):
        risk.decided_at, risk.decided_by, risk.reason = None, "", ""  # the event keeps who and why
        _become(risk, order, score)
    elif risk.state not in SETTLED:
        _become(risk, order, score)
    risk.save()
    publish(
        RiskAssessed(
            order_id=order_id, orderrisk_id=risk.pk, assessment_id=risk.assessment.pk,
            score=score.points, outcome=score.outcome.value,
        )
    )  # fmt: skip
    return risk


def _locked(order_id: int, score: Score) -> OrderRisk:
    """The order's one risk row, made if it is new; two scorings at once queue here."""
    now = clock.now()
    channel_id = Order.objects.values_list("channel", flat=True).get(pk=order_id)
    fresh = OrderRisk(
        order_id=order_id, channel_id=channel_id, state=STATE_OF[score.outcome],
        policy=score.policy, first_scored_at=now, scored_at=now,
    )  # fmt: skip
    OrderRisk.objects.bulk_create([fresh], ignore_conflicts=True)
    return OrderRisk.objects.select_for_update(no_key=True, of=("self",)).get(order=order_id)


def _stored(order: Order, score: Score, signals: dict[str, Any]) -> Assessment:
    total = order.company_total
    loss = Money(max(total.minor, 0) * min(score.points, 100) // 100, settings.COMPANY_CURRENCY)
    return Assessment.objects.create(
        order=order,
        number=Assessment.objects.filter(order=order).count() + 1,
        score=score.points,
        outcome=score.outcome,
        reasons=score.reasons,
        unknown=score.unknown,
        signals=signals | {"judged_by": score.judged_by},
        policy=score.policy,
        expected_loss=loss,
        actor=current_actor().name,
        scored_at=clock.now(),
    )


def _become(risk: OrderRisk, order: Order, score: Score) -> None:
    """Take the state of the score, tell the gate, and open or close the review."""
    state = apply_to_gate(order, score)
    if state == RiskState.REVIEW:
        risk.review_at = risk.review_at or clock.now()
        open_work(
            "fraud.review",
            f"order:{order.pk}",
            title=f"Review the risk of order {order.number}: {score.points} points",
            url=risk.get_absolute_url(),
            permission="fraud.decide_risk",
            due=order.ship_by,
            priority=min(score.points, 100),
            channel_id=order.channel_id,
        )
    elif risk.state == RiskState.REVIEW:
        finish_work("fraud.review", f"order:{order.pk}", outcome=f"scored again: {score.outcome}")
    risk.state = state
