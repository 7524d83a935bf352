"""Labels: the intent, the doubt, the answer; and giving one back."""

from core import clock
from core.events import publish
from core.money import Money
from core.operations import lock, operation
from orders.operations.card_numbers import without_card
from orders.operations.exceptions import settle_exceptions
from orders.states import ExceptionKind
from shipping.errors import LabelNotReady, NoServiceYet, ParcelMoveNotAllowed
from shipping.events import LabelBought, LabelRefused, LabelRequested, LabelVoided
from shipping.models import Label, Parcel
from shipping.states import AT_THE_BENCH, LabelState, ParcelState

LIVE = (LabelState.REQUESTED, LabelState.IN_DOUBT, LabelState.BOUGHT)


@operation(permission="shipping.request_label")
def request_label(parcel_id: int) -> Label:
    """Write down the intent to buy the label of the selected service; a job asks the carrier.

    Asked again it returns the label that lives. Raises NoServiceYet,
    ParcelMoveNotAllowed when the parcel has left. Publishes label.requested.
    """
    parcel = lock(Parcel, parcel_id)
    if parcel.state not in AT_THE_BENCH:
        raise ParcelMoveNotAllowed(
            number=parcel.number, status=parcel.get_state_display().lower(), wanted="labelled"
        )
    if parcel.service_id is None:
        raise NoServiceYet(number=parcel.number)
    if live := Label.objects.filter(parcel=parcel, state__in=LIVE).first():
        return live
    times = Label.objects.filter(parcel=parcel).count() + 1
    label = Label.objects.create(
        parcel=parcel,
        service_id=parcel.service_id,
        ship_to_id=parcel.fulfillment.order.ship_to_id,
        reference=f"{parcel.number}/{times}",
        requested_at=clock.now(),
    )
    Parcel.objects.filter(pk=parcel.pk).update(problem="")
    publish(
        LabelRequested(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id,
            label_id=label.pk, number=parcel.number,
        )
    )  # fmt: skip
    return label


@operation(permission="shipping.request_label")
def doubt_label(label_id: int) -> bool:
    """Say, before the carrier is asked, that it may from now on have sold this label.

    False when there is nothing to buy any more: bought, refused or given back.
    """
    parcel, label = _locked(label_id)
    if label.state not in {LabelState.REQUESTED, LabelState.IN_DOUBT}:
        return False
    label.state, label.asked_at = LabelState.IN_DOUBT, clock.now()
    label.save(update_fields=["state", "asked_at"])
    if parcel.state == ParcelState.DRAFT:
        parcel.become(ParcelState.IN_DOUBT)
        parcel.save(update_fields=["state", "updated_at"])
    return True


@operation(permission="shipping.request_label")
def record_label(label_id: int, *, tracking_number: str, cost: Money | None, pdf: bytes) -> Label:
    """Keep what the carrier sold. Recording it again changes nothing.

    A label that was given back meanwhile keeps its number, so that it can be
    voided; when its voiding is over already, it is asked for once more. Publishes
    label.bought, or label.voided.
    """
    parcel, label = _locked(label_id)
    if label.tracking_number:
        return label
    label.tracking_number, label.pdf = tracking_number, pdf
    if cost is not None:
        label.currency = cost.currency
        label.cost = cost
    if label.state in {LabelState.VOIDING, LabelState.VOID}:
        late = label.state == LabelState.VOID
        label.state = LabelState.VOIDING
        label.save()
        if late:  # the carrier knew nothing of it when it was asked to take it back
            _tell_voided(parcel, label, "sold after it was given back")
        return label
    label.state, label.bought_at = LabelState.BOUGHT, clock.now()
    label.save()
    _put_on(parcel, label)
    settle_exceptions(ExceptionKind.CARRIER_FAILED, parcel.number, resolution="It has a label now.")
    publish(
        LabelBought(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id, label_id=label.pk,
            number=parcel.number, tracking_number=tracking_number,
        )
    )  # fmt: skip
    return label


def _put_on(parcel: Parcel, label: Label) -> None:
    parcel.become(ParcelState.LABELLED)
    parcel.tracking_number, parcel.problem = label.tracking_number, ""
    parcel.labelled_at = label.bought_at
    if label.cost is not None:  # what the carrier charged beats what the card says
        parcel.cost = None
        parcel.currency = label.currency
        parcel.cost = label.cost
    parcel.save()


