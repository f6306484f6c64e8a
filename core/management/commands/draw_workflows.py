"""Write docs/workflows.md from the transition tables."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.models import Stateful

HEAD = """# Workflows

Made from the tables in each app's `states.py` by `make docs`; a test fails when it is stale. What a clock or a count
can tell is no state: what is open, closed or overdue follows from dates.
"""


def draw() -> str:
    """Every state machine as a diagram and a list, in the order of the apps."""
    parts = [HEAD]
    for model in apps.get_models():
        if issubclass(model, Stateful):
            parts.append(_machine(model))
    return "\n".join(parts)


def _machine(model: type[Stateful]) -> str:
    labels = {value: str(label) for value, label in model._meta.get_field("state").choices or []}
    name = model._meta.verbose_name.capitalize() if model._meta.verbose_name else model.__name__
    doc = (model.__doc__ or "").strip().splitlines()[0]
    lines = [f"## {name} ({model._meta.app_label})", "", doc, "", "```mermaid", "stateDiagram-v2"]
    lines.append(f"    [*] --> {model._meta.get_field('state').get_default()}")
    for start, targets in model.TRANSITIONS.items():
        lines += [f"    {start} --> {to}" for to in labels if to in targets]
    lines += ["```", "", "| State | Shown as | May become |", "| --- | --- | --- |"]
    for start, label in labels.items():
        may = ", ".join(to for to in labels if to in model.TRANSITIONS[start]) or "nothing"
        lines.append(f"| {start} | {label} | {may} |")
    return "\n".join([*lines, ""])


class Command(BaseCommand):
    help = "Write docs/workflows.md from the transition tables; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "workflows.md"
        text = draw()
        if options["check"]:
            if not path.exists() or path.read_text() != text:
                raise SystemExit("docs/workflows.md is stale: run `make docs`.")
            return
        path.write_text(text)
