"""What has to be kept although its term is over: a manager says so, with the reason (feature X8)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applicants.models.files import Application
from calls.models import Call
from core import clock
from core.refs import new_ref

LONGEST_REASON = 1000


class LegalHold(models.Model):
    """One file, or all files of a call with their drafts, lose nothing until the hold is lifted. A row is never deleted."""

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="+")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="+", help_text="None: all files of the call"
    )
    reason = models.TextField(max_length=LONGEST_REASON)
    set_at = models.DateTimeField(default=clock.now)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lift_reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "application"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="legal_hold_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="legal_hold_has_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
                name="legal_hold_lifted_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.application.ref if self.application is not None else self.call.code
