"""Reasons customer service can refuse."""

from core.errors import Refused


class CaseIsClosed(Refused):
    code = "case_closed"
    sentence = "Case {number} is closed; reopen it first."


class CaseNotClosed(Refused):
    code = "case_not_closed"
    sentence = "Case {number} is {state}; only a closed case is reopened."


class CaseNotOpen(Refused):
    code = "case_not_open"
    sentence = "Case {number} is closed already."


class NoAddress(Refused):
    code = "no_address"
    sentence = "Case {number} has no e-mail address to answer to; write a note instead."


class NotTheSameCustomer(Refused):
    code = "not_the_same_customer"
    status = 422
    sentence = "Order {order} belongs to another customer."


class UnknownPlaceholder(Refused):
    code = "unknown_placeholder"
    status = 422
    sentence = "The template knows no {{{placeholder}}}; it may use {known}."


class NoticeNotInDoubt(Refused):
    code = "notice_not_in_doubt"
    sentence = "The mail is {state}; only one in doubt or refused is decided by a person."
