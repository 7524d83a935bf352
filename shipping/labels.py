"""What a label says: what the carrier is told, and what is printed when we draw it."""

from orders.models import Address
from shipping.carriers.base import LabelOrder
from shipping.documents import LabelText, draw_label
from shipping.models import Label, Parcel
from shipping.states import LabelState

PLACE = ("line1", "line2", "city", "region", "postal_code", "country")


def label_of(parcel: Parcel) -> bytes | None:
    """The 4×6 inch PDF of the label that a parcel bears; None when it bears none.

    One that came without its picture, as in a packed demo shop, is drawn again.
    """
    rows = Label.objects.filter(parcel=parcel, state=LabelState.BOUGHT).for_carrier()
    label = rows.first()
    if label is None or not label.tracking_number:
        return None
    if label.pdf is not None:
        return bytes(label.pdf)
    return draw_label(text_of(label, order_of(label), label.tracking_number))


def order_of(label: Label) -> LabelOrder:
    """What the carrier is told: the address is that of the day when the label was asked for."""
    parcel, warehouse = label.parcel, label.parcel.warehouse
    return LabelOrder(
        reference=label.reference,
        serial=label.pk,
        parcel=parcel.number,
        service=label.service.code,
        weight_grams=parcel.weight_grams,
        sides_mm=(parcel.length_mm, parcel.width_mm, parcel.height_mm),
        sender={part: getattr(warehouse, part) for part in PLACE} | {"name": warehouse.name},
        receiver=_receiver(label.ship_to or parcel.fulfillment.order.ship_to),
    )


def _receiver(address: Address) -> dict[str, str]:
    return {part: getattr(address, part) for part in ("name", "company", *PLACE, "phone")}


def text_of(label: Label, order: LabelOrder, tracking_number: str) -> LabelText:
    """What is printed on a label that we draw."""
    service = label.service
    return LabelText(
        carrier=service.carrier.name,
        service=service.name,
        tracking_number=tracking_number,
        parcel=order.parcel,
        weight_grams=order.weight_grams,
        sender=_lines(order.sender),
        receiver=_lines(order.receiver),
        country=order.receiver["country"],
    )


def _lines(address: dict[str, str]) -> list[str]:
    town = " ".join(part for part in (address["city"], address["postal_code"]) if part)
    lines = [address["name"], address.get("company", ""), address["line1"], address["line2"]]
    return [line for line in (*lines, town, address["region"], address["country"]) if line]
