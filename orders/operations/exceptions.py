"""Raise what a person has to look at; settle, snooze and hand it over."""

from datetime import datetime, timedelta
from typing import Any

from core import clock
from core.actor import current_actor
from core.cards import mask_cards
from core.errors import BadValue
from core.events import publish
from core.models import User
from core.operations import lock, operation, require_reach
from orders.errors import NotWaiting
from orders.events import ExceptionRaised, ExceptionResolved
from orders.models import Order, OrderException
from orders.operations.saving import require_near, save_order
from orders.states import ExceptionKind


def urgent_at(raised_at: datetime, severity: int) -> datetime:
    """Where it stands in the queue: by age, and a high one as if it were two days older."""
    return raised_at - timedelta(days=severity - 1)


@operation(permission="orders.raise_exception")
def raise_exception(  # noqa: PLR0913 - an exception has these parts
    kind: str,
    *,
    order_id: int | None,
    key: str,
    sentence: str,
    facts: dict[str, Any] | None = None,
    fix: str = "",
    severity: int = 2,
    channel_id: int | None = None,
) -> OrderException:
    """Put one row on the exceptions queue; while it is open, the same kind and key adds none.

    Raises NotThere for an order or channel out of reach. Publishes exception.raised.
    """
    if kind not in ExceptionKind.values:
        raise BadValue(field="kind", fix=f"One of: {', '.join(ExceptionKind.values)}.")
    order = lock(Order, order_id) if order_id else None
    if order is None and channel_id is not None:
        require_reach("channel", channel_id=channel_id)
    row = OrderException(
        order=order,
        channel_id=order.channel_id if order else channel_id,
        kind=kind,
        severity=severity,
        sentence=mask_cards(sentence)[0][:300],
        facts=facts or {},
        fix=fix[:300],
        source=current_actor().name,
        key=key[:100],
        raised_at=clock.now(),
        urgent_at=urgent_at(clock.now(), severity),
    )
    OrderException.objects.bulk_create([row], ignore_conflicts=True)
    found = OrderException.objects.get(kind=kind, key=key[:100], resolved_at=None)
    if found.public_id == row.public_id:
        publish(ExceptionRaised(order_id=order_id, exception_id=found.pk, kind=kind))
        if order is not None:
            save_order(order)
    return found


@operation(permission="orders.resolve_exception")
def resolve_exception(exception_id: int, *, resolution: str) -> OrderException:
    """Settle an exception, saying how. Raises NotWaiting when it is settled already.

    Publishes exception.resolved.
    """
    for order_id in OrderException.objects.filter(pk=exception_id).values_list("order", flat=True):
        Order.objects.select_for_update(no_key=True, of=("self",)).filter(pk=order_id).first()
    row = lock(OrderException, exception_id)  # the order first, as everywhere
    if row.resolved_at is not None:
        raise NotWaiting(what="The exception")
    if not resolution.strip():
        raise BadValue(field="resolution", fix="Say in a few words how it was settled.")
    return _settle(row, resolution)


def settle_exceptions(kind: ExceptionKind, key: str, *, resolution: str) -> None:
    """Inside an operation: what was wrong is right again, so nobody need look."""
    for row in OrderException.objects.select_for_update(no_key=True, of=("self",)).filter(
        kind=kind, key=key, resolved_at=None
    ):
        _settle(row, resolution)


def _settle(row: OrderException, resolution: str) -> OrderException:
    row.resolved_at, row.resolution = clock.now(), mask_cards(resolution)[0][:300]
    row.resolved_by = current_actor().name
    row.save(update_fields=["resolved_at", "resolution", "resolved_by"])
    publish(ExceptionResolved(order_id=row.order_id, exception_id=row.pk))
    if row.order is not None:
        save_order(row.order)
    return row


@operation(permission="orders.resolve_exception")
def assign_exception(exception_id: int, *, user_id: int | None) -> OrderException:
    """Say who looks after it; nobody with None."""
    row = lock(OrderException, exception_id)
    if user_id is not None and not User.objects.filter(pk=user_id, is_active=True).exists():
        raise BadValue(field="user", fix="There is no such active person.")
    row.owner_id = user_id
    row.save(update_fields=["owner"])
    return row


@operation(permission="orders.resolve_exception")
def snooze_exception(exception_id: int, *, until: datetime) -> OrderException:
    """Take it off the queue until then. Raises BadValue for a time that has passed."""
    row = lock(OrderException, exception_id)
    if until <= clock.now():
        raise BadValue(field="until", fix="Choose a time that is still to come.")
    require_near(until, field="until")
    row.snoozed_until = until
    row.save(update_fields=["snoozed_until"])
    return row
