"""The states of a call. Upcoming, open and closed are no states: they follow from the dates and the clock."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")


class CallPhase(models.TextChoices):
    """What the public sees of a published call, derived from its dates."""

    DRAFT = "draft", _("Draft")
    UPCOMING = "upcoming", _("Upcoming")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")
    CANCELLED = "cancelled", _("Cancelled")


CALL_TRANSITIONS: dict[str, set[str]] = {
    CallState.DRAFT: {CallState.PUBLISHED, CallState.CANCELLED},
    CallState.PUBLISHED: {CallState.ARCHIVED, CallState.CANCELLED},
    CallState.ARCHIVED: set(),
    CallState.CANCELLED: set(),
}
