"""What led to a category, as sentences with figures in the reader's language. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from django.utils.translation import gettext_lazy as _

from applicants.sme.figures import Figures, Size
from core.money import format_eur, format_rate, round_half_up


class Say(StrEnum):
    """What a reason is about."""

    AUTONOMOUS = "autonomous"
    LINKED = "linked"
    CONTROLLED = "controlled"
    PARTNER = "partner"
    SPARED = "spared"
    PUBLIC = "public"
    LATEST = "latest"
    PREVIOUS = "previous"
    ESTIMATE = "estimate"
    OWNER_CHANGED = "owner_changed"
    CHANGED = "changed"
    KEPT = "kept"
    MISSING = "missing"
    ASSUMED = "assumed"
    ANGELS = "angels"
    PUBLIC_FUND = "public_fund"
    SHELL = "shell"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Reason:
    """One step of the reasoning; `message` is its sentence."""

    code: Say
    names: tuple[str, ...] = ()
    other: str = ""
    share: Fraction | None = None
    figures: Figures | None = None
    size: Size | None = None
    earlier: Size | None = None
    missing: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The sentence in the active language."""
        told = {
            "names": ", ".join(self.names),
            "other": self.other,
            "share": format_rate(self.share) if self.share is not None else "",
            "size": size_name(self.size) if self.size else "",
            "earlier": size_name(self.earlier) if self.earlier else "",
            "missing": ", ".join(str(FIGURE_NAMES[name]) for name in self.missing),
            **_told_figures(self.figures),
        }
        return str(_SENTENCES[self.code]) % told


FIGURE_NAMES = {
    "headcount": _("headcount"),
    "turnover": _("turnover"),
    "balance": _("balance sheet total"),
}

_SIZE_NAMES = {
    Size.MICRO: _("micro"),
    Size.SMALL: _("small"),
    Size.MEDIUM: _("medium-sized"),
    Size.LARGE: _("large, not an SME"),
}

_SENTENCES = {
    Say.AUTONOMOUS: _("No other enterprise's figures are added: the enterprise is autonomous."),
    Say.LINKED: _("Linked: %(names)s in %(other)s with %(share)s of the votes; all figures of both count."),
    Say.CONTROLLED: _(
        "Linked: %(names)s in %(other)s with decisive influence, though without a majority; all figures count."
    ),
    Say.PARTNER: _(
        "Partner: %(names)s in %(other)s with %(share)s; that part of the partner's figures counts."
    ),
    Say.SPARED: _(
        "Not counted: %(names)s in %(other)s with %(share)s, as an investor of Article 3(2) without control."
    ),
    Say.PUBLIC: _(
        "Public bodies control %(share)s (%(names)s). From 25 %% on it is not an SME, whatever its size "
        "(Article 3(4))."
    ),
    Say.LATEST: _(
        "Last closed year: %(headcount)s work units, turnover %(turnover)s EUR, balance sheet %(balance)s EUR: "
        "%(size)s."
    ),
    Say.PREVIOUS: _(
        "Year before: %(headcount)s work units, turnover %(turnover)s EUR, balance sheet %(balance)s EUR: %(size)s."
    ),
    Say.ESTIMATE: _(
        "Estimate of a new firm: %(headcount)s work units, turnover %(turnover)s EUR, balance sheet %(balance)s EUR: "
        "%(size)s."
    ),
    Say.OWNER_CHANGED: _("The owner changed: the last closed year counts at once (%(size)s)."),
    Say.CHANGED: _(
        "Two closed years in a row passed the ceilings of “%(earlier)s”, so the status is now “%(size)s”."
    ),
    Say.KEPT: _(
        "The last year alone would give “%(earlier)s”; the status changes only after two years in a row, so it "
        "stays “%(size)s”."
    ),
    Say.MISSING: _("Missing for %(names)s: %(missing)s. What is not known is not taken for zero."),
    Say.ASSUMED: _("%(names)s: only one year was given; it stands for the year before as well."),
    Say.ANGELS: _(
        "%(names)s: business angels are excepted only when they invested less than 1 250 000 EUR together. "
        "Enter the other firms they own, too."
    ),
    Say.PUBLIC_FUND: _(
        "%(names)s: a public investment corporation with a majority. A person has to look at whether public bodies "
        "control the enterprise (Article 3(4))."
    ),
    Say.UNDECIDED: _("The category cannot be told before the missing figures are given."),
    Say.SHELL: _("All figures are zero. A new firm gives an estimate of its first year instead."),
}


def size_name(size: Size) -> str:
    """The category in words."""
    return str(_SIZE_NAMES[size])


def told_headcount(units: Fraction | int | None) -> str:
    """Work units with up to two decimals; what has more is marked as rounded: "74.6", "≈ 33.33"."""
    if units is None:
        return ""
    hundredths = Fraction(units) * 100
    rounded = round_half_up(hundredths)
    whole, rest = divmod(rounded, 100)
    told = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return told if hundredths == rounded else f"≈\u00a0{told}"


def told_money(cents: Fraction | int | None) -> str:
    """Cents, rounded to whole ones, as an amount without needless decimals."""
    return "" if cents is None else format_eur(round_half_up(Fraction(cents)), short=True)


def _told_figures(figures: Figures | None) -> dict[str, str]:
    if figures is None:
        return {}
    return {
        "headcount": told_headcount(figures.headcount),
        "turnover": told_money(figures.turnover),
        "balance": told_money(figures.balance),
    }
