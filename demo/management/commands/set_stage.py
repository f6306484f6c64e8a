"""Set up the demo's two projects with their people and money, and no call yet: for those who want to play themselves."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import clock
from demo.calls import DREAM_FIRST, SILICON_DEMO, SILICON_GREEN
from demo.cast import DREAM, SILICON
from demo.pieces import set_up
from demo.story import Calendar
from funding import services as funding


class Command(BaseCommand):
    help = "Set up the demo's projects without any call. Only where DEMO is on, and on an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The stage is for demonstrations: set DEMO=1. Nothing was changed.")
        days = Calendar(clock.now())
        for script, calls in ((DREAM, (DREAM_FIRST,)), (SILICON, (SILICON_DEMO, SILICON_GREEN))):
            project, _people = set_up(script, start=days.day(-30))
            for call in calls:
                slug, name, description = call.voucher
                funding.add_voucher_type(
                    project, slug=slug, name=name, description=description, defaults=call.defaults()
                )
        self.stdout.write("The stage is set: two projects, no call.")
