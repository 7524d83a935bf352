"""Reasons KPIs can refuse."""

from core.errors import Refused


class NoSuchMetric(Refused):
    code = "not_there"
    status = 404
    sentence = "There is no metric {key}."


class BadTarget(Refused):
    code = "bad_target"
    status = 422
    sentence = "{field}: {fix}"


class BadPeriod(Refused):
    code = "bad_period"
    status = 422
    sentence = "{field}: {fix}"


class NothingSold(Refused):
    code = "nothing_sold"
    sentence = "There is nothing to forecast from: no order of a known SKU before {origin}."
