from importlib import import_module
from pkgutil import walk_packages

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate  # noqa: TID251 - no domain event, Django's hook
from django.utils.module_loading import autodiscover_modules, module_has_submodule

# Core's own operations, kinds of job and events; other apps have folders for theirs.
OWN = (
    "facts", "relay", "approvals", "batches", "inbox", "notes", "notifications", "work", "webhooks",
    "tokens", "housekeeping", "letters", "people",
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


# key, section, label, page, permission, icon
RAIL = (
    ("00 today", "Today", "Today", "today", "core.view_today", "sun"),
    ("10 work", "Today", "Work", "work_list", "core.view_workitem", "inbox"),
    ("20 approvals", "Today", "Approvals", "approval_list", "core.view_approval", "users"),
    ("90 settings", "Settings", "Settings", "settings", "core.view_settings", "settings"),
    ("91 batches", "Settings", "Batches", "batch_list", "core.view_batch", "layers"),
    ("92 jobs", "Settings", "Jobs", "job_list", "core.view_job", "cog"),
    ("93 events", "Settings", "Event log", "event_list", "core.view_eventrecord", "scroll-text"),
    ("94 webhooks", "Settings", "Webhooks", "webhook_list", "core.view_webhookendpoint", "webhook"),
    ("95 tokens", "Settings", "Tokens", "token_list", "core.make_token", "key-round"),
)
# key, label, page, permission
SHORTCUTS = (
    ("90 token", "New API token", "token_new", "core.make_token"),
    ("91 webhook", "New webhook", "webhook_new", "core.add_webhookendpoint"),
)


def pages() -> None:
    """Where core's own pages are in the rail, and how many wait there."""
    from core.pages import Lane, NavItem, Shortcut, lanes, nav, shortcuts
    from core.waiting import WAITING, to_decide

    for key, section, label, page, permission, icon in RAIL:
        item = NavItem(
            section=section,
            label=label,
            url=f"core:{page}",
            permission=permission,
            icon=icon,
            count=WAITING.get(page),
        )
        nav.add(key, item)
    lanes.add(
        "05 approvals",
        Lane(
            title="Approvals to decide",
            permission="core.decide_approval",
            url="/approvals/?state=waiting",
            rows=to_decide,
            row=lambda row: (row.sentence, row.get_absolute_url(), row.asked_at),
            roles=("manager", "finance", "admin"),
        ),
    )
    for key, label, page, permission in SHORTCUTS:
        shortcuts.add(key, Shortcut(label=label, url=f"core:{page}", permission=permission))
