"""Dead letters: jobs that were given up, and how a person sends them again."""

from django.db.models.functions import Now

from core.errors import Refused
from core.events import publish
from core.facts import JobRetried
from core.jobs import KINDS
from core.models import Job, JobState
from core.operations import lock, operation


class NotDead(Refused):
    """Only what was given up can be sent again."""

    code = "job_not_dead"
    sentence = "This job is {state}; only one that was given up can be sent again."


@operation(permission="core.retry_job")
def retry_job(job_id: int) -> Job:
    """Ask anew for the work of a dead job; the letter itself is done with.

    Raises NotDead. Publishes job.retried.
    """
    letter = lock(Job, job_id)
    if letter.state != JobState.DEAD or letter.kind not in KINDS:
        raise NotDead(state=letter.state)
    Job.objects.filter(pk=letter.pk).update(state=JobState.DONE, finished_at=Now())
    KINDS[letter.kind].add(letter.key)
    publish(JobRetried(job_id=letter.pk, kind=letter.kind, key=letter.key))
    letter.refresh_from_db()
    return letter
