"""Make a draft of a call file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from calls import services
from calls.callfile.samples import sample, samples
from calls.callfile.yamlio import LARGEST_FILE
from calls.services import CallFileRefused
from funding.models import Project, ProjectMember


class Command(BaseCommand):
    help = (
        "Make a draft of a call file: manage.py import_call call.yaml --project dream [--dry-run]; "
        "or of one that comes with the product: --sample innovation"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", default="", help="the file; - reads what is piped in")
        parser.add_argument(
            "--sample", default="", help=f"a call to start from: {', '.join(one.name for one in samples())}"
        )
        parser.add_argument("--voucher-type", default="", help="another voucher type than the file's own")
        parser.add_argument("--project", required=True, help="the project's short name")
        parser.add_argument("--code", default="", help="another code than the file's own")
        parser.add_argument(
            "--by", default="", help="e-mail address of the manager who imports; default: the first"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what is wrong with the file")

    def handle(self, *args: Any, file: str, project: str, **options: Any) -> None:
        found = Project.objects.filter(slug=project).first()
        if found is None:
            raise CommandError(f"There is no project {project}.")
        given = {
            "project": found,
            "by": _manager(found, options["by"]),
            "code": options["code"],
            "voucher_type": options["voucher_type"],
        }
        text = _chosen(file, options["sample"])
        if options["dry_run"]:
            problems = services.check_call_file(text, **given)
            if problems:
                raise CommandError("\n".join(problems))
            self.stdout.write("The file makes a draft; nothing was made.")
            return
        try:
            call = services.import_call(text, **given)
        except CallFileRefused as refused:
            raise CommandError("\n".join([refused.message, *refused.problems])) from refused
        self.stdout.write(f"{call.code} is a draft of {found.slug}: /calls/{call.slug}/edit/")


def _chosen(file: str, name: str) -> str:
    if bool(file) == bool(name):
        raise CommandError("Name a file, or a sample with --sample.")
    try:
        return _read(file) if file else sample(name).text
    except LookupError as error:
        raise CommandError(str(error)) from error


def _read(file: str) -> str:
    try:
        raw = (
            sys.stdin.buffer.read(4 * LARGEST_FILE)
            if file == "-"
            else Path(file).read_bytes()[: 4 * LARGEST_FILE]
        )
        return raw.decode()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file} is no text in UTF-8.") from error


def _manager(project: Project, email: str) -> Any:
    members = project.members.filter(role=ProjectMember.Role.MANAGER, ended_at__isnull=True).order_by("pk")
    chosen = members.filter(user__email__iexact=email).first() if email else members.first()
    if chosen is None:
        raise CommandError(f"{project.slug} has no manager {email}".rstrip() + ".")
    return chosen.user
