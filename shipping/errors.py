"""Reasons shipping can refuse."""

from core.errors import Refused


class ParcelMoveNotAllowed(Refused):
    code = "parcel_move_not_allowed"
    sentence = "Parcel {number} is {status}; it cannot become {wanted}."


class NothingToPick(Refused):
    code = "nothing_to_pick"
    sentence = "No order waits to be picked in {warehouse}; what is held or has an open gate waits."


class PickListDone(Refused):
    code = "pick_list_done"
    sentence = "Pick list {number} is done."


class WrongLocation(Refused):
    code = "wrong_location"
    sentence = "Wrong location: {scanned}. Go to {wanted}."


class WrongItem(Refused):
    code = "wrong_item"
    sentence = "Wrong item: {scanned}. Take {wanted}."


class TooMany(Refused):
    code = "too_many"
    status = 422
    sentence = "{units} is too many: {left} left to take."


class NotPicked(Refused):
    code = "not_picked"
    sentence = "Fulfillment order {number} is {status}; pick it first."


class NothingToPack(Refused):
    code = "nothing_to_pack"
    sentence = "Everything of {number} is in a parcel already."


class PackedTwice(Refused):
    code = "packed_twice"
    status = 422
    sentence = "{units} of {sku} is more than the {left} left to pack."


class NoSuchCarton(Refused):
    code = "no_such_carton"
    status = 422
    sentence = "There is no carton {carton}."


class NoServiceYet(Refused):
    code = "no_service_yet"
    sentence = "Parcel {number} has no carrier yet; select one first."


class ServiceCannot(Refused):
    code = "service_cannot"
    status = 422
    sentence = "{service} cannot carry parcel {number}: {reason}"


class ReasonNeeded(Refused):
    code = "reason_needed"
    status = 422
    sentence = "Say why the choice of the machine is overridden."


class LabelNotReady(Refused):
    code = "label_not_ready"
    sentence = "Parcel {number} has no label yet."


class LabelOutOfDate(Refused):
    code = "label_out_of_date"
    sentence = (
        "The label of parcel {number} names an address that the order no longer goes to. A new one"
        " is being made; print it, put it over the old one, then hand over."
    )


class NotReadyToHandOver(Refused):
    code = "not_ready_to_hand_over"
    sentence = "Parcel {number} is {status}; only labelled parcels are handed over."


class MixedCarriers(Refused):
    code = "mixed_carriers"
    status = 422
    sentence = "One manifest is for one carrier and one warehouse."


class NotLost(Refused):
    code = "not_lost"
    sentence = "Parcel {number} is {status}; only what the carrier has lost is written off."


class WrittenOffAlready(Refused):
    code = "written_off_already"
    sentence = "Parcel {number} was written off before: its units were {remedy}."


class UnknownTrackingNumber(Refused):
    code = "unknown_tracking_number"
    status = 422
    sentence = "{carrier} has no parcel {tracking_number} of ours."


class UnknownTrackingCode(Refused):
    code = "unknown_tracking_code"
    status = 422
    sentence = "{code} is not a tracking code."
