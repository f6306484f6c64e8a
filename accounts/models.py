"""People, the organisations they belong to, and who speaks for which."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from accounts.identifiers import NACE_REVISIONS
from core import clock
from core.refs import new_ref

ORGANISATION_HINT = "organisation_hint"
"""Where a visitor's session keeps what was said of the organisation in a check, until it is entered."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person; without a password they can only set one through the mailed link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the installation."""
        return self.create_user(email, password, is_administrator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. What they may do follows from memberships (project, organisation, round), not from this row."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, default="en")
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Brussels")
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(null=True, help_text="When everything that names the person was deleted")

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.full_name or self.email


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """The organisations the person belongs to: never an entry that was merged into another, its people belong there."""
        return self.filter(membership__user=user, membership__ended_at__isnull=True).distinct()

    def survivors(self, organisations: Any) -> "models.QuerySet[Organisation, int]":
        """The primary keys under which these (a collection, a subquery) go on: their own, or that which they were merged
        into."""
        found = self.filter(pk__in=organisations).order_by()
        return found.values_list(Coalesce("merged_into", "pk"), flat=True)


_GOES_ON = models.Q(merged_into__isnull=True)
"""An entry that was merged keeps its numbers; the one that goes on may hold the same."""


class Organisation(models.Model):
    """A legal entity: an applicant, a partner, a cluster; or a natural person who applies alone, where a call takes them.
    Recognised by its identifiers, never by its name. One firm that was entered twice is merged: rows that point to either
    entry stay as they are, and whoever reads takes both as one (docs/decisions/0006-merged-organisations.md)."""

    class Size(models.TextChoices):
        MICRO = "micro", _("micro enterprise")
        SMALL = "small", _("small enterprise")
        MEDIUM = "medium", _("medium-sized enterprise")
        LARGE = "large", _("large enterprise")
        OTHER = "other", _("not an enterprise (cluster, university, public body)")
        PERSON = "person", _("natural person")

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    legal_name = models.CharField(_("legal name"), max_length=200)
    country = CountryField(_("country"))
    registration_number = models.CharField(
        _("registration number"),
        max_length=60,
        help_text=_(
            "As in the business register of your country. A natural person gives the tax number or another number of their own."
        ),
    )
    vat = models.CharField(_("VAT number"), max_length=20, blank=True)
    pic = models.CharField(_("PIC"), max_length=9, blank=True)
    euid = models.CharField(_("EUID"), max_length=60, blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=16, blank=True)
    town = models.CharField(_("town"), max_length=80)
    nuts = models.CharField(_("region (NUTS 2024)"), max_length=5, blank=True)
    nace = models.CharField(_("main activity (NACE)"), max_length=5, blank=True)
    nace_revision = models.CharField(
        _("revision of the NACE code"), max_length=3, choices=NACE_REVISIONS, default="2.1"
    )
    size = models.CharField(_("size"), max_length=10, choices=Size.choices)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="aliases",
        help_text="The entry of the same firm that goes on; always one that goes on itself",
    )
    # What VIES said, and of which number: see accounts/services/vat.py.
    vat_asked = models.CharField(max_length=20, blank=True, editable=False)
    vat_found = models.BooleanField(null=True, editable=False)
    vat_asked_at = models.DateTimeField(null=True, editable=False)
    vat_ask_again_at = models.DateTimeField(null=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["legal_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "country",
                Lower("registration_number"),
                condition=_GOES_ON,
                name="organisation_registration_once",
            ),
            models.UniqueConstraint(
                fields=["vat"], condition=~models.Q(vat="") & _GOES_ON, name="organisation_vat_once"
            ),
            models.UniqueConstraint(
                fields=["pic"], condition=~models.Q(pic="") & _GOES_ON, name="organisation_pic_once"
            ),
            models.UniqueConstraint(
                fields=["euid"], condition=~models.Q(euid="") & _GOES_ON, name="organisation_euid_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("pk")), name="organisation_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def get_absolute_url(self) -> str:
        return reverse("accounts:organisation_detail", args=[self.ref])

    @property
    def firm_id(self) -> int:
        """The primary key of the entry that goes on: equal for all entries of one firm."""
        return self.merged_into_id or self.pk

    @property
    def goes_on_as(self) -> "Organisation":
        """Itself, or the entry that it was merged into."""
        return self.merged_into or self

    @property
    def is_person(self) -> bool:
        """A natural person has no size, no owners and no day of foundation."""
        return self.size == self.Size.PERSON

    @property
    def vat_answer(self) -> bool | None:
        """Whether VIES knows the VAT number that the organisation has today; None: not asked, or no answer yet."""
        return self.vat_found if self.vat and self.vat == self.vat_asked else None

    @property
    def is_sme(self) -> bool:
        """As the organisation declares itself; the computed category comes with the SME calculator."""
        return self.size in {self.Size.MICRO, self.Size.SMALL, self.Size.MEDIUM}


class OwnershipStatement(models.Model):
    """What an organisation states about its figures, owners and holdings on a day; the newest counts, none is changed.

    `sheet` is what was entered and `result` what follows under Recommendation 2003/361/EC, both as plain JSON; `size` the
    category, empty when it cannot be told. The computed size never overwrites the declared one: a person compares.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="statements")
    sheet = models.JSONField()
    result = models.JSONField()
    size = models.CharField(max_length=10, choices=Organisation.Size.choices, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.size}"


_SAME_FIRM = (
    ("organisation", ""),
    ("organisation", "__merged_into"),
    ("organisation__merged_into", ""),
    ("organisation__merged_into", "__merged_into"),
)
"""How a row may belong to the firm of another: of the same entry, or of another that was merged with it. Each by an index."""


class OrganisationLinkQuerySet(models.QuerySet["OrganisationLink"]):
    def current(self) -> "OrganisationLinkQuerySet":
        """Links of the newest statement of each firm, under whichever of its entries that was made."""
        found, made = self, "statement__organisation"
        later = OwnershipStatement.objects.filter(pk__gt=models.OuterRef("statement"))
        for column, other in _SAME_FIRM:
            found = found.exclude(models.Exists(later.filter(**{column: models.OuterRef(made + other)})))
        return found


class OrganisationLink(models.Model):
    """One organisation controls another, as stated: both are known here by their numbers (N5, cap-27).

    Only control is kept as a link (majority of votes or dominant influence); the percentages stand in the statement.
    """

    statement = models.ForeignKey(OwnershipStatement, models.PROTECT, related_name="links")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    other = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    objects = OrganisationLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("other")), name="organisation_link_to_another"
            ),
            models.UniqueConstraint(fields=["statement", "other"], name="organisation_link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} and {self.other}"


class OrganisationMerge(models.Model):
    """Two entries are proposed to be one firm: by one manager, with the reason; another one confirms it or refuses.

    `survivor` and `duplicate` as they were compared. A confirmed one is never undone.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("a merge", "confirmed")
        REFUSED = "refused", pgettext_lazy("a merge", "refused")
        TAKEN_BACK = "taken_back", pgettext_lazy("a merge", "taken back")

    survivor = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    duplicate = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    reason = models.TextField(_("why they are one firm"), max_length=1000)
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True, max_length=1000, help_text="Why it was refused")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=models.Q(answer=""), name="organisation_merge_open_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(survivor=models.F("duplicate")), name="organisation_merge_of_two"
            ),
            models.CheckConstraint(
                condition=~models.Q(answer="confirmed")
                | (models.Q(answered_by__isnull=False) & ~models.Q(answered_by=models.F("proposed_by"))),
                name="organisation_merge_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} into {self.survivor}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, organisation: Any) -> "MembershipQuerySet":
        """The people of the firm (an organisation, its primary key, or an OuterRef to that), whichever entry is asked for:
        they belong to the one that goes on."""
        given = models.OuterRef(organisation) if isinstance(organisation, models.OuterRef) else organisation
        going_on = Organisation.objects.filter(pk=getattr(given, "pk", given)).order_by()
        return self.filter(organisation=models.Subquery(going_on.values_list(Coalesce("merged_into", "pk"))))


class Membership(models.Model):
    """A person works in an organisation and may write, or also sign, for it. Of merged entries only the one that goes on
    has people: theirs ended there and began here on the day of the merge."""

    class Role(models.TextChoices):
        MEMBER = "member", _("writes")
        SIGNATORY = "signatory", _("writes and signs")

    user = models.ForeignKey(User, models.PROTECT)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.SIGNATORY)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"


