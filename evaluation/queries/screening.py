"""What the rules find in submitted files, told to the person who checks them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from applicants.ceilings import Share, check_shares
from applicants.eligibility import blocking_findings
from applicants.models import Application, Partner
from applicants.queries.content import eligibility_rules, parties
from applicants.queries.money import amount_rules, held_by
from applicants.states import ApplicationState
from calls.models import Call
from evaluation.models import Round
from evaluation.queries.files import round_files
from funding.queries import ceiling_cents


def with_findings(call: Call, files: Sequence[Any]) -> Sequence[Any]:
    """Each file with `findings`, the sentences of the rules as they are today: three queries for all files."""
    partners: dict[int, list[Partner]] = defaultdict(list)
    rows = Partner.objects.filter(version__in=[file.version_pk for file in files])
    for row in rows.select_related("organisation"):
        partners[row.version_id].append(row)
    organisations = {row.organisation_id for group in partners.values() for row in group}
    held = held_by(call.project, organisations)
    rules, amounts = eligibility_rules(call), amount_rules(call, ceiling_cents(call.project))
    for file in files:
        own = partners[file.version_pk]
        shares = [
            Share(
                party=row.organisation.ref,
                asked_cents=row.requested_cents,
                name=str(row.organisation),
                cost_cents=row.cost_cents or None,
            )
            for row in own
        ]
        already = {row.organisation.ref: held.get(row.organisation_id, 0) for row in own}
        found = [finding.message for finding in blocking_findings(parties(own), rules)]
        file.findings = [*found, *(finding.message for finding in check_shares(shares, amounts, already))]
    return files


def findings_of(call: Call, file: Any) -> list[str]:
    """What the rules say about one file."""
    return list(with_findings(call, [file])[0].findings)


def next_unscreened(round: Round, user: Any) -> str:
    """The reference of the next file that nobody has checked; empty when all are."""
    waiting: Application | None = (
        round_files(round, user).filter(state=ApplicationState.OPEN).order_by("ref").first()
    )
    return waiting.ref if waiting else ""
