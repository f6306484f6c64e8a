"""The files of a round: what was submitted, each with the version that counts."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

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


COUNTS_FROM = Coalesce("last_final__correction__counts_from", "last_final__arrived_at")
"""The arrival that counts for the order: a correction that was asked for keeps that of what was submitted in time, except
first come, first served (rank-49)."""


def with_version(files: QuerySet[Application]) -> QuerySet[Any]:
    """Each file with the version that counts, as `version_pk`, `title`, `arrived`, and `asked_cents` over all parties."""
    return files.select_related("organisation").annotate(
        version_pk=F("last_final"), title=F("last_final__title"), arrived=COUNTS_FROM
    )


def of_round(round: Round, prefix: str = "") -> Q:
    """Which applications a round is about; `prefix` leads to them ("application__")."""
    if round.cut_off_id is not None:
        return Q(**{f"{prefix}last_final__cut_off": round.cut_off_id})
    if round.call.is_rolling:
        return Q(**{f"{prefix}batches": round.pk})
    return Q(**{f"{prefix}call": round.call_id})


def round_of_file(application: Application) -> Round | None:
    """The round that judges a submitted file, if it has begun."""
    rounds = Round.objects.filter(call=application.call_id).select_related("call", "cut_off")
    if application.call.has_cut_offs:
        own = Application.objects.filter(pk=application.pk).values("last_final__cut_off")
        return rounds.filter(cut_off__in=own).first()
    return rounds.filter(batch=application).first() if application.call.is_rolling else rounds.first()


def round_files(round: Round, user: Any = None) -> QuerySet[Any]:
    """What was submitted to the round and not withdrawn; for `user`, without the files they are recused from."""
    files = (
        Application.objects.submitted() if user is None else Application.objects.visible_to_staff(user)
    ).filter(of_round(round))
    return with_version(files)


def eligible_files(round: Round, user: Any = None) -> QuerySet[Any]:
    """Files that passed the screening and are not decided yet."""
    return round_files(round, user).filter(state=ApplicationState.ELIGIBLE)


def file_of(round: Round, ref: str, user: Any) -> QuerySet[Any]:
    """One file of the round, through the funder's door."""
    return round_files(round, user).filter(ref=ref)


def recused_count(round: Round, user: Any) -> int:
    """How many files of the round the person must not see."""
    return Recusal.objects.filter(of_round(round, "application__"), user=user).count()


def shares_of(version_pk: int) -> list[tuple[Organisation, int]]:
    """What each organisation of a version asks for, in cents, the lead first. A final version's rows never change."""
    rows = Partner.objects.filter(version=version_pk, requested_cents__gt=0).select_related("organisation")
    return [(row.organisation, row.requested_cents) for row in rows]
