from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        from core.reference import reference
        from returns.reference import ensure_returns_reference

        reference.add("50 returns", ensure_returns_reference)
