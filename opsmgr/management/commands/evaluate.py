"""`manage.py evaluate NAME FILE... [--json]`: how well we decide. Prints figures only."""

import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from opsmgr import evaluations


def known_evaluations() -> list[str]:
    """Names of the files in opsmgr/evaluations/."""
    return sorted(found.name for found in iter_modules(evaluations.__path__))


class Command(BaseCommand):
    help = f"Score the product's own code on data: {', '.join(known_evaluations())}."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("name")
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", help="Nothing but the JSON line.")

    def handle(self, *args: Any, name: str, files: list[str], **options: Any) -> None:
        if name not in known_evaluations():
            known = ", ".join(known_evaluations())
            raise CommandError(f"There is no evaluation {name}. Known: {known}.")
        try:
            found = import_module(f"opsmgr.evaluations.{name}").run(files)
        except (OSError, ValueError, KeyError) as error:
            said = f"column {error} is missing" if isinstance(error, KeyError) else str(error)
            raise CommandError(f"{files[0]} cannot be evaluated: {said}") from error
        if not options["json"]:
            for key, value in found.items():
                self.stdout.write(f"{key:<24}{value}")
        self.stdout.write(json.dumps(found, default=float))
