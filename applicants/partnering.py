"""Where a partner stands before the submission: asked, confirmed, or confirmed with other terms. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _


class Stand(StrEnum):
    """What a partner has said."""

    UNASKED = "unasked"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    DECLINED = "declined"


def stand(answer: str | None, confirmed: Mapping[str, Any], terms: Mapping[str, Any]) -> Stand:
    """`answer`: confirmed, declined, "" (asked, no answer yet) or None (not asked); what it confirmed, and what stands
    in the draft now."""
    if answer is None:
        return Stand.UNASKED
    if answer == "confirmed":
        return Stand.CONFIRMED if dict(confirmed) == dict(terms) else Stand.CHANGED
    return Stand.DECLINED if answer == "declined" else Stand.ASKED


def tag(found: Stand) -> tuple[str, str]:
    """Tone and words of the sign beside its name."""
    return {
        Stand.UNASKED: ("", _("Not asked yet")),
        Stand.ASKED: ("busy", _("Asked, no answer yet")),
        Stand.CONFIRMED: ("good", _("Confirmed")),
        Stand.CHANGED: ("warn", _("Confirmed other terms")),
        Stand.DECLINED: ("bad", _("Does not take part")),
    }[found]


def gap(found: Stand, name: str) -> str:
    """What stands between this partner and the submission; empty when nothing does."""
    sentence = {
        Stand.UNASKED: _("%(name)s has not been asked yet to confirm that it takes part."),
        Stand.ASKED: _("%(name)s has not confirmed yet that it takes part."),
        Stand.CHANGED: _("%(name)s confirmed with another task or other amounts: it has to confirm again."),
        Stand.DECLINED: _("%(name)s does not take part: remove it, or ask again."),
        Stand.CONFIRMED: "",
    }[found]
    return sentence % {"name": name} if sentence else ""
