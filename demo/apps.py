"""The demo story, told through the services."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
