"""A notice as a mail; how mails are handed over is core's."""

from django.core.mail import EmailMessage

from core.mail import Answer, open_connection
from core.mail import hand_over as hand_over_mail
from support.models import Notice

__all__ = ["Answer", "hand_over", "open_connection"]


def hand_over(notice: Notice, connection: object) -> tuple[Answer, str]:
    """Send the notice on an open connection: the answer, and the server's words."""
    mail = EmailMessage(
        subject=notice.subject,
        body=notice.body,
        to=[notice.to],
        headers={"Message-ID": notice.mail_id, "Auto-Submitted": "auto-generated"},
    )
    return hand_over_mail(mail, connection)
