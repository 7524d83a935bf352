from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "kpis"

    def ready(self) -> None:
        from core.books import book_checks
        from core.reference import reference
        from kpis.books import figures_hold
        from kpis.targets import ensure_targets

        reference.add("70 targets", ensure_targets)
        book_checks.add("kpis: figures are what their rows say", figures_hold)
