"""`manage.py operations [word]`: every business change there is, and who may make it."""

from typing import Any

from django.core.management.base import BaseCommand

from core.operations import CATALOGUE
from core.roles import GRANTS


class Command(BaseCommand):
    help = "List the operations: name, permission, roles, first line of the docstring."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("word", nargs="?", default="")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        for name, entry in sorted(CATALOGUE.items()):
            if word not in name:
                continue
            roles = ", ".join(sorted(GRANTS.get(entry.permission, ())))
            first = entry.doc.partition("\n")[0]
            self.stdout.write(f"{name}\n    {first}\n    {entry.permission}: {roles}")
