"""The checks of ethics and security that stand: what the ranked list and the decisions look at."""

from applicants.models import Application
from calls.selection import EthicsScope
from evaluation import ethics
from evaluation.models import EthicsCheck, Round


def is_checked(round: Round) -> bool:
    """Does the call have such a check?"""
    return bool(round.call.ethics_check != EthicsScope.OFF)


def checks_of(round: Round) -> dict[int, EthicsCheck]:
    """The check that stands of each file, by the file's number; one of an older version than counts is not among them."""
    if not is_checked(round):
        return {}
    rows = EthicsCheck.objects.live().filter(round__call=round.call_id)
    rows = rows.select_related("application", "reviewer", "confirmed_by")
    return {row.application_id: row for row in rows if row.version_id == row.application.last_final_id}


def check_of(application: Application) -> EthicsCheck | None:
    """The check of one file that stands, of the version that counts."""
    rows = EthicsCheck.objects.live().filter(application=application, version=application.last_final_id)
    return rows.select_related("application", "reviewer").first()


def refusals_of(round: Round) -> dict[str, str]:
    """The reasons of the files of this call that were not cleared, by reference: they are not ranked."""
    return {one.application.ref: one.reasons for one in checks_of(round).values() if one.is_refused}


def uncleared(round: Round, outcomes: list[tuple[Application, str]]) -> list[str]:
    """The references of the files that may not get the outcome wanted for them, because no check cleared them."""
    scope = round.call.ethics_check
    needed = [file for file, outcome in outcomes if ethics.needs_clearance(scope, outcome)]
    checks = checks_of(round) if needed else {}
    passed = {pk for pk, check in checks.items() if check.has_passed}
    return [file.ref for file in needed if file.pk not in passed]
