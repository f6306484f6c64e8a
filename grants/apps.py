"""What follows a yes."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
