"""The files of a round: what was submitted, each with the version that counts."""

from typing import Any

from django.db.models import F, QuerySet

from accounts.models import Organisation
from applicants.models import Application, Partner, Recusal
from applicants.states import ApplicationState
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
    return files.select_related("organisation").annotate(
        version_pk=F("last_final"), title=F("last_final__title"), arrived=F("last_final__arrived_at")
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
