from importlib import import_module

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from core.books import book_checks
        from core.pages import batch_reports
        from core.reference import reference
        from core.registry import Panel
        from inventory.ports import (
            count_panels,
            off_the_shelf,
            purchase_panels,
            sku_needs,
            sku_panels,
        )
        from orders import books, waiting
        from orders.api import bulk  # noqa: F401 - workers must know its kind of batch
        from orders.inventory_panels import (
            needs_of,
            of_count,
            of_purchase,
            of_sku,
        )
        from orders.links import fill_why_urls
        from orders.operations.imports.report import report_context
        from orders.profiles import ensure_profiles
        from orders.shelf import Picked

        reference.add("20 import profiles", ensure_profiles)
        book_checks.add("orders: lines and charges add up to the total", books.totals_add_up)
        book_checks.add(
            "orders: the ledger bears out the payment status", books.payments_bear_out_their_status
        )
        book_checks.add("orders: each unit is accounted for", books.units_are_accounted_for)
        book_checks.add("orders: what shipped has left", books.shipped_units_have_left)
        book_checks.add("orders: each promise has its line", books.promises_have_a_line)
        book_checks.add(
            "orders: preordered units wait for what is to come", books.preordered_units_wait
        )
        import_module("orders.batches")
        batch_reports.add(
            "orders.import",
            Panel(
                template="orders/import_report.html",
                permission="orders.import_orders",
                context=report_context,
            ),
        )
        off_the_shelf.fill(Picked())
        sku_needs.add("20 open orders", needs_of)
        _add_preorders()
        count_panels.add(
            "20 promised",
            Panel(
                template="orders/count_panel.html",
                permission="orders.view_order",
                context=of_count,
            ),
        )
        sku_panels.add(
            "20 open orders",
            Panel(
                template="orders/sku_panel.html",
                permission="orders.view_order",
                context=of_sku,
            ),
        )
        purchase_panels.add(
            "20 waiting orders",
            Panel(
                template="orders/waiting_panel.html",
                permission="orders.view_order",
                context=of_purchase,
            ),
        )
        fill_why_urls()
        waiting.register()


def _add_preorders() -> None:
    """Who waits for what comes in, and the orders on the page of an offer."""
    from core.registry import Panel
    from inventory.ports import preorder_panels, waiting_units
    from orders.inbound import Backlog
    from orders.inventory_panels import of_preorder

    waiting_units.fill(Backlog())
    preorder_panels.add(
        "20 orders",
        Panel(
            template="orders/preorder_panel.html",
            permission="orders.view_order",
            context=of_preorder,
        ),
    )
