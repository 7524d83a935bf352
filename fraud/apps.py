from django.apps import AppConfig


class FraudConfig(AppConfig):
    name = "fraud"

    def ready(self) -> None:
        from core.reference import reference
        from fraud.policy import ensure_rules

        reference.add("50 risk rules", ensure_rules)
