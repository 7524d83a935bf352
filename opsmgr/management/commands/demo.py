"""`manage.py demo build | load | advance | logins`: a believable shop to try the product on."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from core.actor import SYSTEM, acting
from orders.models import Order

QUIET = {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}


class Command(BaseCommand):
    help = "Make (build), load or play forward (advance) the demo shop; or list its log-ins."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("act", choices=["build", "load", "advance", "logins"])
        parser.add_argument("--days", type=int, help="How many days to play.")
        parser.add_argument(
            "--until", type=datetime.fromisoformat, help="build: the shop's present; else now."
        )
        parser.add_argument("--seed", type=int, default=7, help="Chance; the same seed, the same.")
        parser.add_argument("--orders", type=int, default=5000, help="build: about how many.")
        parser.add_argument("--skus", type=int, default=600, help="build: how many goods.")
        parser.add_argument("--file", help="build: where to pack the shop; load: from where.")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        with acting(SYSTEM), override_settings(**QUIET):
            getattr(self, f"_{act}")(options)

    def _build(self, options: dict[str, Any]) -> None:
        from opsmgr.demo.background import forecast_shop
        from opsmgr.demo.build import build
        from opsmgr.demo.packing import pack
        from opsmgr.demo.purchasing import make_purchasing

        if Order.objects.exists():
            raise CommandError("There are orders here already; build the demo in an empty shop.")
        until = (options["until"] or datetime.now(UTC)).astimezone(UTC)
        until = until.replace(minute=0, second=0, microsecond=0)
        days = options["days"] or 90
        self.started = time.monotonic()
        build(
            until - timedelta(days=days), until, seed=options["seed"], orders=options["orders"],
            skus=options["skus"], told=self._tell,
        )  # fmt: skip
        make_purchasing(until, seed=options["seed"])
        if options["file"]:
            # What is forecast stays out of the file: it is made again where the shop is loaded.
            size = pack(options["file"], made_at=until)
            self.stdout.write(f"Packed into {options['file']}: {size / 1e6:.1f} MB.")
        forecast_shop()

    def _load(self, options: dict[str, Any]) -> None:
        from opsmgr.demo.bills import leave_bills
        from opsmgr.demo.budgets import leave_budgets
        from opsmgr.demo.completeness import leave_needs
        from opsmgr.demo.counts import leave_counts
        from opsmgr.demo.exchange import leave_files
        from opsmgr.demo.loading import load
        from opsmgr.demo.mentions import leave_words
        from opsmgr.demo.packing import SHOP
        from opsmgr.demo.preorders import leave_preorders
        from opsmgr.demo.products import leave_products
        from opsmgr.demo.reservations import leave_reservations
        from opsmgr.demo.transfers import leave_transfers

        if Order.objects.exists():
            self.stdout.write("There are orders here already; the demo shop is not loaded.")
            return
        rows = load(options["file"] or SHOP, now=datetime.now(UTC))
        leave_words()
        leave_transfers()
        leave_counts()
        leave_budgets()
        leave_bills()
        leave_needs()
        leave_products()
        leave_preorders()
        leave_reservations()
        leave_files()
        self.stdout.write(f"The demo shop is loaded: {rows:,} rows.")

    def _advance(self, options: dict[str, Any]) -> None:
        from opsmgr.demo.shop import make_staff
        from opsmgr.demo.world import advance

        make_staff()
        self.started = time.monotonic()
        until = advance(options["days"] or 1, seed=options["seed"], told=self._tell)
        self.stdout.write(f"It is {until:%Y-%m-%d %H:%M} UTC in the shop.")
        ahead = until - datetime.now(UTC)
        if ahead > timedelta(hours=1):
            self.stdout.write(
                f"That is {ahead.days} days and {ahead.seconds // 3600} hours ahead of this"
                " machine: until then pages show what was played as in the future."
                " `up --fresh` begins anew."
            )

    def _logins(self, options: dict[str, Any]) -> None:
        from opsmgr.demo.people import PASSWORD, STAFF

        for email, name, roles in STAFF:
            words = ", ".join(role.label for role in roles)
            self.stdout.write(f"{email:<24}{PASSWORD:<16}{name} ({words})")

    def _tell(self, at: datetime) -> None:
        if at.hour < 4:
            took = time.monotonic() - self.started
            self.stdout.write(f"{at:%Y-%m-%d}  {Order.objects.count():>7,} orders  {took:>6.0f} s")
            self.stdout.flush()
