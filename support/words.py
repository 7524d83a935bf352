"""What the placeholders of mails say about an order, its parcels and its refunds."""

from orders.models import FulfillmentLine, OrderLine
from returns.models import Refund
from shipping.models import Parcel

MOST_LINES = 200  # a mail is no invoice


def ordered_words(order_id: int) -> dict[str, str]:
    """One line per article of the order."""
    lines = OrderLine.objects.filter(order_id=order_id).order_by("position")[:MOST_LINES]
    return {"lines": "\n".join(_article(line, line.units) for line in lines)}


def shipped_words(fulfillment_id: int) -> dict[str, str]:
    """What is in these parcels, and how to follow them."""
    lines = FulfillmentLine.objects.filter(fulfillment_id=fulfillment_id)
    lines = lines.select_related("order_line").order_by("order_line__position")[:MOST_LINES]
    return {
        "lines": "\n".join(_article(line.order_line, line.units) for line in lines),
        "tracking": _tracking(fulfillment_id),
    }


def refund_words(refund_id: int) -> dict[str, str]:
    """What was given back."""
    return {"refund_amount": Refund.objects.get(pk=refund_id).amount.shown()}


def _article(line: OrderLine, units: int) -> str:
    return f"{units} × {line.title or line.channel_sku}"


def _tracking(fulfillment_id: int) -> str:
    parcels = Parcel.objects.filter(fulfillment_id=fulfillment_id).exclude(tracking_number="")
    parcels = parcels.select_related("service__carrier").order_by("id")
    numbers = [
        f"{parcel.service.carrier.name} {parcel.tracking_number}"
        if parcel.service
        else parcel.tracking_number
        for parcel in parcels
    ]
    return "\n".join(numbers) or "This parcel cannot be followed."
