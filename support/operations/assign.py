"""Who looks after a case, how urgent it is, and which orders it is about."""

from django.db.models.functions import Now

from core.errors import BadValue, NotThere
from core.events import publish
from core.models import NotificationKind, User
from core.notifications import tell
from core.operations import lock, operation
from orders.models import Order
from support.errors import NotTheSameCustomer
from support.events import CaseAssigned, CaseChanged, CaseLinked
from support.models import Case, CaseOrder
from support.promises import change_priority
from support.states import Priority


@operation(permission="support.assign_case")
def assign_case(case_id: int, *, user_id: int | None) -> Case:
    """Give the case to a person who works on cases; None: to nobody.

    Raises BadValue for somebody who does not answer customers. Publishes case.assigned.
    """
    case = lock(Case, case_id)
    if user_id is not None:
        user = User.objects.filter(pk=user_id, is_active=True).first()
        if user is None or not user.has_perm("support.reply_case"):
            raise BadValue(field="assignee", fix="name somebody who answers customers.")
    if case.assignee_id == user_id:
        return case
    case.assignee_id = user_id
    case.version += 1
    case.updated_at = Now()
    case.save(update_fields=["assignee", "version", "updated_at"])
    about = f"case:{case.pk}"
    tell([user_id], NotificationKind.ASSIGNED, about, key=f"{about} v{case.version}")
    publish(CaseAssigned(case_id=case.pk, user_id=user_id))
    return case


@operation(permission="support.assign_case")
def set_case_priority(case_id: int, *, priority: int) -> Case:
    """Change how urgent it is; what was promised changes with it. Publishes case.changed."""
    if priority not in Priority.values:
        raise BadValue(field="priority", fix="a number from 1 (low) to 4 (urgent).")
    case = lock(Case, case_id)
    if case.priority == priority:
        return case
    change_priority(case, priority)
    case.version += 1
    case.updated_at = Now()
    case.save(update_fields=["priority", "due", "first_response_due", "version", "updated_at"])
    publish(CaseChanged(case_id=case.pk, fields=["priority"]))
    return case


@operation(permission="support.open_case")
def link_order(case_id: int, *, order_id: int) -> Case:
    """Say that the case is about this order too; twice changes nothing.

    Raises NotThere, NotTheSameCustomer. Publishes case.linked.
    """
    case = lock(Case, case_id)
    order = Order.objects.filter(pk=order_id, channel_id=case.channel_id).first()
    if order is None:
        raise NotThere(kind="order")
    if case.customer_id is None:
        case.customer_id = order.customer_id
        case.save(update_fields=["customer"])
    if order.customer_id != case.customer_id:
        raise NotTheSameCustomer(field="order", order=order.number)
    _, fresh = CaseOrder.objects.get_or_create(case=case, order=order)
    if fresh:
        publish(CaseLinked(case_id=case.pk, order_id=order.pk))
    return case
