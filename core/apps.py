"""Core: what every stage shares, and no word of grants."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
