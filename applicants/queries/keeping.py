"""Drafts that were never submitted, and until when they are kept."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Greatest

from applicants.keeping import WARNING, Keeping
from applicants.models import Application, Attachment, SectionAnswers, Version
from applicants.queries.legal_holds import under_hold
from applicants.states import VersionStatus
from calls.intake import ROLLING
from calls.states import CallState
from core import clock


def left_drafts(at: datetime) -> QuerySet[Any]:
    """Drafts (`Version`) that are kept for a term only, each with `begins`, the instant (UTC) from which the term counts.

    Left out: those that can still be submitted by a day that holds for all, those that answer a correction, and those that
    have to be kept (LegalHold).
    """
    answered = SectionAnswers.objects.filter(version=OuterRef("pk")).order_by().values("version")
    filed = Attachment.objects.filter(version=OuterRef("pk")).order_by().values("version")
    call_ended = Coalesce("application__call__exhausted_at", "application__call__closes_at")
    ended = Greatest(call_ended, "application__extended_to")
    drafts = Version.objects.filter(
        ~under_hold("application", "application__call"), status=VersionStatus.DRAFT, correction=None
    ).annotate(
        ended=ended,
        begins=Greatest(
            "changed_at",
            Subquery(answered.annotate(last=Max("changed_at")).values("last")),
            Subquery(filed.annotate(last=Max(Coalesce("removed_at", "uploaded_at"))).values("last")),
            Case(When(Q(ended__lt=at), then=F("ended"))),
        ),
    )
    return drafts.filter(
        Q(ended__lt=at)
        | Q(application__call__call_model__in=ROLLING)
        | Q(application__call__state=CallState.CANCELLED)
    )


def drafts_to_warn_of(at: datetime) -> QuerySet[Version]:
    """Left drafts whose writers are to be told now that the term ends."""
    due = at - timedelta(days=settings.DRAFTS_KEPT_DAYS) + WARNING
    return left_drafts(at).filter(Q(expiry_told_at=None) | Q(expiry_told_at__lt=F("begins")), begins__lte=due)


def drafts_to_empty_at(at: datetime) -> QuerySet[Version]:
    """Left drafts whose term is over, as their writers were told."""
    due = at - timedelta(days=settings.DRAFTS_KEPT_DAYS)
    return left_drafts(at).filter(
        begins__lte=due, expiry_told_at__gte=F("begins"), expiry_told_at__lte=at - WARNING
    )


def keeping_of(draft: Version) -> Keeping | None:
    """The term of this draft; None while it can be submitted by a day that holds for all."""
    found = left_drafts(clock.now()).filter(pk=draft.pk).first()
    return keeping_from(found) if found is not None else None


def keeping_from(found: Version) -> Keeping:
    """The term of a row of `left_drafts`."""
    return Keeping(found.begins, settings.DRAFTS_KEPT_DAYS, found.expiry_told_at)  # type: ignore[attr-defined]  # annotated


def emptied_at(application: Application) -> datetime | None:
    """When the contents of its last draft were deleted; None when they were not."""
    gone = application.versions.filter(emptied_at__isnull=False)
    return gone.order_by("-number").values_list("emptied_at", flat=True).first()
