"""A mandate: somebody outside an organisation writes its applications, and never binds it (A7)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from accounts.queries import own_organisations
from calls.models import Call
from core import clock
from core.refs import new_ref

LONGEST_MANDATE_WORDS = 1000


class MandateQuerySet(models.QuerySet["Mandate"]):
    def running(self, at: datetime) -> "MandateQuerySet":
        """Accepted, not ended, and within its days at this instant (UTC)."""
        return self.filter(
            answer=Mandate.Answer.ACCEPTED, ended_at__isnull=True, starts_at__lte=at, ends_at__gt=at
        )

    def held_by(self, user: Any) -> "MandateQuerySet":
        """Those the person works under: given to them, or to an organisation that they belong to."""
        return self.filter(Q(firm__isnull=True, holder=user) | Q(firm__in=own_organisations(user)))

    def visible_to(self, user: Any) -> "MandateQuerySet":
        """The people of both sides: of the organisation that gives it, and who received it or works under it."""
        received = Q(holder=user) | Q(firm__in=own_organisations(user))
        return self.filter(Q(organisation__in=own_organisations(user)) | received)


class Mandate(models.Model):
    """An organisation lets somebody write its applications, from a day to a day. It is no membership: who holds it never
    submits, signs, withdraws, or changes anything of the organisation. A row is never deleted.

    `holder` is the person who accepted. Where it was given to a consulting organisation (`to_firm`), `firm` is the one
    that the holder signs for, and all of its people write under it.
    """

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("a mandate", "accepted")
        DECLINED = "declined", pgettext_lazy("a mandate", "declined")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    token = models.CharField(max_length=24, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    to_firm = models.BooleanField(default=False)
    call = models.ForeignKey(Call, models.PROTECT, null=True, related_name="+", help_text="None: all calls")
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"), help_text="The last day on which it holds")
    starts_at = models.DateTimeField(help_text="The first day's beginning in the zone of who gave it")
    ends_at = models.DateTimeField(help_text="The last day's end in the zone of who gave it")
    words = models.TextField(blank=True, max_length=LONGEST_MANDATE_WORDS)
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    firm = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, help_text="When both sides heard that it will end")

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="mandate_days_in_order"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mandate_instants_in_order"),
            models.CheckConstraint(
                condition=~Q(answer="accepted")
                | Q(holder__isnull=False, to_firm=False, firm__isnull=True)
                | Q(holder__isnull=False, to_firm=True, firm__isnull=False),
                name="mandate_accepted_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(firm__isnull=True) | ~Q(firm=F("organisation")), name="mandate_to_another"
            ),
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                F("call"),
                condition=Q(answer="", ended_at=None),
                nulls_distinct=False,
                name="mandate_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "organisation"], name="mandate_holder"),
            models.Index(fields=["firm", "organisation"], name="mandate_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.receiver} for {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("applicants:mandate", args=[self.token])

    @property
    def receiver(self) -> str:
        """The name of who writes: the consulting organisation, the person, or the address that was written to."""
        return str(self.firm or self.holder or self.email)

    def is_waiting(self) -> bool:
        """Does it wait for an answer that may still be given?"""
        return not self.answer and self.ended_at is None and clock.now() < self.ends_at

    def is_for(self, user: Any) -> bool:
        """Was it given to this person's address?"""
        return bool(user.is_authenticated) and user.email.lower() == self.email.lower()

    def is_live(self) -> bool:
        """Accepted and neither ended nor over; it may begin later."""
        return self.answer == self.Answer.ACCEPTED and self.ended_at is None and clock.now() < self.ends_at

    def holds(self, at: datetime) -> bool:
        """May its receiver write under it at this instant (UTC)?"""
        return (
            self.answer == self.Answer.ACCEPTED
            and self.ended_at is None
            and self.starts_at <= at < self.ends_at
        )


class Preparation(models.Model):
    """Somebody wrote in this version under a mandate. Written with the first change that they make; never changed."""

    version = models.ForeignKey("applicants.Version", models.PROTECT, related_name="preparations")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="preparations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "mandate", "user"], name="preparation_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.version}"