@operation(permission="shipping.request_label")
def trouble_with_label(label_id: int, *, reason: str) -> None:
    """Show on the parcel why its label is still in doubt; the job tries again."""
    parcel, label = _locked(label_id)
    if label.state == LabelState.IN_DOUBT:
        label.error = parcel.problem = reason[:300]
        label.save(update_fields=["error"])
        parcel.save(update_fields=["problem", "updated_at"])


@operation(permission="shipping.request_label")
def fail_label(label_id: int, *, reason: str) -> None:
    """Keep the carrier's no: the parcel is a draft without a service again.

    Publishes label.refused; the next best service is then selected.
    """
    parcel, label = _locked(label_id)
    if label.state not in {LabelState.REQUESTED, LabelState.IN_DOUBT}:
        return
    label.state, label.error = LabelState.FAILED, reason[:300]
    label.save(update_fields=["state", "error"])
    if parcel.state == ParcelState.IN_DOUBT:
        parcel.become(ParcelState.DRAFT)
    parcel.service = parcel.carrier = parcel.cost = None
    parcel.problem = reason[:300]
    parcel.save()
    publish(
        LabelRefused(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id, label_id=label.pk,
            number=parcel.number, reason=reason[:200],
        )
    )  # fmt: skip


@operation(permission="shipping.void_label")
def void_label(parcel_id: int, *, reason: str) -> Parcel:
    """Take the label off a parcel that has not left; the carrier is told by a job.

    Raises LabelNotReady when there is none. Publishes label.voided.
    """
    parcel = lock(Parcel, parcel_id)
    if parcel.state not in AT_THE_BENCH:
        raise ParcelMoveNotAllowed(
            number=parcel.number, status=parcel.get_state_display().lower(), wanted="unlabelled"
        )
    if not give_back(parcel, reason=without_card_on(parcel, reason)):
        raise LabelNotReady(number=parcel.number)
    parcel.save()
    return parcel


def without_card_on(parcel: Parcel, text: str) -> str:
    """A reason given on a locked parcel, card numbers masked."""
    order = parcel.fulfillment.order
    return without_card(order.pk, order.number, text, f"a reason on parcel {parcel.number}")


def give_back(parcel: Parcel, *, reason: str) -> bool:
    """Void the live label of a locked parcel, which becomes a draft in memory; False: no label."""
    label = Label.objects.filter(parcel=parcel, state__in=LIVE).first()
    if label is None:
        return False
    # one that was never asked for is simply forgotten; else the carrier must hear of it
    asked = label.state != LabelState.REQUESTED
    label.state = LabelState.VOIDING if asked else LabelState.VOID
    label.voided_at = clock.now()
    label.save(update_fields=["state", "voided_at"])
    if parcel.state in {ParcelState.IN_DOUBT, ParcelState.LABELLED}:
        parcel.become(ParcelState.DRAFT)
    parcel.tracking_number, parcel.labelled_at = "", None
    _tell_voided(parcel, label, reason)
    return True


def _tell_voided(parcel: Parcel, label: Label, reason: str) -> None:
    publish(
        LabelVoided(
            parcel_id=parcel.pk, order_id=parcel.fulfillment.order_id, label_id=label.pk,
            number=parcel.number, reason=reason[:100],
        )
    )  # fmt: skip


@operation(permission="shipping.void_label")
def record_void(label_id: int, *, tracking_number: str) -> bool:
    """Keep that the carrier took the label of this number back; "": that it never sold one.

    False when it was sold under another number meanwhile: that one is still to be given back.
    """
    _, label = _locked(label_id)
    if label.state == LabelState.VOIDING:
        if label.tracking_number != tracking_number:
            return False
        label.state = LabelState.VOID
        label.save(update_fields=["state"])
    return True


def _locked(label_id: int) -> tuple[Parcel, Label]:
    """The parcel, locked, and its label: every change of a label holds its parcel."""
    parcel_id = Label.objects.values_list("parcel", flat=True).get(pk=label_id)
    parcel = lock(Parcel, parcel_id)
    return parcel, Label.objects.get(pk=label_id)
