"""`manage.py operations [word]`: every business change there is, and who may make it."""

from difflib import get_close_matches
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.operations import CATALOGUE
from core.roles import GRANTS


class Command(BaseCommand):
    help = "List the operations: name, permission, roles, first line of the docstring."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("word", nargs="?", default="")

    def handle(self, *args: Any, word: str, **options: Any) -> None:
        found = [(name, entry) for name, entry in sorted(CATALOGUE.items()) if word in name]
        if not found:
            near = get_close_matches(word, [name.partition(".")[2] for name in CATALOGUE], n=3)
            hint = f" Did you mean {', '.join(near)}?" if near else " Leave the word out for all."
            raise CommandError(f"No operation has “{word}” in its name.{hint}")
        for name, entry in found:
            roles = ", ".join(sorted(GRANTS.get(entry.permission, ())))
            first = entry.doc.partition("\n")[0]
            self.stdout.write(f"{name}\n    {first}\n    {entry.permission}: {roles}")
