"""Tables of KPIs."""

from kpis.models.figures import DailyFigure, DaysClosed, DirtyDay, RolledDay
from kpis.models.forecasts import DemandForecast, ForecastRun
from kpis.models.targets import Target

__all__ = [
    "DailyFigure",
    "DaysClosed",
    "DemandForecast",
    "DirtyDay",
    "ForecastRun",
    "RolledDay",
    "Target",
]
