"""The one family of errors that business rules raise."""

from typing import Any, ClassVar


class Refused(Exception):  # noqa: N818 - reads as an outcome: "the operation was refused"
    """A business rule said no, and can say why.

    Subclass once per reason. The class carries the stable `code`, the HTTP
    `status` and the sentence; the instance carries the facts. A fact `field`
    names the field of the request that is to blame. Anything that is *not* a
    Refused (nor caused by bad data) is a bug and must surface as a 500.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    sentence: ClassVar[str] = "That is not possible."

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**facts))


class NotPermitted(Refused):
    code = "not_permitted"
    status = 403
    sentence = "You need the permission {permission} for that."


class NotThere(Refused):
    code = "not_there"
    status = 404
    sentence = "There is no such {kind}."  # nor one that you may see: both read alike


class BadValue(Refused):
    """A value that no form or serializer has stopped: say which, and what would do."""

    code = "bad_value"
    status = 422
    sentence = "{field}: {fix}"


class ConfirmFirst(Refused):
    code = "needs_approval"
    status = 409
    sentence = "{what} needs the approval of a second person; it has been asked for."


class SecondPersonNeeded(Refused):
    code = "second_person_needed"
    status = 403
    sentence = "Somebody else has to decide about what you asked for."


class AlreadyDecided(Refused):
    code = "already_decided"
    sentence = "That has been {state} already."


class BatchOver(Refused):
    code = "batch_over"
    sentence = "This work is {state}; it cannot be {wanted}."


class WorkTaken(Refused):
    code = "work_taken"
    sentence = "{who} works on that."


class WorkDone(Refused):
    code = "work_done"
    sentence = "That is done already."
