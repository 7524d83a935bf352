"""Fraud: how much is looked at by hand."""

from kpis.metrics.base import Direction, How, Source, Unit, metric

metric(
    key="manual_review_rate",
    name="Manual review rate",
    area="Fraud",
    formula="Orders sent to review / orders scored.",
    note="An order counts once, on the day it was first scored, however often it is scored again.",
    anchor="First scored",
    sources=(Source.RISK,),
    tables="Risk assessments",
    how=How.RATIO,
    unit=Unit.PERCENT,
    direction=Direction.DOWN,
    dimensions=("channel",),
)
