"""Print who may sign in to the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from demo.cast import COMPANIES, DREAM, EVALUATORS, PASSWORD, SILICON
from funding.models import ProjectMember


class Command(BaseCommand):
    help = "Print the demo's sign-ins, one line for each role."

    def handle(self, *args: Any, **options: Any) -> None:
        labels = dict(ProjectMember.Role.choices)
        for script in (DREAM, SILICON):
            for player in script.players:
                what = f"{labels[ProjectMember.Role(player.role)]} of {script.data['acronym']}"
                self.stdout.write(f"  {player.email:<26} {player.name}, {what}")
        for player in EVALUATORS:
            self.stdout.write(f"  {player.email:<26} {player.name}, evaluator")
        for company in COMPANIES[:3]:
            self.stdout.write(f"  {company.email:<26} {company.person}, {company.name}")
        self.stdout.write(f"  everybody's password: {PASSWORD}")
