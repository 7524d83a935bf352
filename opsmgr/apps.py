from django.apps import AppConfig


class OpsmgrConfig(AppConfig):
    name = "opsmgr"

    def ready(self) -> None:
        from opsmgr import celery  # noqa: F401 - the app must exist before a task is sent
