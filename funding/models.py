"""Projects, their consortium and people, voucher types, ceilings, targets, and the ledger."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core import clock
from core.models import StoredFile
from funding.retention import LOSERS_YEARS

DEFAULT_CEILING_CENTS = 60_000_00
"""EUR 60 000 per third party, Regulation (EU, Euratom) 2024/2509, Article 207."""


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: Any) -> "ProjectQuerySet":
        """Projects the person works for, in whatever role."""
        return self.filter(member__user=user, member__ended_at__isnull=True).distinct()

    def managed_by(self, user: Any) -> "ProjectQuerySet":
        """Projects the person manages."""
        return self.filter(
            member__user=user, member__role=ProjectMember.Role.MANAGER, member__ended_at__isnull=True
        ).distinct()


class Project(models.Model):
    """A Eurocluster: an EU project that passes money on to SMEs by calls."""

    slug = models.SlugField(unique=True)
    acronym = models.CharField(_("acronym"), max_length=40)
    name = models.CharField(_("full name"), max_length=200)
    code = models.CharField(_("code in references"), max_length=6, unique=True)
    grant_agreement_number = models.CharField(_("grant agreement number"), max_length=40)
    granting_authority = models.CharField(
        _("granting authority"),
        max_length=120,
        default="European Innovation Council and SMEs Executive Agency (EISMEA)",
    )
    started_on = models.DateField(_("start"))
    ends_on = models.DateField(_("end"))
    eu_grant_cents = models.BigIntegerField(_("EU grant"), help_text=_("Cents"))
    contact_email = models.EmailField(_("call office"))
    website = models.URLField(_("website"), blank=True)
    accent = models.CharField(_("colour"), max_length=7, blank=True)
    logo = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    losers_years = models.PositiveSmallIntegerField(
        default=LOSERS_YEARS, help_text="How long applications without money are kept after their answer"
    )

    bank_holder = models.CharField(_("account holder"), max_length=70, blank=True)
    bank_iban = models.CharField("IBAN", max_length=34, blank=True)
    bank_bic = models.CharField("BIC", max_length=11, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["acronym"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("started_on")), name="project_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.acronym

    def get_absolute_url(self) -> str:
        return reverse("funding:project_detail", args=[self.slug])

    @property
    def accent_code(self) -> str:
        """Its colour as it stands in the address of its style sheet."""
        return self.accent.removeprefix("#")


class FinalPayment(models.Model):
    """The day on which the final payment of the project's own EU grant came, with its evidence. It starts the clock of what has
    to be kept once a second manager has looked; the newest approved one counts."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="final_payments")
    paid_on = models.DateField()
    evidence = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("recorded_by")),
                name="final_payment_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.paid_on}"


class ConsortiumPartner(models.Model):
    """An organisation that runs the project. Its staff may not apply (rank-54)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    is_coordinator = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "organisation"], name="consortium_partner_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(is_coordinator=True), name="project_one_coordinator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.project}"


class ProjectMember(models.Model):
    """A person's role in a project."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("manager")
        FINANCE = "finance", _("finance officer")
        PARTNER = "partner", _("partner")
        VIEWER = "viewer", _("auditor, reads only")

    project = models.ForeignKey(Project, models.PROTECT, related_name="members", related_query_name="member")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user", "role"],
                condition=Q(ended_at__isnull=True),
                name="project_member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} of {self.project}"


class VoucherType(models.Model):
    """A kind of support the project gives, with what its calls start from."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="voucher_types")
    slug = models.SlugField()
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    defaults = models.JSONField(default=dict, help_text="Starting values of a new call: see calls.services")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["project", "slug"], name="voucher_type_slug_once")]

    def __str__(self) -> str:
        return self.name


class SupportCeiling(models.Model):
    """A recorded maximum per third party over the whole project. Above 60 000 EUR it needs a legal basis
    and a second person (cap-06, cap-31).

    `scope`: who is one third party, the legal entity or its linked group (N5, cap-27). `net_of_release`: whether money
    that was de-committed makes room again (cap-30). `sisters`: projects whose support counts under this ceiling, too
    (cap-14).
    """

    class Scope(models.TextChoices):
        ENTITY = "entity", _("each legal entity")
        GROUP = "group", _("a linked group together")

    project = models.ForeignKey(Project, models.PROTECT, related_name="ceilings")
    limit_cents = models.BigIntegerField()
    legal_basis = models.TextField(blank=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.ENTITY)
    net_of_release = models.BooleanField(default=True)
    sisters = models.ManyToManyField(Project, related_name="+", blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(limit_cents__gt=0), name="ceiling_above_zero"),
            models.CheckConstraint(
                condition=Q(limit_cents__lte=DEFAULT_CEILING_CENTS) | ~Q(legal_basis=""),
                name="ceiling_above_60000_has_legal_basis",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("recorded_by")),
                name="ceiling_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit_cents} cents per third party in {self.project}"


class BudgetLine(models.Model):
    """The money of one call, under its voucher type. Reserved at publication."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="budget_lines")
    voucher_type = models.ForeignKey(VoucherType, models.PROTECT, related_name="budget_lines")
    name = models.CharField(max_length=200)
    url_name = models.CharField(max_length=200, blank=True, help_text="Path of the page of what it pays for")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Account(models.TextChoices):
    """Where a cent can be. A movement takes it from one account and puts it on another."""

    ENVELOPE = "envelope", _("given by the EU")
    BUDGET = "budget", _("free")
    RESERVED = "reserved", _("reserved for a call")
    AWARDED = "awarded", _("awarded")
    COMMITTED = "committed", _("committed by an agreement")
    ACCRUED = "accrued", _("accepted, to be paid")
    PAID = "paid", _("paid")
    RECOVERED = "recovered", _("recovered")


class LedgerMovement(models.Model):
    """One act on the money: its entries sum to zero. Append-only; `key` makes each act happen once."""

    key = models.CharField(max_length=160, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="movements")
    what = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    source_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    source_id = models.BigIntegerField(null=True)
    source = GenericForeignKey("source_type", "source_id")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what


class LedgerEntry(models.Model):
    """One side of a movement, in cents. PostgreSQL refuses what breaks a rule: see funding/migrations."""

    movement = models.ForeignKey(LedgerMovement, models.PROTECT, related_name="entries")
    account = models.CharField(max_length=10, choices=Account.choices)
    amount_cents = models.BigIntegerField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    voucher_type = models.ForeignKey(VoucherType, models.PROTECT, null=True, related_name="+")
    budget_line = models.ForeignKey(BudgetLine, models.PROTECT, null=True, related_name="entries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["project", "account"], name="ledger_project_account"),
            models.Index(fields=["budget_line", "account"], name="ledger_line_account"),
            models.Index(fields=["organisation", "project"], name="ledger_organisation"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="ledger_entry_moves_something"),
            models.CheckConstraint(
                condition=Q(account__in=["envelope", "budget"]) | Q(budget_line__isnull=False),
                name="ledger_entry_has_line",
            ),
            models.CheckConstraint(
                condition=Q(account__in=["envelope", "budget", "reserved"]) | Q(organisation__isnull=False),
                name="ledger_entry_has_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_cents}"


class Indicator(models.Model):
    """A result the project promised, with its target."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="indicators")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    target = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["project", "code"], name="indicator_code_once")]

    def __str__(self) -> str:
        return self.name


class KpiEvent(models.Model):
    """Something that counts towards an indicator; append-only, corrected by a negative one. `key` counts it once."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="events")
    key = models.CharField(max_length=160, unique=True)
    delta = models.IntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.delta:+d}"
