"""The call: text, dates, money rules, how it takes and chooses applications."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calls.awards import Award, AwardUnit, award_of
from calls.intake import ROLLING, CallModel
from calls.letters import LETTERS
from calls.partnering import PartnerPart
from calls.selection import (
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    EthicsScope,
    Selection,
    TotalMethod,
    selection_of,
)
from calls.states import CALL_TRANSITIONS, CallPhase, CallState
from calls.types import ProjectType, type_named, types_of
from core import clock
from core.localised import LocalisedField
from core.models import Stateful
from core.workflow import state_field
from funding.models import BudgetLine, Project, ProjectMember, VoucherType

if TYPE_CHECKING:
    from calls.models.revisions import FormRevision
    from calls.models.rows import CutOff

LONG_TEXTS = (
    "summary",
    "description",
    "eligibility",
    "process",
    "redress",
    "privacy",
    "activities",
    "short_opening_reason",
    *LETTERS,
)


def long_texts(prefix: str = "") -> list[str]:
    """The columns of a call that lists and pages of an application do not show, for `defer`: `long_texts("call__")`."""
    return [prefix + name for name in LONG_TEXTS]


class CallQuerySet(models.QuerySet["Call"]):
    def public(self) -> "CallQuerySet":
        """Calls that anyone may read: published, archived or cancelled after publication."""
        return self.filter(published_at__isnull=False)

    def visible_to(self, user: Any) -> "CallQuerySet":
        """Public calls for everyone; drafts for the people of their project."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(
            Q(published_at__isnull=False) | Q(pk__in=self.model.objects.staffed_by(user))
        ).distinct()

    def staffed_by(self, user: Any) -> "CallQuerySet":
        """Calls of the projects in which the person has a role."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        return self.filter(project__in=projects)

    def running_at(self, at: datetime) -> "CallQuerySet":
        """Published calls that did not end before this instant, by their deadline or with their money."""
        not_used_up = Q(exhausted_at__isnull=True) | Q(exhausted_at__gte=at)
        return self.filter(not_used_up, state=CallState.PUBLISHED, closes_at__gte=at)

    def open_at(self, at: datetime) -> "CallQuerySet":
        """Calls that take submissions at this instant."""
        return self.running_at(at).filter(opens_at__lte=at)

    def closed_at(self, at: datetime) -> "CallQuerySet":
        """Published calls whose deadline has passed, or whose money was used up before."""
        ended = Q(closes_at__lt=at) | Q(exhausted_at__lt=at)
        return self.filter(ended, state=CallState.PUBLISHED)


class Call(Stateful):
    """An open call: who may apply for what, until when, how it is judged and paid."""

    TRANSITIONS = CALL_TRANSITIONS

    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    voucher_type = models.ForeignKey(
        VoucherType, models.PROTECT, related_name="+", verbose_name=_("voucher type")
    )
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name=_("earlier phase"),
        help_text=_("Only projects selected in this call may apply. Empty: the call is open to everybody."),
    )
    budget_line = models.OneToOneField(
        BudgetLine, models.PROTECT, null=True, related_name="+", editable=False
    )
    state = state_field(CallState, CallState.DRAFT)
    slug = models.SlugField(_("address"), unique=True, max_length=80)
    code = models.CharField(
        _("code in references"),
        max_length=20,
        unique=True,
        help_text=_("Such as DRM-27; files become DRM-27-0042."),
    )

    title = LocalisedField(_("title"), max_length=140)
    summary = LocalisedField(
        _("summary"), max_length=400, help_text=_("Two sentences a company understands.")
    )
    description = LocalisedField(_("objective and activities"), blank=True)
    eligibility = LocalisedField(_("who may apply"), blank=True)
    process = LocalisedField(_("what happens after the deadline"), blank=True)
    redress = LocalisedField(_("objections"), blank=True)
    privacy = LocalisedField(_("data protection"), blank=True)
    letter_fund = LocalisedField(_("letter to those who are selected"), blank=True)
    letter_reserve = LocalisedField(_("letter to those on the reserve list"), blank=True)
    letter_reject = LocalisedField(_("letter to those who are not selected"), blank=True)
    activities = LocalisedField(_("activities that are supported"), blank=True)
    parent_topic = models.CharField(_("topic of the project's own call"), max_length=80, blank=True)

    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Brussels")
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    decision_by = models.DateField(_("answer by"), null=True, blank=True)
    agreement_by = models.DateField(_("agreement by"), null=True, blank=True)
    call_model = models.CharField(
        _("how it takes applications"), max_length=10, choices=CallModel.choices, default=CallModel.SINGLE
    )
    carry_over = models.BooleanField(_("money that a cut-off leaves goes to the next"), default=False)
    waiting_most = models.PositiveSmallIntegerField(_("may wait when the money is held"), default=0)
    answer_days = models.PositiveSmallIntegerField(_("answer within so many days"), null=True, blank=True)
    final_at_once = models.BooleanField(_("no change after submission"), default=False)
    feedback_days = models.PositiveSmallIntegerField(_("feedback before the deadline"), null=True, blank=True)
    feedback_answer_days = models.PositiveSmallIntegerField(_("feedback comes within days"), default=7)
    extension_days = models.PositiveSmallIntegerField(_("more time for one applicant"), null=True, blank=True)
    exhausted_at = models.DateTimeField(
        null=True,
        help_text="First come, first served: the last arrival that was taken before the money ended",
    )
    short_opening_reason = models.TextField(
        _("why it is open for less than two months"),
        blank=True,
        max_length=1000,
        help_text=_(
            "Only if it is: what in the grant agreement allows it, and who agreed. Kept for the auditor."
        ),
    )
    questions_days = models.PositiveSmallIntegerField(
        _("questions are taken until so many days before the deadline"), default=7
    )
    project_months = models.PositiveSmallIntegerField(_("longest project, in months"), default=12)

    budget_cents = models.BigIntegerField(_("money in this call"), default=0)
    award_unit = models.CharField(
        _("what an award is"), max_length=10, choices=AwardUnit.choices, default=AwardUnit.RATE
    )
    unit_cents = models.BigIntegerField(_("amount per unit"), default=0)
    unit_name = LocalisedField(_("one unit is"), max_length=60, blank=True)
    project_min_cents = models.BigIntegerField(_("smallest amount per project"), default=0)
    project_max_cents = models.BigIntegerField(_("largest amount per project"), default=0)
    party_min_cents = models.BigIntegerField(_("smallest amount per SME"), default=0)
    sme_max_cents = models.BigIntegerField(_("largest amount per SME"), default=0)
    rate_numerator = models.PositiveIntegerField(_("funding rate"), default=100)
    rate_denominator = models.PositiveIntegerField(default=100)
    no_sme_numerator = models.PositiveIntegerField(_("funding rate of those who are no SME"), default=0)
    no_sme_denominator = models.PositiveIntegerField(default=0)
    outside_question = models.SlugField(
        _("question by which support from elsewhere is declared"), max_length=40, blank=True, db_index=False
    )
    partners_min = models.PositiveSmallIntegerField(_("organisations at least"), default=1)
    partners_max = models.PositiveSmallIntegerField(_("organisations at most"), default=1)
    partner_part = models.CharField(
        _("what partners do themselves"),
        max_length=10,
        choices=PartnerPart.choices,
        default=PartnerPart.NAMED,
    )
    countries = models.JSONField(_("eligible countries"), default=list)
    countries_pending = models.JSONField(_("eligible if associated at signature"), default=list)
    countries_as_of = models.DateField(_("list of countries as of"), null=True, blank=True)
    sizes = models.JSONField(_("eligible sizes"), default=list)
    rules = models.JSONField(_("further rules"), default=list)
    state_aid = models.BooleanField(_("State aid (de minimis)"), default=False)
    instalments_agreed = models.BooleanField(_("instalments may be agreed for each project"), default=False)
    partial_approval = models.BooleanField(_("a part of a milestone may be approved"), default=False)
    types = models.JSONField(_("types of project"), default=list)

    total_method = models.CharField(
        _("how scores make a total"), max_length=10, choices=TotalMethod.choices, default=TotalMethod.WEIGHTED
    )
    overall_threshold = models.DecimalField(
        _("threshold of the total"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    evaluators_per_file = models.PositiveSmallIntegerField(_("evaluators for each file"), default=2)
    evaluator_profile = LocalisedField(_("who evaluates"), max_length=400, blank=True)
    country_rule = models.CharField(
        _("evaluators are"), max_length=10, choices=CountryRule.choices, default=CountryRule.EVERY
    )
    combine = models.CharField(
        _("of several evaluators counts"), max_length=10, choices=Combine.choices, default=Combine.MEAN
    )
    normalise = models.BooleanField(_("scores are normalised"), default=False)
    blind = models.BooleanField(_("evaluators do not learn who applies"), default=False)
    profiles = models.JSONField(_("profiles of evaluators"), default=list)
    divergence_limit = models.DecimalField(
        _("too far apart above"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    divergence_of = models.CharField(
        _("measured in"), max_length=10, choices=DivergenceOf.choices, default=DivergenceOf.POINTS
    )
    divergence_then = models.CharField(
        _("then"), max_length=10, choices=DivergenceThen.choices, default=DivergenceThen.THIRD
    )
    tie_break = models.JSONField(
        _("ties are broken by"), default=list, help_text=_("Codes of criteria or facts, in order")
    )
    draw_seed = models.CharField(_("seed of the draw"), max_length=32, blank=True, editable=False)
    cut_rule = models.CharField(_("budget line"), max_length=10, choices=Cut.choices, default=Cut.STOP)
    max_awards = models.PositiveSmallIntegerField(_("largest number of awards"), null=True, blank=True)
    panel_percent = models.PositiveSmallIntegerField(_("to a panel, % of the awards"), null=True, blank=True)
    ethics_check = models.CharField(
        _("ethics and security"), max_length=10, choices=EthicsScope.choices, default=EthicsScope.OFF
    )
    topic_question = models.SlugField(
        _("question that limits are counted by"), max_length=40, blank=True, db_index=False
    )
    limits = models.JSONField(_("limits on awards"), default=list)

    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    publication_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    publication_proposed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    results_published_at = models.DateTimeField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="call_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(project_min_cents__lte=F("project_max_cents")), name="call_minimum_below_maximum"
            ),
            models.CheckConstraint(
                condition=Q(
                    party_min_cents__gte=0, party_min_cents__lte=F("sme_max_cents"), unit_cents__gte=0
                ),
                name="call_party_minimum_below_maximum",
            ),
            models.CheckConstraint(
                condition=Q(rate_numerator__gt=0, rate_denominator__gte=F("rate_numerator")),
                name="call_rate_between_0_and_1",
            ),
            models.CheckConstraint(
                condition=Q(no_sme_numerator=0, no_sme_denominator=0)
                | Q(no_sme_numerator__gt=0, no_sme_denominator__gte=F("no_sme_numerator")),
                name="call_no_sme_rate_between_0_and_1",
            ),
            models.CheckConstraint(
                condition=Q(partners_min__gte=1, partners_max__gte=F("partners_min")),
                name="call_partners_in_order",
            ),
            models.CheckConstraint(
                condition=Q(divergence_limit__isnull=True) | Q(divergence_limit__gt=0),
                name="call_divergence_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(panel_percent__isnull=True) | Q(panel_percent__gte=100),
                name="call_panel_at_least_the_awards",
            ),
            models.CheckConstraint(
                condition=Q(exhausted_at__isnull=True) | Q(call_model__in=sorted(ROLLING)),
                name="call_exhausted_only_rolling",
            ),
            models.CheckConstraint(
                condition=~Q(published_by=F("publication_proposed_by")), name="call_publication_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state=CallState.PUBLISHED)
                | Q(opens_at__isnull=False, closes_at__isnull=False, budget_line__isnull=False)
                | Q(opens_at__isnull=False, closes_at__isnull=False, award_unit=AwardUnit.NONE),
                name="call_published_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title) or self.code

    def get_absolute_url(self) -> str:
        return reverse("calls:call_detail", args=[self.slug])

    @property
    def rate(self) -> Fraction:
        """The share of the costs that is paid, exactly (two thirds is two thirds)."""
        return Fraction(self.rate_numerator, self.rate_denominator)

    @property
    def no_sme_rate(self) -> Fraction | None:
        """The exact share for organisations that are no SME; None: as for everybody."""
        if not self.no_sme_numerator:
            return None
        return Fraction(self.no_sme_numerator, self.no_sme_denominator)

    @property
    def award(self) -> Award:
        """Its money rules as one value."""
        return award_of(self)

    @property
    def project_types(self) -> list[ProjectType]:
        """Its types of project, each with money rules of its own."""
        return types_of(self.types)

    def type_named(self, answer: str) -> ProjectType | None:
        """The type of project that an answer to its question chooses; None where there is none."""
        return type_named(self.project_types, answer)

    def award_for(self, answer: str) -> Award:
        """The money rules of a project of the type that this answer chooses; those of the call where there is none."""
        kind = self.type_named(answer)
        return kind.award(self.award) if kind else self.award

    def months_for(self, answer: str) -> int:
        """How many months a project of the type that this answer chooses may take."""
        kind = self.type_named(answer)
        return (kind.months if kind else None) or self.project_months

    @property
    def selection(self) -> Selection:
        """How its files are judged and chosen, as one value."""
        return selection_of(self)

    @property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def phase(self, at: datetime | None = None) -> CallPhase:
        """Draft, upcoming, open, closed, archived or cancelled at this instant (UTC; default: now)."""
        if self.state != CallState.PUBLISHED or self.opens_at is None or self.closes_at is None:
            return CallPhase(self.state) if self.state != CallState.PUBLISHED else CallPhase.DRAFT
        at = at or clock.now()
        if at < self.opens_at:
            return CallPhase.UPCOMING
        if self.exhausted_at is not None and at > self.exhausted_at:
            return CallPhase.CLOSED
        return CallPhase.OPEN if at <= self.closes_at else CallPhase.CLOSED

    def is_open(self, at: datetime | None = None) -> bool:
        """Does the call take submissions that arrive at this instant? The deadline itself is in time (N3)."""
        return self.phase(at) == CallPhase.OPEN

    @property
    def questions_until(self) -> datetime | None:
        """The last instant for a question (UTC): some days before the deadline, at its hour on the call's clocks. It moves
        with the deadline."""
        if self.closes_at is None:
            return None
        local = self.closes_at.astimezone(self.zoneinfo) - timedelta(days=self.questions_days)
        return local.astimezone(UTC)

    def takes_questions(self, at: datetime | None = None) -> bool:
        """Is it published, and early enough to ask about it?"""
        at, until = at or clock.now(), self.questions_until
        return self.phase(at) in (CallPhase.UPCOMING, CallPhase.OPEN) and until is not None and at <= until

    @property
    def gives_money(self) -> bool:
        """Is anything awarded? Otherwise accepted entries stand in a public catalogue."""
        return self.award_unit != AwardUnit.NONE

    @property
    def is_scored(self) -> bool:
        """Do evaluators score its files? Otherwise a draw among the eligible ones decides, or the order of arrival."""
        return self.evaluators_needed > 0

    @property
    def evaluators_needed(self) -> int:
        """How many score each file."""
        return 0 if self.call_model == CallModel.CLAIM else self.evaluators_per_file

    @property
    def is_rolling(self) -> bool:
        """First come, first served?"""
        return self.call_model in ROLLING

    @property
    def has_cut_offs(self) -> bool:
        return self.call_model == CallModel.CUT_OFFS

    def cut_off_at(self, at: datetime) -> "CutOff | None":
        """The cut-off that something belongs to which arrives at this instant (UTC): the first that has not passed
        (time-30). None after the last one, and in a call without cut-offs."""
        if not self.has_cut_offs:
            return None
        return next((one for one in self.cut_offs.all() if one.closes_at and one.closes_at >= at), None)

    @property
    def next_deadline(self) -> datetime | None:
        """What to submit by now: the next cut-off, or the deadline. One query, only for a call with cut-offs."""
        ahead = self.cut_off_at(clock.now())
        return ahead.closes_at if ahead is not None else self.closes_at

    @property
    def is_single(self) -> bool:
        """One organisation applies alone."""
        return self.partners_max == 1

    @property
    def partners_confirm(self) -> bool:
        """Does each partner confirm that it takes part?"""
        return not self.is_single and self.partner_part != PartnerPart.NAMED

    @property
    def partners_write(self) -> bool:
        """Does each partner also fill in its own part?"""
        return not self.is_single and self.partner_part == PartnerPart.OWN

    def current_form(self) -> "FormRevision":
        """The form that new drafts fill: the newest frozen revision, or the working one of a draft call."""
        frozen = self.form_revisions.filter(frozen_at__isnull=False).order_by("-number").first()
        return frozen or self.form_revisions.order_by("-number")[0]
