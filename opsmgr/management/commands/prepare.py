"""Bring the database up to date and, when asked, load the demo shop: one process for both."""

from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate and load the demo shop; `manage.py up` calls it."

    def add_arguments(self, parser):
        parser.add_argument("--migrate", action="store_true")
        parser.add_argument("--seed", action="store_true")
        parser.add_argument("--log-ins", type=Path, help="file to write the demo log-ins to")

    def handle(self, *args, **options):
        if options["migrate"]:
            call_command("migrate", interactive=False, verbosity=1)
        if options["seed"] and "demo" in get_commands():
            call_command("demo", "load", stdout=self.stdout)
            self._write_log_ins(options["log_ins"])

    def _write_log_ins(self, path: Path | None) -> None:
        told = StringIO()
        try:
            call_command("demo", "logins", stdout=told)
        except CommandError:
            return  # this demo has none to tell
        if path:
            path.write_text(told.getvalue())
