"""Hands one mail to the mail server, and tells a clear answer from silence.

A mail server cannot be asked whether it has a mail already. So whoever sends writes an intent
first, says that it is in doubt, then hands over; what was not answered waits for a person.
"""

import smtplib
from enum import Enum
from typing import Any

from django.core.mail import EmailMessage, get_connection

SECONDS = 20  # shorter than the lease of a job that sends


class Answer(Enum):
    """What the mail server has said."""

    SENT = "sent"
    NOT_NOW = "not_now"
    NEVER = "never"
    SILENT = "silent"


class MailServerBusyError(Exception):
    """The mail server does not take mail just now; the job comes back later."""


def open_connection() -> Any:
    """Reach the mail server. An error here means that nothing was sent."""
    connection = get_connection(timeout=SECONDS)
    connection.open()
    return connection


def hand_over(mail: EmailMessage, connection: Any) -> tuple[Answer, str]:
    """Send the mail on an open connection: the answer, and the server's words."""
    mail.connection = connection
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
        connection.close()
    return (Answer.SENT, "") if sent else (Answer.SILENT, "The mail server says nothing was sent.")


def _refused(code: int, words: bytes | str) -> tuple[Answer, str]:
    """A 4xx is no for now, a 5xx no for ever (RFC 5321, 4.2.1)."""
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return (Answer.NOT_NOW if 400 <= code < 500 else Answer.NEVER), f"{code} {said}"
