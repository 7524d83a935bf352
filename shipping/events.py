"""What happens to parcels. Ids only; no personal data."""

from core.events import Event, event


@event("picking.started", "Picking started.")
class PickingStarted(Event):
    pick_list_id: int
    warehouse_id: int
    fulfillment_ids: list[int]


@event("picking.finished", "Pick list done.")
class PickingFinished(Event):
    pick_list_id: int
    warehouse_id: int


@event("parcel.packed", "Packed into parcel {number}.")
class ParcelPacked(Event):
    parcel_id: int
    order_id: int
    fulfillment_id: int
    number: str


@event("carrier.selected", "Carrier selected for {number}: {service}.")
class CarrierSelected(Event):
    """A service was chosen, by the rule or by a person; the decision holds the why."""

    parcel_id: int
    order_id: int
    decision_id: int
    number: str
    service: str


@event("carrier.failed", "No carrier for {number}: {reason}")
class CarrierFailed(Event):
    """No service can take the parcel."""

    parcel_id: int
    order_id: int
    number: str
    reason: str


@event("label.requested", "Label requested for {number}.")
class LabelRequested(Event):
    parcel_id: int
    order_id: int
    label_id: int
    number: str


@event("label.bought", "Label bought for {number}: {tracking_number}.")
class LabelBought(Event):
    parcel_id: int
    order_id: int
    label_id: int
    number: str
    tracking_number: str


@event("label.refused", "The carrier refused the label of {number}: {reason}")
class LabelRefused(Event):
    """The carrier said no; another service is to be selected."""

    parcel_id: int
    order_id: int
    label_id: int
    number: str
    reason: str


@event("label.voided", "Label of {number} given back: {reason}.")
class LabelVoided(Event):
    """The label is no longer to be used; the carrier is told by a job."""

    parcel_id: int
    order_id: int
    label_id: int
    number: str
    reason: str


@event("parcel.cancelled", "Parcel {number} cancelled: {reason}.")
class ParcelCancelled(Event):
    parcel_id: int
    order_id: int
    fulfillment_id: int
    number: str
    reason: str


@event("parcel.handed_over", "Parcel {number} handed over to {carrier}.")
class ParcelHandedOver(Event):
    parcel_id: int
    order_id: int
    fulfillment_id: int
    manifest_id: int
    number: str
    carrier: str


@event("parcel.tracked", "Carrier on {number}: {code}.")
class ParcelTracked(Event):
    """The carrier reported something that needs nobody."""

    parcel_id: int
    order_id: int
    number: str
    code: str


@event("parcel.delivered", "Parcel {number} delivered.")
class ParcelDelivered(Event):
    parcel_id: int
    order_id: int
    fulfillment_id: int
    number: str


@event("parcel.written_off", "Parcel {number} written off; {remedy}.")
class ParcelWrittenOff(Event):
    """What the carrier lost is given up as lost: sent again, or no more."""

    parcel_id: int
    order_id: int
    fulfillment_id: int
    number: str
    remedy: str


@event("parcel.exception", "Carrier reports trouble with {number}: {code}.")
class ParcelException(Event):
    """Lost, damaged, returned to sender, or the address does not do."""

    parcel_id: int
    order_id: int
    fulfillment_id: int
    number: str
    code: str
