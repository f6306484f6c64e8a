"""What proves that a call was published as it has to be: where, with date and link; and where it departs from a duty."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calls.models.call import Call
from core import clock


class Channel(models.Model):
    """One place where a call is published: planned first, then with the day and the link as evidence."""

    class Kind(models.TextChoices):
        PORTAL = "portal", _("EU Funding & Tenders Portal")
        WEBSITE = "website", _("website of the project or of a partner")
        PLATFORM = "platform", _("cluster platform (ECCP) or network")
        NEWSLETTER = "newsletter", _("newsletter or mail")
        SOCIAL = "social", _("social media")
        PRESS = "press", _("press")
        OTHER = "other", _("other")

    call = models.ForeignKey(Call, models.PROTECT, related_name="channels")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    url = models.URLField(_("link"), max_length=400, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | ~Q(url=""), name="channel_day_with_its_link"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class DutyException(models.Model):
    """A duty of publication that a call does not keep, with the reason. Whoever publishes confirms it: never its author.

    PostgreSQL keeps the exceptions of a published call.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="exceptions")
    duty = models.CharField(max_length=20)
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "duty"], name="duty_exception_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("by")),
                name="duty_exception_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.code}: {self.duty}"


class Association(models.Model):
    """The day on which a country's association to the programme came into force, with its evidence: an organisation of a
    country that was pending when the call was published gets an agreement only from then on."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="associations")
    country = models.CharField(max_length=2)
    in_force_on = models.DateField(_("in force on"))
    url = models.URLField(_("evidence"), max_length=400)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["country"]
        constraints = [
            models.UniqueConstraint(fields=["call", "country"], name="association_once"),
            models.CheckConstraint(condition=~Q(url=""), name="association_with_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.in_force_on}"
