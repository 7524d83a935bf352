"""Reference data: rows the product cannot work without, ensured after every migrate.

An app registers a function in its `apps.py`; it must be harmless to run again and
must never change what an administrator has edited.
"""

from collections.abc import Callable
from typing import Any

from core.registry import Registry

reference: Registry[Callable[[], None]] = Registry("reference data")


def ensure_reference_data() -> None:
    """Ask every app, upstream first, for the rows that it needs."""
    from core.actor import SYSTEM, acting

    with acting(SYSTEM):
        for _, ensure in sorted(reference.items()):
            ensure()


def ensure_after_migrate(*, app_config: Any, using: str, **_: Any) -> None:
    """Run once, after the last app's migrations (Django sends one signal per app)."""
    from django.apps import apps
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    last = list(apps.get_app_configs())[-1]
    if app_config.label != last.label or using != "default":
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        ensure_reference_data()
