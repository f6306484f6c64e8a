"""Write what docs/call-file.md and docs/call-file.schema.json have from the code."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from calls import callfile
from calls.callfile import describing


def described(root: Path) -> dict[Path, str]:
    """The text that each page of docs/ should have, by its path. The rest of the page stays as it was written."""
    page, schema = root / "docs" / "call-file.md", root / "docs" / "call-file.schema.json"
    designs = {
        path.name: path.read_text(encoding="utf-8") for path in (root / "tests/calls/designs").glob("*.yaml")
    }
    with translation.override("en"):
        return {
            page: describing.page(page.read_text(encoding="utf-8"), designs),
            schema: json.dumps(callfile.schema(), indent=1, ensure_ascii=False) + "\n",
        }


class Command(BaseCommand):
    help = "Write docs/call-file.md and its JSON schema from the code; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        for path, text in described(Path(settings.BASE_DIR)).items():
            if not options["check"]:
                path.write_text(text, encoding="utf-8")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                raise SystemExit(f"{path.name} is stale: run `make docs`.")
