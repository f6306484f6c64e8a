"""Where a submitted version stands in its call, in the applicant's words: its cut-off."""

from django.utils.translation import gettext as _

from applicants.models import Version
from calls.calendar import in_words


def standing_of(version: Version) -> str:
    """What holds for the version now that it is submitted, a sentence or two."""
    call = version.application.call
    if version.cut_off is not None and version.cut_off.closes_at is not None:
        told = {"title": version.cut_off, "when": in_words(version.cut_off.closes_at, call.zone)}
        return _("It belongs to %(title)s. You can change or withdraw it until then: %(when)s.") % told
    return _("You can change or withdraw it until the deadline.")
