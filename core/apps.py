from importlib import import_module
from pkgutil import walk_packages

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate  # noqa: TID251 - no domain event, Django's hook
from django.utils.module_loading import autodiscover_modules, module_has_submodule

# Core's own operations, kinds of job and events; other apps have folders for theirs.
OWN = (
    "facts", "relay", "approvals", "batches", "inbox", "notes", "work", "webhooks", "tokens",
    "housekeeping", "letters", "people",
)  # fmt: skip


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core.reference import ensure_after_migrate

        # Every app's rights, vocabulary, work and reactions are known to every process.
        autodiscover_modules("grants", "events", "tasks", "handlers")
        for own in OWN:
            import_module(f"core.{own}")
        for config in apps.get_app_configs():
            if config.module and module_has_submodule(config.module, "operations"):
                package = import_module(f"{config.name}.operations")
                for found in walk_packages(
                    getattr(package, "__path__", ()), f"{package.__name__}."
                ):
                    import_module(found.name)
        pages()
        post_migrate.connect(ensure_after_migrate, dispatch_uid="core.reference")


def pages() -> None:
    """Where core's own pages are in the rail."""
    from core.pages import NavItem, nav

    nav.add(
        "00 today",
        NavItem(
            section="Today", label="Today", url="core:today", permission="core.view_today",
            icon="sun",
        ),
    )  # fmt: skip
    nav.add(
        "90 settings",
        NavItem(
            section="Settings", label="Settings", url="core:settings",
            permission="core.view_settings", icon="settings",
        ),
    )  # fmt: skip