class Invitation(models.Model):
    """Somebody is asked to write, or also sign, for an organisation; the link in the mail proves the address."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    LIVES = timedelta(days=30)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    token = models.CharField(max_length=24, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    invited_at = models.DateTimeField(default=clock.now)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(answer=""),
                name="invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("accounts:invitation", args=[self.token])

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + self.LIVES

    def is_open(self) -> bool:
        """Does it still wait for an answer, and may it be given?"""
        return not self.answer and clock.now() < self.expires_at


class JoinRequest(models.Model):
    """Somebody with an account asks to write for an organisation that is registered already."""

    class Answer(models.TextChoices):
        ADMITTED = "admitted", _("admitted")
        REFUSED = "refused", _("refused")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.CharField(_("who you are there"), max_length=500)
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=models.Q(answer=""), name="join_request_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} to {self.organisation}"


class ErasureRequest(models.Model):
    """A person's account is to be deleted, with what names them: at their own wish, or on a written request that two
    administrators looked at. It waits, so that it can be taken back."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    words = models.CharField(max_length=300, blank=True, help_text="Which written request, where it was one")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(
        null=True, help_text="When it is done; empty: waits for the second administrator"
    )
    taken_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(taken_back_at=None, done_at=None),
                name="erasure_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at=None)
                | models.Q(asked_by=models.F("user"))
                | (models.Q(confirmed_by__isnull=False) & ~models.Q(confirmed_by=models.F("asked_by"))),
                name="erasure_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure of {self.user_id}"

    @property
    def is_own(self) -> bool:
        """Did the person ask themselves?"""
        return self.asked_by_id == self.user_id
