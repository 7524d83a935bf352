"""Give up on a parcel that the carrier has lost."""

from django.db.models import Sum

from core import clock
from core.events import publish
from core.operations import operation
from orders.operations.exceptions import settle_exceptions
from orders.operations.fulfillment.lose import REMEDIES, write_off_units
from orders.states import ExceptionKind
from shipping.errors import NotLost, WrittenOffAlready
from shipping.events import ParcelWrittenOff
from shipping.models import Parcel, ParcelLine
from shipping.operations.track import with_siblings
from shipping.states import ParcelState, TrackingCode


@operation(permission="shipping.write_off_parcel")
def write_off_parcel(parcel_id: int, *, again: bool = True) -> Parcel:
    """Write a lost parcel off: `again` sends its units once more, else they are cancelled.

    The customer's money stays where it is; returns' `refund_lost` writes off and gives it back.
    Raises NotLost while the parcel is anything else, WrittenOffAlready. Publishes
    parcel.written_off.
    """
    parcel = lost_parcel(parcel_id)
    parcel.written_off_at, parcel.sent_again = clock.now(), again
    parcel.save(update_fields=["written_off_at", "sent_again", "updated_at"])
    siblings = list(Parcel.objects.live().filter(fulfillment=parcel.fulfillment_id))
    arrived = [sibling.delivered_at for sibling in siblings if sibling.delivered_at]
    publish(
        ParcelWrittenOff(
            parcel_id=parcel.pk,
            order_id=parcel.fulfillment.order_id,
            fulfillment_id=parcel.fulfillment_id,
            number=parcel.number,
            remedy=REMEDIES[again],
        )
    )
    settle_exceptions(
        ExceptionKind.LOST_PARCEL,
        f"{parcel.number} {TrackingCode.LOST.value}",
        resolution=f"Written off; its units are {REMEDIES[again]}.",
    )
    write_off_units(
        parcel.fulfillment_id,
        units_by_line=units_in(parcel),
        again=again,
        ended=all(sibling.is_over for sibling in siblings),
        delivered_at=max(arrived, default=None),
    )
    return parcel


def lost_parcel(parcel_id: int) -> Parcel:
    """Inside an operation: the locked parcel, if it may be written off; raises as that does."""
    parcel = with_siblings(parcel_id)
    if parcel.written_off_at is not None:
        raise WrittenOffAlready(number=parcel.number, remedy=REMEDIES[parcel.sent_again])
    if parcel.state != ParcelState.LOST:
        raise NotLost(number=parcel.number, status=parcel.get_state_display().lower())
    return parcel


def units_in(parcel: Parcel) -> dict[int, int]:
    """Order line id -> units in the parcel."""
    rows = ParcelLine.objects.filter(parcel=parcel).order_by()
    sums = rows.values_list("fulfillment_line__order_line").annotate(units=Sum("units"))
    return {int(line_id): int(units) for line_id, units in sums if line_id is not None}
