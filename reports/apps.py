"""Read-only pages and open data that cross stages. No models, no writes."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
