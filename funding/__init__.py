"""Projects, budgets and the ledger; and the wiring of the whole (settings, urls, celery, wsgi)."""

from funding.celery import app as celery_app

__all__ = ["celery_app"]
