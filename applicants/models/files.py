"""What an applicant writes: the application, its versions, answers, partners and files."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from applicants.models.mandates import Mandate, own_organisations
from applicants.states import APPLICATION_TRANSITIONS, ApplicationState, VersionStatus
from calls.models import Call, CutOff, FormRevision
from calls.states import CallState
from core import clock
from core.models import Stateful, StoredFile
from core.refs import new_ref
from core.workflow import state_field
from funding.models import ProjectMember


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """The applicant's door: applications of the person's own organisations, and those that they write under a
        mandate: never in a call of a project they run. What only the own people may do asks `of_own_people` too."""
        now = clock.now()
        mandates = Mandate.objects.running(now).held_by(user)
        both = own_organisations(user).union(mandates.values("organisation"), all=True)
        runs = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        here = mandates.filter(organisation=OuterRef("organisation")).filter(
            Q(call__isnull=True) | Q(call=OuterRef("call"))
        )
        mandated = Exists(here) & ~Q(call__project__in=runs)
        return self.filter(organisation__in=both).filter(
            Q(organisation__in=own_organisations(user)) | mandated
        )

    def of_own_people(self, user: Any) -> "ApplicationQuerySet":
        """Applications of the organisations that the person belongs to: what a mandate never reaches."""
        return self.filter(organisation__in=own_organisations(user))

    def visible_to_staff(self, user: Any) -> "ApplicationQuerySet":
        """The funder's door: what was submitted to calls of the person's projects; never a draft, never a file
        from which the person is recused."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        recused = Recusal.objects.filter(user=user).values("application")
        return self.submitted().filter(call__project__in=projects).exclude(pk__in=recused)

    def submitted(self) -> "ApplicationQuerySet":
        """Applications with a version that counts."""
        return self.filter(last_final__isnull=False).exclude(state=ApplicationState.WITHDRAWN)


class Application(Stateful):
    """One file of one applicant in one call, through all its versions."""

    TRANSITIONS = APPLICATION_TRANSITIONS

    call = models.ForeignKey(Call, models.PROTECT, related_name="applications")
    number = models.PositiveIntegerField()
    ref = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    state = state_field(ApplicationState, ApplicationState.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Both are written by PostgreSQL when a version becomes final (migration 0006): lists need not look for it.
    last_final = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+", editable=False)
    asked_cents = models.BigIntegerField(
        default=0, editable=False, help_text="The support asked in its last final version, EUR cents"
    )
    extended_to = models.DateTimeField(
        null=True, help_text="Until when it takes what arrives, where it alone was given more time"
    )
    brought_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The consortium partner that told the applicant of the call, as it says itself",
    )
    eligibility_note = models.TextField(blank=True, help_text="The reasons shown to the applicant")
    outcome_at = models.DateTimeField(null=True, help_text="When the outcome was released")
    outcome_text = models.TextField(blank=True, help_text="The letter's text, as released")
    deletion_told_at = models.DateTimeField(
        null=True, help_text="When the managers were told that its contents are deleted: see desk/retention"
    )
    deleted_at = models.DateTimeField(null=True, help_text="When its contents were deleted after their term")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="application_number_once")]
        indexes = [models.Index(fields=["call", "state"], name="application_call_state")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("applicants:application_detail", args=[self.ref])

    def is_writable(self, at: datetime) -> bool:
        """May its text change, or be submitted, when that arrives at this instant (UTC)? While its call is open; in a call
        with cut-offs until the one that it was submitted to; not after its submission first come, first served, since the
        order of arrival counts, and where the call says so. Who was given more time has it (A34)."""
        if self.last_final_id is not None and self.call.final_at_once:
            return False
        if self.is_extended(at):
            return True
        if not self.call.is_open(at):
            return False
        if self.last_final_id is None or not (self.call.has_cut_offs or self.call.is_rolling):
            return True
        closes_at = self.last_final.cut_off.closes_at if self.last_final and self.last_final.cut_off else None
        return closes_at is not None and at <= closes_at

    def is_extended(self, at: datetime) -> bool:
        """Was it given more time than the others, which is not over at this instant (UTC)?"""
        return (
            self.extended_to is not None and at <= self.extended_to and self.call.state == CallState.PUBLISHED
        )

    @property
    def deadline(self) -> datetime | None:
        """Until when it can be submitted or changed: what it alone was given, or the deadline of all if that is later."""
        common, own = self.common_deadline, self.extended_to
        if own is None or common is None:
            return common
        if self.call.has_cut_offs:
            return own if clock.now() <= own else common
        return max(common, own)

    @property
    def common_deadline(self) -> datetime | None:
        """The deadline as it is for all: the cut-off it was submitted to, else the next one, or the call's."""
        if self.call.has_cut_offs and self.last_final is not None and self.last_final.cut_off is not None:
            return self.last_final.cut_off.closes_at
        return self.call.next_deadline

    def cut_off_at(self, at: datetime) -> CutOff | None:
        """The cut-off that belongs to what it sends at this instant (UTC): the one it was given more time for, else the first
        that has not passed. One query, only in a call with cut-offs."""
        if self.call.has_cut_offs and self.is_extended(at):
            given = self.extensions.filter(answer="granted").select_related("cut_off").last()
            return given.cut_off if given else None
        return self.call.cut_off_at(at)

    def draft(self) -> "Version | None":
        """The version being written, if any."""
        return self.versions.filter(status=VersionStatus.DRAFT).first()

    def valid_version(self) -> "Version | None":
        """The version that counts: the last complete one (time-10), unless the application was withdrawn."""
        if self.state == ApplicationState.WITHDRAWN:
            return None
        return self.versions.filter(status=VersionStatus.FINAL).order_by("-number").first()


class Version(models.Model):
    """One state of the text: a draft, or what was submitted at an instant and never changes again."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    form_revision = models.ForeignKey(FormRevision, models.PROTECT, related_name="+")
    title = models.CharField(_("title of the project"), max_length=140, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    arrived_at = models.DateTimeField(null=True, help_text="Last byte at the edge, to the millisecond (N3)")
    cut_off = models.ForeignKey(
        CutOff, models.PROTECT, null=True, related_name="+", help_text="The one its arrival falls in"
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    payload = models.JSONField(null=True, help_text="All that was submitted, in canonical form")
    sha256 = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="Over the canonical payload"
    )
    declarations = models.JSONField(default=dict)
    field_versions = models.JSONField(default=dict, help_text="As in SectionAnswers, for the title")
    lateness_told_at = models.DateTimeField(
        null=True, help_text="When its writers heard that it was not submitted"
    )
    reminded_at = models.DateTimeField(
        null=True, help_text="When its writers were last reminded of the deadline"
    )
    expiry_told_at = models.DateTimeField(
        null=True, help_text="When its writers were told that the draft is deleted: see applicants/keeping.py"
    )
    emptied_at = models.DateTimeField(
        null=True, help_text="When texts, money and files of a draft that was not submitted were deleted"
    )
    receipt = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    correction = models.OneToOneField(
        "Correction", models.PROTECT, null=True, related_name="made", help_text="What it was opened to answer"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(status=VersionStatus.DRAFT), name="version_one_draft"
            ),
            models.CheckConstraint(
                condition=~Q(status=VersionStatus.FINAL)
                | (
                    Q(arrived_at__isnull=False, payload__isnull=False, submitted_by__isnull=False)
                    & ~Q(sha256="")
                ),
                name="version_final_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "application"], name="version_status"),
            models.Index(
                fields=["arrived_at"],
                name="version_without_receipt",
                condition=Q(status=VersionStatus.FINAL, receipt__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.ref} version {self.number}"


class SectionAnswers(models.Model):
    """The answers of one section of one version; each field carries a number that grows with each change."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="answers")
    section = models.SlugField(max_length=40)
    answers = models.JSONField(default=dict)
    field_versions = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "section"], name="section_answers_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.section}"


