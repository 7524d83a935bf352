"""Judge figures by their targets; and the targets that the product starts with."""

from decimal import Decimal

from kpis.figures import Figure
from kpis.metrics.base import Direction, How
from kpis.models import Target

START = {
    "on_time_ship_rate": ("95", "90"),
    "order_cycle_time": ("24", "48"),
    "unit_fill_rate": ("97", "94"),
    "open_backlog_age": ("0", "20"),
    "stockout_rate": ("5", "8"),
    "return_rate_units": ("8", "12"),
    "refund_value_rate": ("8", "12"),
    "manual_review_rate": ("5", "10"),
}


def ensure_targets() -> None:
    """Add what is missing; what people have edited stays."""
    Target.objects.bulk_create(
        [
            Target(metric=key, value=Decimal(value), warning=Decimal(warning))
            for key, (value, warning) in START.items()
        ],
        ignore_conflicts=True,
    )


def wanted(target: Target, days: int) -> tuple[Decimal, Decimal]:
    """The target and the warning for so many days: those of sums are per day."""
    from kpis.metrics import METRICS

    times = days if METRICS[target.metric].how == How.SUM else 1
    return target.value * times, target.warning * times


def tone_of(figure: Figure, target: Target | None, days: int) -> str:
    """good, warning, bad; neutral without a target or a value."""
    if target is None or figure.value is None:
        return "neutral"
    value, warning = wanted(target, days)
    sign = 1 if figure.metric.direction == Direction.UP else -1
    if figure.value * sign >= value * sign:
        return "good"
    return "warning" if figure.value * sign >= warning * sign else "bad"
