"""Hands one mail to the mail server, and tells a clear answer from silence."""

import smtplib
from enum import Enum

from django.core.mail import EmailMessage, get_connection

from support.models import Notice

SECONDS = 20  # shorter than the job's lease


class Answer(Enum):
    """What the mail server has said."""

    SENT = "sent"
    NOT_NOW = "not_now"
    NEVER = "never"
    SILENT = "silent"


def open_connection() -> object:
    """Reach the mail server. An error here means that nothing was sent."""
    connection = get_connection(timeout=SECONDS)
    connection.open()
    return connection


def hand_over(notice: Notice, connection: object) -> tuple[Answer, str]:
    """Send the mail on an open connection: the answer, and the server's words."""
    mail = EmailMessage(
        subject=notice.subject,
        body=notice.body,
        to=[notice.to],
        headers={"Message-ID": notice.mail_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        sent = mail.send()
    except smtplib.SMTPRecipientsRefused as no:
        code, words = next(iter(no.recipients.values()))
        return _refused(code, words)
    except smtplib.SMTPResponseException as no:
        return _refused(no.smtp_code, no.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        return Answer.SILENT, f"{type(error).__name__}: {error}"
    finally:
        connection.close()  # type: ignore[attr-defined]
    return (Answer.SENT, "") if sent else (Answer.SILENT, "The mail server says nothing was sent.")


def _refused(code: int, words: bytes | str) -> tuple[Answer, str]:
    """A 4xx is no for now, a 5xx no for ever (RFC 5321, 4.2.1)."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return (Answer.NOT_NOW if 400 <= code < 500 else Answer.NEVER), f"{code} {said}"
