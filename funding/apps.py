"""Projects, budgets, the ledger."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "funding"
