"""Send an order to its vendor: from then on its units are incoming."""

from django.db.models import F

from core import clock
from core.events import publish
from core.ids import new_public_id
from core.operations import lock, operation
from inventory.errors import MailNotStuck, NoOrderAddress, VendorEnded
from inventory.events import PurchaseMailed, PurchaseMailStuck, PurchaseSent
from inventory.models import PurchaseOrder, VendorContact, VendorMail
from inventory.operations.purchasing.incoming import expect
from inventory.states import PurchaseStatus, VendorMailState, VendorStatus


@operation(permission="inventory.send_purchase")
def send_purchase(order_id: int, *, by_hand: bool = False) -> PurchaseOrder:
    """Tell the vendor to deliver, by mail unless `by_hand`; the mail itself goes out by a job.

    The promised days become the first promised ones, which nothing changes any more. Raises
    PurchaseMoveNotAllowed, NoOrderAddress, VendorEnded. Publishes purchase_order.sent and, as
    units are incoming, moves `incoming` of each level.
    """
    order = lock(PurchaseOrder, order_id)
    order.become(PurchaseStatus.SENT)
    if order.vendor.status == VendorStatus.ENDED:
        raise VendorEnded(field="vendor", vendor=order.vendor.name)
    if not by_hand:
        _intend_mail(order)
    order.sent_at = clock.now()
    order.save()
    order.lines.update(first_promised=F("promised"))
    expect(order, key=f"order {order.pk} sent")
    by = "by hand" if by_hand else "by mail"
    publish(
        PurchaseSent(
            purchase_order_id=order.pk, vendor_id=order.vendor_id, number=order.number, by=by
        )
    )
    return order


@operation(permission="inventory.send_purchase")
def doubt_vendor_mail(mail_id: int) -> VendorMail:
    """Note that the mail is being handed over: until the server has answered, nobody knows."""
    mail = _in_state(mail_id, VendorMailState.WAITING)
    mail.state, mail.asked_at, mail.attempts = (
        VendorMailState.IN_DOUBT,
        clock.now(),
        F("attempts") + 1,
    )
    mail.save(update_fields=["state", "asked_at", "attempts"])
    return mail


@operation(permission="inventory.send_purchase")
def record_vendor_mail(mail_id: int) -> VendorMail:
    """The mail server has taken it. Harmless to repeat. Publishes purchase_order.mailed."""
    mail = lock(VendorMail, mail_id)
    if mail.state == VendorMailState.SENT:
        return mail
    mail.state, mail.sent_at, mail.last_error = VendorMailState.SENT, clock.now(), ""
    mail.save(update_fields=["state", "sent_at", "last_error"])
    publish(PurchaseMailed(purchase_order_id=mail.order_id))
    return mail


@operation(permission="inventory.send_purchase")
def fail_vendor_mail(mail_id: int, *, why: str, again: bool) -> VendorMail:
    """The mail server has said no, for sure: not sent. `again`: only for now.

    Publishes purchase_order.mail_stuck when it is for ever.
    """
    mail = lock(VendorMail, mail_id)
    mail.state = VendorMailState.WAITING if again else VendorMailState.FAILED
    mail.last_error = why[:300]
    mail.save(update_fields=["state", "last_error"])
    if not again:
        publish(PurchaseMailStuck(purchase_order_id=mail.order_id))
    return mail


@operation(permission="inventory.send_purchase")
def leave_vendor_mail_in_doubt(mail_id: int, *, why: str) -> VendorMail:
    """No answer: it may have been sent. A person says what is true.

    Publishes purchase_order.mail_stuck.
    """
    mail = _in_state(mail_id, VendorMailState.IN_DOUBT)
    mail.last_error = why[:300]
    mail.save(update_fields=["last_error"])
    publish(PurchaseMailStuck(purchase_order_id=mail.order_id))
    return mail


@operation(permission="inventory.send_purchase")
def settle_vendor_mail(order_id: int, *, arrived: bool) -> VendorMail:
    """A person has found out: the mail has arrived, or it is to be sent (again).

    Raises MailNotStuck, NoOrderAddress. Publishes purchase_order.mailed or purchase_order.sent.
    """
    order = lock(PurchaseOrder, order_id)
    mail = VendorMail.objects.select_for_update(no_key=True).filter(order=order).first()
    stuck = (VendorMailState.IN_DOUBT, VendorMailState.FAILED)
    if mail is None or mail.state not in stuck:
        raise MailNotStuck(state=mail.get_state_display().lower() if mail else "not there")
    if arrived:
        return record_vendor_mail(mail.pk)
    mail.contact = _contact(order)
    mail.state, mail.last_error = VendorMailState.WAITING, ""
    mail.save(update_fields=["contact", "state", "last_error"])
    publish(
        PurchaseSent(
            purchase_order_id=order.pk,
            vendor_id=order.vendor_id,
            number=order.number,
            by="by mail again",
        )
    )
    return mail


def _intend_mail(order: PurchaseOrder) -> VendorMail:
    public_id = new_public_id()
    return VendorMail.objects.create(
        public_id=public_id,
        order=order,
        contact=_contact(order),
        mail_id=f"<{public_id}@purchases.opsmgr>",
    )


def _contact(order: PurchaseOrder) -> VendorContact:
    taking = order.vendor.contacts.filter(takes_orders=True).exclude(email="")
    found = taking.order_by("id").first()
    if found is None:
        raise NoOrderAddress(vendor=order.vendor.name)
    return found


def _in_state(mail_id: int, state: VendorMailState) -> VendorMail:
    mail = lock(VendorMail, mail_id)
    if mail.state != state:
        raise MailNotStuck(state=mail.get_state_display().lower())
    return mail
