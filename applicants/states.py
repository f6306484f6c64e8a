"""The states of an application. Draft and submitted are no states: they are its versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApplicationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("an application", "Open")
    WITHDRAWN = "withdrawn", pgettext_lazy("an application", "Withdrawn")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    REJECTED = "rejected", _("Not selected")


S = ApplicationState
APPLICATION_TRANSITIONS: dict[str, set[str]] = {
    S.OPEN: {S.ELIGIBLE, S.INELIGIBLE, S.WITHDRAWN},
    S.WITHDRAWN: {S.OPEN},
    S.ELIGIBLE: {S.SELECTED, S.RESERVE, S.REJECTED, S.INELIGIBLE, S.WITHDRAWN},
    S.INELIGIBLE: {S.ELIGIBLE},
    S.SELECTED: {S.WITHDRAWN},
    S.RESERVE: {S.SELECTED, S.WITHDRAWN},
    S.REJECTED: {S.SELECTED, S.RESERVE},
}


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    FINAL = "final", _("Submitted")
    DISCARDED = "discarded", _("Thrown away")
