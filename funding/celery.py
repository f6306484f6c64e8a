"""Celery: finds `tasks.py` (effects) and `jobs.py` (what the clock starts) of every app."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "funding.settings")

app = Celery("funding")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="tasks")
app.autodiscover_tasks(related_name="jobs")
