"""Background work of inventory: channels are told what there is, vendors what to deliver."""

from collections.abc import Iterable
from datetime import timedelta

from core import clock
from core.jobs import job
from core.mail import Answer, MailServerBusyError, hand_over, open_connection
from inventory.channels import CHANNELS, NoAnswer, NotAccepted, PushItem, Target
from inventory.models import Channel, CountRule, VendorMail
from inventory.operations.purchasing.send import (
    doubt_vendor_mail,
    fail_vendor_mail,
    leave_vendor_mail_in_doubt,
    record_vendor_mail,
)
from inventory.operations.purchasing.watch_dates import watch_vendor_dates
from inventory.operations.stock.count_rules import start_due_counts
from inventory.operations.stock.prove import prove_stock
from inventory.operations.stock.reserve import expire_reservation
from inventory.operations.sync.push import (
    Push,
    note_silence,
    plan_pushes,
    record_pushes,
    take_pushes,
)
from inventory.operations.sync.request_push import request_push
from inventory.states import ReservationStatus, VendorMailState
from inventory.vendor_mail import order_mail

AT_ONCE = 200  # quantities in one request
ROUNDS = 6  # requests in one go: six deadlines fit into the lease
SWEEP = timedelta(hours=1)


def stock_changed(sku_ids: Iterable[int]) -> None:
    """Let every connected channel that lists these SKUs hear what there is now.

    For handlers of events that move stock (orders placed, cancelled, shipped). Cheap to call often:
    it notes the SKUs, and one job per channel looks at the present.
    """
    push_stock.add_many(request_push(sku_ids))


@job("inventory.push_stock", queue="sync", lease=timedelta(seconds=150))
def push_stock(channel_id: str) -> None:
    """Tell one channel what it does not know; what is in doubt is asked again first.

    Running it again is harmless: it compares with the present, and the push's id is the
    idempotency key.
    """
    channel = Channel.objects.get(pk=channel_id)
    for _ in range(ROUNDS):
        if not channel.active or channel.adapter not in CHANNELS:
            plan_pushes(channel.pk)
            return
        plan_pushes(channel.pk)  # first: what has waited since another try may be out of date
        pushes = take_pushes(channel.pk, limit=AT_ONCE)
        if not pushes:
            return
        _tell(channel, pushes)
    push_stock.add(channel_id)  # there is more: let others of the queue have their turn


@job("inventory.compare_stock", queue="sync", lease=timedelta(seconds=120))
def compare_stock(key: str) -> None:
    """Compare all that one channel lists with what it knows: the net under the marks.

    The key is the channel's id; followed by " now" it is done once, else again every hour.
    """
    channel_id, _, once = key.partition(" ")
    if not once:
        compare_stock.add(key, wait=SWEEP)
    if plan_pushes(int(channel_id), everything=True):
        push_stock.add(channel_id)


def _tell(channel: Channel, pushes: list[Push]) -> None:
    """Ask the channel outside of any transaction, then write down what it said."""
    target = Target(url=channel.adapter_url, secret=channel.adapter_secret)
    items = [PushItem(key=str(p.id), channel_sku=p.channel_sku, units=p.units) for p in pushes]
    ids = [push.id for push in pushes]
    try:
        answers = CHANNELS[channel.adapter].push_stock(target, items)
    except (NoAnswer, NotAccepted) as error:
        note_silence(ids, error=str(error), heard=isinstance(error, NotAccepted))
        raise
    record_pushes(channel.pk, {int(answer.key): answer.error for answer in answers})
    if silent := set(ids) - {int(answer.key) for answer in answers}:
        note_silence(sorted(silent), error="The answer left it out.", heard=False)
        raise NoAnswer(f"{len(silent)} of {len(ids)} quantities were not answered")


@job("inventory.mail_purchase", queue="default", lease=timedelta(seconds=90))
def mail_purchase(mail_id: str) -> None:
    """Mail one order to its vendor. Running it again never sends it a second time.

    One that may have been sent, after a crash or silence, waits in doubt for a person.
    """
    mail = VendorMail.objects.select_related("order__vendor", "order__warehouse", "contact")
    found = mail.get(pk=mail_id)
    if found.state == VendorMailState.IN_DOUBT and not found.last_error:
        leave_vendor_mail_in_doubt(found.pk, why="The sender stopped before the answer was heard.")
    if found.state != VendorMailState.WAITING:
        return
    if found.contact is None or not found.contact.email:
        fail_vendor_mail(found.pk, why="Nobody there takes orders by mail any more.", again=False)
        return
    letter = order_mail(found)
    connection = open_connection()  # an error here: nothing was sent, the job comes back
    doubt_vendor_mail(found.pk)
    answer, words = hand_over(letter, connection)
    if answer == Answer.SENT:
        record_vendor_mail(found.pk)
    elif answer == Answer.SILENT:
        leave_vendor_mail_in_doubt(found.pk, why=words)
    else:
        fail_vendor_mail(found.pk, why=words, again=answer == Answer.NOT_NOW)
        if answer == Answer.NOT_NOW:
            raise MailServerBusyError(words)


@job("inventory.watch_vendors", queue="default", lease=timedelta(minutes=2))
def watch_vendors(_: str) -> None:
    """Open work for contracts and reviews that are due; once for each day, however often."""
    watch_vendor_dates()


@job("inventory.plan_counts", queue="default", lease=timedelta(minutes=10))
def plan_counts(_: str) -> None:
    """Start the counts that rules ask for; a rule whose count is open waits, however often."""
    places = CountRule.objects.filter(active=True).order_by("warehouse")
    for warehouse_id in places.values_list("warehouse", flat=True).distinct():
        start_due_counts(warehouse_id)


@job("inventory.prove_stock", queue="default", lease=timedelta(minutes=10))
def prove(_: str) -> None:
    """Note up to which movement each counter is proved; whatever is wrong keeps its last proof."""
    prove_stock()


@job("inventory.expire_reservation", queue="default", lease=timedelta(seconds=60))
def expire(reservation_id: str) -> None:
    """Let go of a reservation whose time is over; one that was renewed is looked at again then."""
    row = expire_reservation(int(reservation_id))
    if row.status == ReservationStatus.HELD and row.expires_at is not None:
        expire.add(reservation_id, wait=max(row.expires_at - clock.now(), timedelta()))
