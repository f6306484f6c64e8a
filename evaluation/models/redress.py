"""Objections to a decision: the time limits of a call, the objection, its files, and what comes of an upheld one."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applicants.models import Application, Recusal
from calls.models import Call
from calls.wording import REDRESS_DAYS
from core import clock
from core.models import Stateful, StoredFile
from core.refs import new_ref
from core.workflow import state_field
from evaluation.states import OBJECTION_TRANSITIONS, Ground, Matter, ObjectionState, Remedy, Verdict
from funding.models import ProjectMember

ANSWER_DAYS = 30
LONGEST_OBJECTION = 8000


class Procedure(models.Model):
    """The time limits of a call after its decisions; a call without a row has the usual ones."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="procedure")
    redress_days = models.PositiveSmallIntegerField(default=REDRESS_DAYS)
    answer_days = models.PositiveSmallIntegerField(default=ANSWER_DAYS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    redress_days__gte=1, redress_days__lte=90, answer_days__gte=1, answer_days__lte=90
                ),
                name="procedure_days_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.call.code}: {self.redress_days}/{self.answer_days} days"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        """The applicant's door: objections about applications of the person's own organisations."""
        return self.filter(application__in=Application.objects.of_own_people(user))

    def visible_to_staff(self, user: Any) -> "ObjectionQuerySet":
        """The funder's door: objections to decisions of the person's projects, without files one is recused from."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        recused = Recusal.objects.filter(user=user).values("application")
        return self.filter(application__call__project__in=projects).exclude(application__in=recused)

    def unanswered(self) -> "ObjectionQuerySet":
        """Those that wait for an answer."""
        return self.filter(state__in=[ObjectionState.FILED, ObjectionState.HANDLING])


class Objection(Stateful):
    """What an applicant says against a decision, who examines it, and the answer. What was filed stays as it was filed."""

    TRANSITIONS = OBJECTION_TRANSITIONS

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="objections")
    matter = models.CharField(max_length=12, choices=Matter.choices)
    ground = models.CharField(max_length=12, choices=Ground.choices)
    text = models.TextField(max_length=LONGEST_OBJECTION)
    state = state_field(ObjectionState, ObjectionState.FILED)
    told_at = models.DateTimeField(help_text="When the applicant was told the decision")
    last_at = models.DateTimeField(help_text="The last second in which an objection was in time")
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(help_text="The last second of the day by which it is to be answered")
    handler = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    named_at = models.DateTimeField(null=True)
    remedy = models.CharField(max_length=12, choices=Remedy.choices, blank=True)
    answer = models.TextField(blank=True, help_text="The reasons, as sent to the applicant")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["answer_by", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "matter"], name="objection_once"),
            models.CheckConstraint(condition=~Q(text=""), name="objection_with_words"),
            models.CheckConstraint(
                condition=Q(state__in=[ObjectionState.FILED, ObjectionState.HANDLING])
                | (Q(answered_by=F("handler"), answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_by_handler",
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.FILED) | Q(handler__isnull=False, named_by__isnull=False),
                name="objection_has_handler",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.ref} / {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:objection_staff", args=[self.application.call.slug, self.ref])

    @property
    def is_overdue(self) -> bool:
        """Did the day pass by which an answer was promised?"""
        waits = self.state in (ObjectionState.FILED, ObjectionState.HANDLING)
        return waits and clock.now() > self.answer_by


class ObjectionFile(models.Model):
    """A file that came with an objection."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="files")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file.name)


class Reexamination(models.Model):
    """What an upheld objection leads to, for one file alone: proposed by the handler, confirmed by a manager."""

    objection = models.OneToOneField(Objection, models.PROTECT, related_name="reexamination")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField(help_text="Why; stands in the letter")
    scores = models.JSONField(default=dict, help_text="Code of the criterion -> score given anew")
    words = models.JSONField(default=dict, help_text="Code of the criterion -> words given anew")
    experts = models.CharField(max_length=300, blank=True, help_text="Who judged it anew")
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    place = models.PositiveIntegerField(
        null=True, help_text="Where it stands now among the others, which stay"
    )
    amount_cents = models.BigIntegerField(default=0)
    letter = models.TextField(help_text="As previewed and as sent")
    before = models.JSONField(default=dict, help_text="The decision as it was")
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="reexamination_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="reexamination_with_reason"),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="reexamination_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="reexamination_confirmed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objection}: {self.get_verdict_display()}"


class EvaluationSummary(models.Model):
    """The evaluation summary report of one file as PDF, made of the released decision; `fingerprint` tells which."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="summaries")
    language = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "language", "fingerprint"], name="evaluation_summary_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application.ref}, {self.language}"
