"""What holds for a submitted version, in the applicant's words: its cut-off, or the order of arrival."""

from django.utils.translation import gettext as _

from applicants.models import Version
from calls.calendar import in_words
from calls.intake import CallModel
from core import clock


def standing_of(version: Version) -> str:
    """What holds for the version now that it is submitted, a sentence or two."""
    call = version.application.call
    if call.final_at_once:
        return _(
            "In this call nothing is changed after the submission. You may withdraw it; then nothing of it counts."
        )
    own = version.application.extended_to
    if own is not None and version.application.is_extended(clock.now()):
        return _(
            "You can change or withdraw it until the end of the time that was given to you alone: %(when)s."
        ) % {"when": in_words(own, call.zone)}
    if version.cut_off is not None and version.cut_off.closes_at is not None:
        told = {"title": version.cut_off, "when": in_words(version.cut_off.closes_at, call.zone)}
        return _("It belongs to %(title)s. You can change or withdraw it until then: %(when)s.") % told
    if call.call_model == CallModel.CLAIM:
        return _(
            "First come, first served: within two minutes you hear whether its money is held, or your place among those who "
            "wait. It stays as it arrived; you may withdraw it."
        )
    if call.call_model == CallModel.QUEUE:
        return _(
            "First come, first served: it is scored, and money is given in the order of arrival. It stays as it arrived; you "
            "may withdraw it. Your place stands on its page."
        )
    return _("You can change or withdraw it until the deadline.")
