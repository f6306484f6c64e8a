"""The files of a round: what was submitted, each with the version that counts."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from accounts.models import Organisation
from applicants.models import Application, Partner, Recusal, Version
from applicants.states import ApplicationState, VersionStatus
from evaluation.models import Round

PASSED = (
    ApplicationState.ELIGIBLE,
    ApplicationState.SELECTED,
    ApplicationState.RESERVE,
    ApplicationState.REJECTED,
)
"""States of a file that passed the screening, before and after the release."""


def with_version(files: QuerySet[Application]) -> QuerySet[Any]:
    """Each file with the version that counts, as `version_pk`, `title`, `arrived`, and `asked_cents` over all parties."""
    last = Version.objects.filter(application=OuterRef("pk"), status=VersionStatus.FINAL).order_by("-number")
    asked = (
        Partner.objects.filter(version=OuterRef("version_pk"))
        .order_by()
        .values("version")
        .annotate(cents=Sum("requested_cents"))
        .values("cents")
    )
    return files.select_related("organisation").annotate(
        version_pk=Subquery(last.values("pk")[:1]),
        title=Subquery(last.values("title")[:1]),
        arrived=Subquery(last.values("arrived_at")[:1]),
        asked_cents=Subquery(asked),
    )


def round_files(round: Round, user: Any = None) -> QuerySet[Any]:
    """What was submitted to the round's call and not withdrawn; for `user`, without the files they are recused from."""
    files = (
        Application.objects.submitted() if user is None else Application.objects.visible_to_staff(user)
    ).filter(call=round.call_id)
    return with_version(files)


def eligible_files(round: Round, user: Any = None) -> QuerySet[Any]:
    """Files that passed the screening and are not decided yet."""
    return round_files(round, user).filter(state=ApplicationState.ELIGIBLE)


def file_of(round: Round, ref: str, user: Any) -> QuerySet[Any]:
    """One file of the round, through the funder's door."""
    return round_files(round, user).filter(ref=ref)


def recused_count(round: Round, user: Any) -> int:
    """How many files of the round the person must not see."""
    return Recusal.objects.filter(user=user, application__call=round.call_id).count()


def shares_of(version_pk: int) -> list[tuple[Organisation, int]]:
    """What each organisation of a version asks for, in cents, the lead first. A final version's rows never change."""
    rows = Partner.objects.filter(version=version_pk, requested_cents__gt=0).select_related("organisation")
    return [(row.organisation, row.requested_cents) for row in rows]
