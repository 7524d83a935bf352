"""`manage.py bench NAME [--json]`: one job beside its limit; prints figures, judges nothing."""

import json
import logging
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opsmgr import bench

NOT_BENCHES = {"scratch", "load", "mixed_stock_acts"}


class Command(BaseCommand):
    help = (
        "Measure one job side by side with its limit: place_order, order_list, import_orders, "
        "hot_sku, mixed_stock, stock_sync."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("--json", action="store_true", help="Nothing but the JSON line.")
        parser.add_argument("--orders", type=int, help="How many orders the run works on.")
        parser.add_argument("--skus", type=int, help="How many SKUs the run works on.")
        parser.add_argument("--seconds", type=float, help="How long each side is measured.")
        parser.add_argument("--clients", type=int)
        parser.add_argument("--rounds", type=int)

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        known = sorted({found.name for found in iter_modules(bench.__path__)} - NOT_BENCHES)
        if name not in known:
            raise CommandError(f"There is no benchmark {name}. Known: {', '.join(known)}.")
        wanted = ("orders", "skus", "seconds", "clients", "rounds")
        given = {key: options[key] for key in wanted if options[key] is not None}
        logging.disable(logging.INFO)  # a line per request would be measured too
        found = import_module(f"opsmgr.bench.{name}").run(**given)
        if not options["json"]:
            for key, value in found.items():
                self.stdout.write(f"{key:<24}{value}")
        self.stdout.write(json.dumps(found, default=float))
