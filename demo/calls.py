"""The calls of the demo story: three call files, and what a file does not say (voucher type, address, a second call)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from calls import callfile, formkit
from calls.callfile import CallFile
from core.localised import Localised

FOLDER = Path(__file__).parent / "callfiles"
PLANNED = ("texts", "money", "applicants", "selection", "criteria")
"""The parts of a file that a voucher type can start its calls from as they are."""


@dataclass(frozen=True)
class CallScript:
    """One call: its file, its voucher type (short name, name, description), its address. `own`: what differs from the
    file, by column."""

    key: str
    file: str
    voucher: tuple[str, str, str]
    slug: str
    own: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def _file(self) -> CallFile:
        found = callfile.read((FOLDER / self.file).read_text(encoding="utf-8"))
        assert not found.problems, [found.told(problem) for problem in found.problems]
        return found

    @property
    def title(self) -> str:
        return str(self.columns["title"])

    @cached_property
    def columns(self) -> dict[str, Any]:
        """The call's values by column; the rate exact."""
        values = self._file.values
        parts = {name: value for part in PLANNED for name, value in values[part].items()}
        named = {"slug": self.slug, "code": values["code"], "title": values["title"]}
        return {**parts, **named, "project_months": values["dates"]["project_months"], **dict(self.own)}

    def defaults(self) -> dict[str, Any]:
        """What the voucher type starts its calls from (see `calls.plans`): all but the call's own name and address."""
        columns = {
            name: value for name, value in self.columns.items() if name not in ("slug", "code", "title")
        }
        rate = columns["rate"]
        return {
            **{name: _plain(value) for name, value in columns.items()},
            "rate": f"{rate.numerator}/{rate.denominator}",
            "instalments": _plain(self._file.values["instalments"]),
            "form": formkit.written_out(self._file.values["form"]),
        }


def _plain(value: Any) -> Any:
    """A value as JSON: texts by language, decimals as text, plans by their names."""
    if isinstance(value, Localised):
        return dict(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


DREAM_FIRST = CallScript(
    key="dream-1",
    file="dream.yaml",
    voucher=(
        "innovation",
        "Innovation voucher",
        "Digital technology for small and medium companies in manufacturing",
    ),
    slug="dream-innovation-vouchers",
)
DREAM_SECOND = replace(
    DREAM_FIRST,
    key="dream-2",
    slug="dream-innovation-vouchers-second-call",
    own=(
        ("code", "DRM-2"),
        ("title", "Digital technology in manufacturing: second call"),
        ("budget_cents", 300_000_00),
    ),
)
SILICON_DEMO = CallScript(
    key="silicon-demo",
    file="silicon-demo.yaml",
    voucher=(
        "demonstration",
        "Demonstration voucher",
        "New products of the electronics industry, shown in use",
    ),
    slug="silicon-demonstration-vouchers",
)
SILICON_GREEN = CallScript(
    key="silicon-green",
    file="silicon-green.yaml",
    voucher=("green", "Green voucher", "An expert's help to become more sustainable"),
    slug="silicon-green-vouchers",
)
