"""Open a project on an installation: its data, its envelope and its first two managers."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from accounts.services import find_or_create_organisation
from core.errors import DomainError
from core.money import parse_eur
from funding import services
from funding.models import ProjectMember


class Command(BaseCommand):
    help = (
        "Open a project. Example: create_project --slug dream --acronym DREAM --name 'Digital REsilient europe' "
        "--code DRM --grant-agreement 101074000 --from 2026-09-01 --to 2029-08-31 --eu-grant 1400000 "
        "--envelope 1050000 --contact calls@example.org --coordinator 'Pôle SCS' --country FR "
        "--registration 484843170 --town Rousset --manager 'mia@example.org:Mia Laurent' "
        "--manager 'luc@example.org:Luc Peeters'"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name in (
            "slug",
            "acronym",
            "name",
            "code",
            "grant-agreement",
            "contact",
            "coordinator",
            "country",
        ):
            parser.add_argument(f"--{name}", required=True)
        for name in ("registration", "town", "eu-grant", "envelope"):
            parser.add_argument(f"--{name}", required=True)
        parser.add_argument("--from", dest="started_on", type=date.fromisoformat, required=True)
        parser.add_argument("--to", dest="ends_on", type=date.fromisoformat, required=True)
        parser.add_argument(
            "--manager", action="append", required=True, help="e-mail:full name; at least two"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if len(options["manager"]) < 2:
            raise CommandError("A project needs two managers: one alone may not publish or release.")
        try:
            self._open(options)
        except (DomainError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _open(self, options: dict[str, Any]) -> None:
        with transaction.atomic():
            coordinator = find_or_create_organisation(
                by=None,
                legal_name=options["coordinator"],
                country=options["country"],
                registration_number=options["registration"],
                town=options["town"],
                size="other",
            )
        project = services.create_project(
            coordinator=coordinator,
            slug=options["slug"],
            acronym=options["acronym"],
            name=options["name"],
            code=options["code"],
            grant_agreement_number=options["grant_agreement"],
            started_on=options["started_on"],
            ends_on=options["ends_on"],
            eu_grant_cents=parse_eur(options["eu_grant"]),
            contact_email=options["contact"],
        )
        managers = [self._manager(text) for text in options["manager"]]
        for manager in managers:
            services.add_member(project, manager, role=ProjectMember.Role.MANAGER, organisation=coordinator)
        services.set_envelope(
            project, amount_cents=parse_eur(options["envelope"]), by=managers[0], why="Grant agreement"
        )
        self.stdout.write(
            f"{project} is open. The managers set their passwords by “Forgot your password?” on the sign-in page."
        )

    def _manager(self, text: str) -> User:
        email, _colon, name = text.partition(":")
        known = User.objects.filter(email__iexact=email).first()
        return known or User.objects.create_user(email, full_name=name or email)
