"""Calls to start from, shipped with the product: files without days, in the folder calls/samples."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "samples"


@dataclass(frozen=True)
class Sample:
    """One of them: the name it is asked for by, and what it is in a line."""

    name: str
    told: str
    text: str


def samples() -> list[Sample]:
    """All of them, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    return [Sample(name, text.partition("\n")[0].removeprefix("# "), text) for name, text in texts.items()]


def sample(name: str) -> Sample:
    """The one with this name. Raises LookupError with those that there are."""
    found = {one.name: one for one in samples()}
    if name not in found:
        raise LookupError(f"There is no sample “{name}”. There are: {', '.join(found)}.")
    return found[name]
