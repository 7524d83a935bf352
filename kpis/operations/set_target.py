"""Say what a figure should be."""

from decimal import Decimal

from core.events import publish
from core.operations import operation
from kpis.errors import BadTarget, NoSuchMetric
from kpis.events import TargetChanged
from kpis.metrics import METRICS
from kpis.metrics.base import Direction, Unit
from kpis.models import Target

MOST = Decimal(10) ** 12


@operation(permission="kpis.change_target")
def set_target(metric: str, *, value: Decimal, warning: Decimal, note: str = "") -> Target:
    """Set the wanted value and the value from which it worries, in the metric's own unit.

    Raises NoSuchMetric; BadTarget when the warning is on the wrong side of the value or a
    percentage is above 100. Publishes target.changed.
    """
    if metric not in METRICS:
        raise NoSuchMetric(key=metric)
    _must_make_sense(metric, value, warning)
    target = Target.objects.select_for_update().filter(metric=metric).first()
    before = (str(target.value), str(target.warning)) if target else (None, None)
    target = target or Target(metric=metric)
    target.value, target.warning = value, warning
    target.save()
    publish(
        TargetChanged(
            target_id=target.pk, metric=metric, value=str(value), warning=str(warning),
            value_before=before[0], warning_before=before[1], note=note.strip()[:300],
        )
    )  # fmt: skip
    return target


def _must_make_sense(key: str, value: Decimal, warning: Decimal) -> None:
    metric = METRICS[key]
    for field, amount in (("value", value), ("warning", warning)):
        if not amount.is_finite() or not 0 <= amount < MOST:
            raise BadTarget(field=field, fix="Send a number from 0.")
        if metric.unit == Unit.PERCENT and amount > 100:
            raise BadTarget(field=field, fix="A percentage is at most 100.")
    worse = warning <= value if metric.direction == Direction.UP else warning >= value
    if not worse:
        raise BadTarget(field="warning", fix="The warning must be worse than the target.")
