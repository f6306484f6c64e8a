"""Calls to start from, shipped with the product: files without days, in the folder calls/samples."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "samples"


@dataclass(frozen=True)
class Sample:
    """One of them: the name it is asked for by, what it is in a line, and the real call it is like."""

    name: str
    told: str
    like: str
    text: str

    @property
    def title(self) -> str:
        """The line up to its first comma: "Innovation support"."""
        return self.told.partition(", ")[0]

    @property
    def sentence(self) -> str:
        """What follows, as a sentence: "One to three SMEs, a share of the costs." """
        rest = self.told.partition(", ")[2]
        return f"{rest[:1].upper()}{rest[1:]}."


def samples() -> list[Sample]:
    """All of them, by name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    return [_described(name, text) for name, text in texts.items()]


def _described(name: str, text: str) -> Sample:
    told, like = (line.removeprefix("# ") for line in text.splitlines()[:2])
    return Sample(name, told, like.removeprefix("Like ").partition(". ")[0], text)


def sample(name: str) -> Sample:
    """The one with this name. Raises LookupError with those that there are."""
    found = {one.name: one for one in samples()}
    if name not in found:
        raise LookupError(f"There is no sample “{name}”. There are: {', '.join(found)}.")
    return found[name]
