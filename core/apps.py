"""Core: what every stage shares, and no word of grants."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        """A sign-in begins its time (core/sessions.py)."""
        from core import sessions  # noqa: F401, PLC0415  (connects its receiver)
