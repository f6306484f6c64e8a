"""Rows of a call's design: what evaluators score, how grants are paid, and its cut-offs."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calls.intake import title_of
from calls.models.call import Call
from core.localised import LocalisedField


class Criterion(models.Model):
    """What evaluators score."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.SlugField(max_length=30)
    name = LocalisedField(_("name"), max_length=80)
    description = LocalisedField(_("what evaluators look at"), max_length=600, blank=True)
    # xgettext:no-python-format
    weight = models.DecimalField(_("weight, % or factor"), max_digits=5, decimal_places=2)
    max_score = models.DecimalField(_("highest score"), max_digits=5, decimal_places=2, default=Decimal("5"))
    step = models.DecimalField(_("step"), max_digits=4, decimal_places=2, default=Decimal("0.5"))
    threshold = models.DecimalField(_("at least"), max_digits=5, decimal_places=2, null=True, blank=True)
    min_words = models.PositiveSmallIntegerField(_("words of reasons, at least"), default=10)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="criterion_code_once"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="criterion_weight"),
            models.CheckConstraint(condition=Q(step__gt=0, max_score__gt=0), name="criterion_scale"),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0, threshold__lte=F("max_score")),
                name="criterion_threshold_on_scale",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Instalment(models.Model):
    """One part of each grant: how much of it, and what has to happen before it is paid."""

    class Due(models.TextChoices):
        SIGNATURE = "signature", _("at signature")
        REPORT = "report", _("after an accepted report")
        MILESTONE = "milestone", _("when a milestone is reached, with evidence")
        PHASE = "phase", _("when a phase is passed, after its report")

    call = models.ForeignKey(Call, models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(default=0)
    label = LocalisedField(_("name"), max_length=80)
    percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount_cents = models.BigIntegerField(_("amount"), null=True, blank=True)
    due = models.CharField(_("paid"), max_length=10, choices=Due.choices, default=Due.REPORT)
    month = models.PositiveSmallIntegerField(_("report due after months"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, amount_cents__isnull=True)
                | Q(percent__isnull=True, amount_cents__gt=0),
                name="instalment_share_or_amount",
            )
        ]

    def __str__(self) -> str:
        return str(self.label)


class CutOff(models.Model):
    """One of several deadlines of a call: the files that arrive until then, and after the one before, are judged together.

    `countries` and `answers` (to the question that limits are counted by) narrow what the call allows; empty is as the
    call says. PostgreSQL keeps them after publication; the date moves later only.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="cut_offs")
    position = models.PositiveSmallIntegerField(default=0)
    closes_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    name = LocalisedField(_("name or theme"), max_length=80, blank=True)
    decision_by = models.DateField(_("answer by"), null=True, blank=True)
    countries = models.JSONField(_("countries"), default=list)
    answers = models.JSONField(_("answers"), default=list)
    budget_cents = models.BigIntegerField(_("its own money"), null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="cut_off_place_once"),
            models.CheckConstraint(
                condition=Q(budget_cents__isnull=True) | Q(budget_cents__gte=0),
                name="cut_off_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return title_of(self.number, str(self.name))

    @property
    def number(self) -> int:
        """Its number among the cut-offs of its call, from 1."""
        return self.position + 1