class Partner(models.Model):
    """An organisation that takes part, with its costs and what it asks for. The applicant is the lead partner."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    task = models.CharField(_("its part in the project"), max_length=300, blank=True)
    cost_cents = models.BigIntegerField(_("costs"), default=0)
    requested_cents = models.BigIntegerField(_("support asked"), default=0)
    field_versions = models.JSONField(default=dict, help_text="As in SectionAnswers")
    aid = models.JSONField(
        null=True, help_text="Its declaration of de minimis aid, where the call is State aid"
    )

    class Meta:
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "organisation"], name="partner_once"),
            models.UniqueConstraint(fields=["version"], condition=Q(is_lead=True), name="partner_one_lead"),
            models.CheckConstraint(
                condition=Q(cost_cents__gte=0, requested_cents__gte=0), name="partner_money_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Attachment(models.Model):
    """A file that answers a question of the form. Replacing one keeps the old row, marked removed."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="attachments")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    question = models.SlugField(max_length=40)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name


class ClaimQuerySet(models.QuerySet["Claim"]):
    def in_order(self) -> "ClaimQuerySet":
        """Claims that stand in the order of arrival: neither ended, nor decided, nor kept out by a ceiling."""
        return self.filter(ended_at=None, decided_at=None, barred_because="")


class Claim(models.Model):
    """First come, first served: an application's place in the order of arrival. The primary key is the order in which
    claims were taken, one at a time."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="+")
    application = models.OneToOneField(Application, models.PROTECT, related_name="+")
    version = models.OneToOneField(Version, models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    amount_cents = models.BigIntegerField()
    told_at = models.DateTimeField(null=True, help_text="When its place was told as final")
    barred_because = models.TextField(blank=True, help_text="The ceiling that keeps it from its money")
    decided_at = models.DateTimeField(null=True, help_text="When a decision on it was released")
    ended_at = models.DateTimeField(null=True, help_text="When it was withdrawn, refused or taken back")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount_cents__gt=0), name="claim_above_zero")]

    def __str__(self) -> str:
        return str(self.application)


class Hold(models.Model):
    """Money held for a claim, from then until then; the ledger knows it as awarded."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="holds")
    held_at = models.DateTimeField(default=clock.now)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(released_at=None), name="hold_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim}: {self.claim.amount_cents}"


class Recusal(models.Model):
    """This person must not see this application: subtracted from the funder's door."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.user} not on {self.application}"


class CatalogueRemoval(models.Model):
    """An accepted entry of a call without money that was taken out of its public catalogue; the reason is told to it."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="removal")
    reason = models.TextField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.application.ref}: {self.reason}"


class PhaseInvitation(models.Model):
    """A project selected in one phase is invited to the next, once (`Call.previous`)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="+")
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="phase_invitations",
        help_text="The selected file of the earlier phase",
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "application"], name="phase_invitation_once")]

    def __str__(self) -> str:
        return f"{self.application.ref} to {self.call.code}"


class CheckTally(models.Model):
    """How often the check before an account ended in a day with this reason: a kind of rule, or "may_apply".

    Counts only; nothing that anybody entered is kept.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="+")
    day = models.DateField()
    reason = models.SlugField(max_length=40)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day", "reason"]
        constraints = [
            models.UniqueConstraint(fields=["call", "day", "reason"], name="check_tally_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.call.code} {self.day}: {self.reason} {self.count}"
