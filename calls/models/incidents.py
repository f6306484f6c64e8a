"""What went wrong around a call on the funder's side, kept with its evidence (feature A33)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calls.fairness import time_lost
from calls.models.call import Call
from core import clock

LONGEST_WORDS = 1000
LONGEST_PUBLIC = 500


class Incident(models.Model):
    """An outage or another trouble that kept people from applying: what, when, how it is known, whom it hit. It is never
    changed or deleted; its end may come later, and it may be published, once."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="incidents")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    what = models.TextField(_("what happened"), max_length=LONGEST_WORDS)
    began_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)
    evidence = models.TextField(_("how it is known"), max_length=LONGEST_WORDS)
    affected = models.TextField(_("who is affected"), max_length=LONGEST_WORDS)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    public_text = models.TextField(blank=True, max_length=LONGEST_PUBLIC)
    made_good_at = models.DateTimeField(
        null=True, help_text="Up to when its time was given back by a later deadline"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="incident_number_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="incident_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(public_text=""),
                name="incident_published_with_text",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Incident %(n)d") % {"n": self.number})

    def lost_at(self, at: datetime) -> timedelta:
        """The time it took from those who could apply, up to this instant (UTC), and that was not given back yet."""
        known = [one for one in (self.call.opens_at, self.made_good_at) if one is not None]
        return time_lost(self.began_at, self.ended_at, now=at, since=max(known, default=None))
