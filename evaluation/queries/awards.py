"""Who gets what, once everybody has the answer: what the results of a call consist of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Func, JSONField, Q, QuerySet, Value

from accounts.models import Organisation
from applicants.models import Version
from applicants.states import ApplicationState
from calls.models import Call
from core import clock
from evaluation.models import Decision, Round
from evaluation.states import DecisionState, Outcome

ABSTRACT = "abstract"
"""The key of the question whose answer is published if the project is funded; the standard section says so."""


@dataclass(frozen=True)
class Party:
    """A legal entity that gets money: name and country, nothing else of it is public."""

    name: str
    country: str
    cents: int


@dataclass(frozen=True)
class Award:
    """One funded project."""

    call: Call
    application: int
    ref: str
    title: str
    abstract: str
    decided_on: date
    parties: list[Party]

    @property
    def cents(self) -> int:
        return sum(party.cents for party in self.parties)


def awards_of(calls: QuerySet[Call] | Iterable[Call]) -> list[Award]:
    """The funded projects of these calls that are public where the call's results are: of a call with cut-offs, those of
    the cut-offs that were published. Without those that withdrew; by call and reference. Three queries."""
    public = Q(round__cut_off__isnull=True) | Q(round__results_published_at__lte=clock.now())
    return _awards(Decision.objects.filter(public, round__call__in=calls))


def awards_in(round: Round) -> list[Award]:
    """The funded projects that publishing this round's results shows: those of its cut-off, else of the call."""
    own = Q(round=round) if round.cut_off_id else Q(round__call=round.call_id)
    return _awards(Decision.objects.filter(own))


def _awards(decisions: QuerySet[Decision]) -> list[Award]:
    """Those of these decisions that are released awards, as everybody may read them."""
    found = list(
        decisions.filter(
            state=DecisionState.RELEASED,
            outcome=Outcome.FUND,
            application__state=ApplicationState.SELECTED,
        )
        .select_related("application", "version", "round__call__project")
        .defer("version__payload", "why", "feedback", "letter", "application__outcome_text")
        .prefetch_related("shares__organisation")
        .order_by("-round__call__results_published_at", "round__call", "application__number")
    )
    told = _abstracts([decision.version_id for decision in found])
    return [
        Award(
            call=decision.round.call,
            application=decision.application_id,
            ref=decision.application.ref,
            title=decision.version.title,
            abstract=told.get(decision.version_id, ""),
            decided_on=_day(decision),
            parties=[
                _party(share.organisation, share.amount_cents)
                for share in decision.shares.all()
                if share.amount_cents
            ],
        )
        for decision in found
    ]


def _party(organisation: Organisation, cents: int) -> Party:
    return Party(organisation.legal_name, str(organisation.country), cents)


def _day(decision: Decision) -> date:
    at = decision.application.outcome_at or decision.decided_at
    return at.astimezone(decision.round.call.zoneinfo).date()


def _abstracts(versions: list[int]) -> dict[int, str]:
    """What was submitted, not what the draft kept of a question that was not asked."""
    path = Value(f"$.sections.*.{ABSTRACT}")
    found = Func(
        F("payload"),
        path,
        function="jsonb_path_query_first",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    rows = Version.objects.filter(pk__in=versions).annotate(told=found).values_list("pk", "told")
    return {version: text.strip() for version, text in rows if isinstance(text, str)}
