"""The mail that brings a vendor our order, with the order as PDF."""

from django.core.mail import EmailMessage

from inventory.models import VendorMail
from inventory.purchase_documents import draw_order, order_text

BODY = """Hello {name},

please find attached our order {number} over {total}.
Deliver to: {place}. Please confirm the days of delivery.

{note}"""


def order_mail(mail: VendorMail) -> EmailMessage:
    """The mail as it is to be sent now."""
    order, contact = mail.order, mail.contact
    body = BODY.format(
        name=contact.name,
        number=order.number,
        total=order.total.shown(),
        place=", ".join(filter(None, [order.warehouse.name, order.warehouse.city])),
        note=order.note,
    )
    letter = EmailMessage(
        subject=f"Purchase order {order.number}",
        body=body.rstrip() + "\n",
        to=[contact.email],
        headers={"Message-ID": mail.mail_id, "Auto-Submitted": "auto-generated"},
    )
    letter.attach(f"{order.number}.pdf", draw_order(order_text(order)), "application/pdf")
    return letter
