from importlib import import_module
from typing import Any

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from core.actor import ALL, reach_sources
        from inventory.books import add_checks
        from inventory.models import ChannelAccess, WarehouseAccess
        from inventory.reference import add_reference

        def channels(user: Any) -> Any:
            mine = ChannelAccess.objects.filter(user=user)
            return ALL if user.all_channels else mine.values_list("channel_id", flat=True)

        def warehouses(user: Any) -> Any:
            mine = WarehouseAccess.objects.filter(user=user)
            return ALL if user.all_warehouses else mine.values_list("warehouse_id", flat=True)

        reach_sources.add("channel_id", channels)
        reach_sources.add("warehouse_id", warehouses)
        from inventory.panels import add_to_pages
        from inventory.preorder_panels import add_preorders_to_pages
        from inventory.purchase_books import add_purchase_checks
        from inventory.purchase_panels import add_purchasing_to_pages

        import_module("inventory.batches")
        import_module("inventory.price_batches")
        import_module("inventory.exchange")
        add_to_pages()
        add_purchasing_to_pages()
        add_preorders_to_pages()
        add_checks()
        add_purchase_checks()
        add_reference()
