"""The Celery app: it carries door bells only; the work is in core_job."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsmgr.settings")

app = Celery("opsmgr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["core"])
app.conf.beat_schedule = {}
