"""How pages tell the figures of the SME check."""

from fractions import Fraction

from django import template
from django.utils.translation import gettext as _

from applicants import sme
from core.money import format_rate

register = template.Library()


@register.filter
def units(value: Fraction | int | None) -> str:
    """Work units: 74.6; a dash when not known."""
    return sme.told_headcount(value) or "–"


@register.filter
def euros(value: Fraction | int | None) -> str:
    """Cents, exact or not, as an amount; a dash when not known."""
    return sme.told_money(value) or "–"


@register.filter
def rate(value: Fraction) -> str:
    """33 %"""
    return format_rate(value)


@register.filter
def size(value: sme.Size | None) -> str:
    """The category in words."""
    return sme.size_name(value) if value else _("cannot be told")


@register.filter
def relation(value: str) -> str:
    """Why a line counts."""
    return {
        "own": _("your enterprise"),
        "linked": _("linked"),
        "partner": _("partner"),
        "consolidated": _("consolidated accounts"),
    }[value]


@register.filter
def verdict(result: sme.Assessment) -> str:
    """The result as a title."""
    if result.size is None:
        return _("It cannot be told yet")
    if result.is_public:
        # xgettext:no-python-format
        return _("Not an SME: public bodies hold 25 % or more")
    return {
        sme.Size.MICRO: _("A micro enterprise: an SME"),
        sme.Size.SMALL: _("A small enterprise: an SME"),
        sme.Size.MEDIUM: _("A medium-sized enterprise: an SME"),
        sme.Size.LARGE: _("A large enterprise: not an SME"),
    }[result.size]


@register.filter
def independence(result: sme.Assessment) -> str:
    """What the declaration calls the enterprise."""
    return {
        sme.Independence.AUTONOMOUS: _("autonomous"),
        sme.Independence.PARTNER: _("with partner enterprises"),
        sme.Independence.LINKED: _("with linked enterprises"),
    }[result.independence]


@register.filter
def tone(result: sme.Assessment) -> str:
    """The tone of the state panel."""
    return "warn" if result.is_sme is None else "good" if result.is_sme else "bad"


@register.filter
def size_named(value: str) -> str:
    """A stored size in words; "cannot be told" for none."""
    return sme.size_name(sme.Size(value)) if value else _("cannot be told")
