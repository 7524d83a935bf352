from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"

    def ready(self) -> None:
        from core.books import book_checks
        from core.pages import NavItem, SearchProvider, nav, search, today_panels
        from core.reference import reference
        from core.registry import Panel
        from inventory.ports import sku_panels
        from kpis import panels
        from kpis.books import figures_hold
        from kpis.targets import ensure_targets

        reference.add("70 targets", ensure_targets)
        book_checks.add("kpis: figures are what their rows say", figures_hold)
        seen = "kpis.view_metric"
        nav.add(
            "80 board",
            NavItem(
                section="KPIs", label="Board", url="kpis:board", permission=seen,
                icon="chart-line",
            ),
        )  # fmt: skip
        nav.add(
            "81 forecasts",
            NavItem(
                section="KPIs", label="Forecasts", url="kpis:forecast_list",
                permission="kpis.view_forecastrun", icon="trending-up",
            ),
        )  # fmt: skip
        sku_panels.add(
            "40 forecast",
            Panel(
                template="kpis/sku_forecast.html",
                permission="kpis.view_forecastrun",
                context=panels.forecast_of,
            ),
        )
        search.add("80 metrics", SearchProvider(permission=seen, find=panels.find))
        today_panels.add(
            "10 figures",
            Panel(template="kpis/today.html", permission=seen, context=panels.today_of),
        )
