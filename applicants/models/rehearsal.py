"""Test submissions of a call: rows of their own, so that nothing that counts, lists, pays or publishes can meet one."""

from typing import Any

from django.conf import settings
from django.db import models

from calls.models import Call
from core import clock
from core.models import StoredFile
from funding.models import ProjectMember


class RehearsalQuerySet(models.QuerySet["Rehearsal"]):
    def visible_to_staff(self, user: Any) -> "RehearsalQuerySet":
        """Test submissions of calls of the projects in which the person has a role."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        return self.filter(call__project__in=projects)


class RehearsalCount(models.Model):
    """The last number of a call's test submissions: a number is never given twice, also after one was deleted."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.call}: {self.last}"


class Rehearsal(models.Model):
    """One test submission: what was typed for made-up organisations, the form as it was then, and how it ended.

    Amounts in EUR cents. `outcome` holds the sentences as they were told, in `language`; `typed` is what the boxes of
    the form held, so that it can be tried again; `form_mark` and `rules_mark` tell whether the call is still the same.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=140, blank=True)
    organisations = models.JSONField(default=list)
    form = models.JSONField(default=dict)
    form_mark = models.CharField(max_length=16)
    rules_mark = models.CharField(max_length=16)
    typed = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    requested_cents = models.BigIntegerField(default=0)
    stops = models.PositiveIntegerField(help_text="How many things would have stopped the submission")
    outcome = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    document = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    objects = RehearsalQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="rehearsal_number_once"),
            models.CheckConstraint(
                condition=models.Q(ref__startswith="TEST-"), name="rehearsal_is_called_a_test"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def ends_well(self) -> bool:
        """Would it have been received?"""
        return self.stops == 0
