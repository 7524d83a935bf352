"""Background work of customer service."""

from datetime import timedelta

from core.jobs import job
from core.mail import MailServerBusyError
from support.mail import Answer, hand_over, open_connection
from support.models import Notice
from support.operations.notify import doubt_notice, fail_notice, leave_in_doubt, record_notice
from support.states import NoticeState


@job("support.send_notice", queue="default", lease=timedelta(seconds=90))
def send_notice(notice_id: str) -> None:
    """Send one mail. Running it again never sends it a second time.

    A mail server cannot be asked whether it has a mail already. So one that may
    have been sent, after a crash or silence, waits in doubt for a person.
    """
    notice = Notice.objects.get(pk=notice_id)
    if notice.state == NoticeState.IN_DOUBT and not notice.last_error:
        leave_in_doubt(notice.pk, why="The sender stopped before the answer was heard.")
    if notice.state != NoticeState.WAITING:
        return
    connection = open_connection()  # an error here: nothing was sent, the job comes back
    doubt_notice(notice.pk)
    answer, words = hand_over(notice, connection)
    if answer == Answer.SENT:
        record_notice(notice.pk)
    elif answer == Answer.SILENT:
        leave_in_doubt(notice.pk, why=words)
    else:
        fail_notice(notice.pk, why=words, again=answer == Answer.NOT_NOW)
        if answer == Answer.NOT_NOW:
            raise MailServerBusyError(words)
