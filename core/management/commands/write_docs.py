"""`manage.py write_docs`: what is generated from the code, in docs/. `--check` only compares."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.generators import SchemaGenerator

from core.access import matrix
from core.operations import CATALOGUE
from core.roles import GRANTS

HEAD = "| operation | what it does | permission | roles |\n|---|---|---|---|"


def openapi() -> str:
    """The OpenAPI document."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def access() -> str:
    """Role × route × method, one entry per line."""
    lines = [json.dumps(entry, sort_keys=False) for entry in matrix()]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def operations() -> str:
    """Every business change, by app."""
    parts = [
        "# Operations\n\n"
        "Every business change there is, and who may make it. Written by `manage.py write_docs`.\n"
    ]
    app = ""
    for name, entry in sorted(CATALOGUE.items()):
        if not apps.is_installed(entry.module.partition(".")[0]):
            continue  # a test's own
        if name.partition(".")[0] != app:
            app = name.partition(".")[0]
            parts.append(f"\n## {app}\n\n{HEAD}\n")
        first = entry.doc.strip().partition("\n")[0].replace("|", "\\|")
        roles = ", ".join(sorted(GRANTS.get(entry.permission, ())))
        parts.append(f"| `{name}` | {first} | `{entry.permission}` | {roles} |\n")
    return "".join(parts)


FILES: dict[str, Callable[[], str]] = {
    "openapi.json": openapi,
    "access-matrix.json": access,
    "operations.md": operations,
}


class Command(BaseCommand):
    help = "Write the parts of docs/ that follow from the code."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="Only compare; 1 when stale.")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        stale = []
        for name, write in FILES.items():
            path, text = Path(settings.BASE_DIR) / "docs" / name, write()
            if path.exists() and path.read_text() == text:
                continue
            stale.append(name)
            if not check:
                path.write_text(text)
        if check and stale:
            raise CommandError(f"Stale: {', '.join(stale)}. Run manage.py write_docs.")
        self.stdout.write("written: " + ", ".join(stale) if stale else "all current")
