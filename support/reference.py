"""Rows customer service starts with; what people have edited stays as it is."""

from support.models import NoticeTemplate, ServicePromise
from support.promises import DEFAULT_HOURS
from support.states import NoticeKind

WORDS: dict[str, tuple[str, str]] = {
    NoticeKind.CONFIRMED: (
        "Your order {order_number} at {shop_name}",
        "Dear {customer_name},\n\nthank you for your order {order_number}. We have received it "
        "and are getting it ready:\n\n{lines}\n\nTotal: {order_total}\n\nWe write again as soon "
        "as it is on its way.\n\n{shop_name}\n",
    ),
    NoticeKind.SHIPPED: (
        "Your order {order_number} is on its way",
        "Dear {customer_name},\n\nthese articles of your order {order_number} have left our "
        "warehouse:\n\n{lines}\n\nFollow the parcel:\n{tracking}\n\n{shop_name}\n",
    ),
    NoticeKind.DELIVERED: (
        "Your order {order_number} has arrived",
        "Dear {customer_name},\n\nyour order {order_number} has been delivered. If anything is "
        "not as it should be, answer this mail.\n\n{shop_name}\n",
    ),
    NoticeKind.REFUNDED: (
        "Refund for your order {order_number}",
        "Dear {customer_name},\n\nwe have given back {refund_amount} for your order "
        "{order_number}, the way you paid. Depending on your bank it shows within a few "
        "days.\n\n{shop_name}\n",
    ),
    NoticeKind.REPLY: (
        "{case_subject} [{case_number}]",
        "Dear {customer_name},\n\n{reply}\n\n{shop_name}\n",
    ),
}


def ensure_support_reference() -> None:
    """The general template of each kind of mail, and the promise of each priority."""
    known = set(NoticeTemplate.objects.filter(channel=None).values_list("kind", flat=True))
    NoticeTemplate.objects.bulk_create(
        [
            NoticeTemplate(kind=kind, subject=subject, body=body)
            for kind, (subject, body) in WORDS.items()
            if kind not in known
        ],
        ignore_conflicts=True,
    )
    ServicePromise.objects.bulk_create(
        [
            ServicePromise(priority=priority, response_hours=response, solution_hours=solution)
            for priority, (response, solution) in DEFAULT_HOURS.items()
        ],
        ignore_conflicts=True,
    )
