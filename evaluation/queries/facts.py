"""The facts of files that limits and tie-breaks look at, read only when the call has such rules."""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from applicants.models import Partner, Version
from applicants.payload import answer_in
from calls.models import Call
from evaluation import ties
from evaluation.listing import Rules
from evaluation.ties import Facts


def facts_of(call: Call, rules: Rules, versions: Sequence[int]) -> dict[int, Facts]:
    """The facts of these versions by primary key: no query without such rules, else two."""
    if (
        not rules.limits
        and not rules.least_by_answer
        and not set(rules.tie_break) & (set(ties.KEYS) - {"arrival", "amount", "draw"})
    ):
        return dict.fromkeys(versions, Facts())
    partners: dict[int, list[Partner]] = defaultdict(list)
    for row in Partner.objects.filter(version__in=versions).select_related("organisation"):
        partners[row.version_id].append(row)
    answers = answers_of(call.topic_question, versions)
    return {version: _facts(partners[version], answers.get(version, "")) for version in versions}


def _facts(partners: Sequence[Partner], answer: str) -> Facts:
    lead = next((row for row in partners if row.is_lead), None)
    funded = [row for row in partners if row.is_lead or row.requested_cents]
    asked = sum(row.requested_cents for row in partners)
    for_smes = sum(row.requested_cents for row in partners if row.organisation.is_sme)
    return Facts(
        country=str(lead.organisation.country) if lead else "",
        answer=answer,
        sme_share=Fraction(for_smes, asked) if asked else Fraction(0),
        countries=len({str(row.organisation.country) for row in funded}),
    )


def answers_of(question: str, versions: Sequence[int]) -> dict[int, str]:
    """What each version answers to the question that limits are counted by, from what was submitted."""
    if not question:
        return {}
    rows = Version.objects.filter(pk__in=versions).values_list("pk", "payload").order_by()
    return {pk: answer_in(payload, question) for pk, payload in rows}
