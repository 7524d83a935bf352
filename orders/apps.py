from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from core.reference import reference
        from orders.profiles import ensure_profiles

        reference.add("20 import profiles", ensure_profiles)
