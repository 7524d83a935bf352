"""What happens to targets."""

from core.events import Event, event


@event("target.changed", "Target of {metric} changed to {value}: {note}")
class TargetChanged(Event):
    """Values are decimals as text, in the metric's unit; None where there was no target."""

    target_id: int
    metric: str
    value: str
    warning: str
    value_before: str | None
    warning_before: str | None
    note: str


@event("forecast.made", "Demand of {series} SKUs and warehouses was forecast from {origin}.")
class ForecastMade(Event):
    forecast_run_id: int
    origin: str
    series: int
