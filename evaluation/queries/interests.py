"""What the evaluators of a blind call named as conflicts, against what the files know of their parties."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership, Organisation
from accounts.queries import entries_of
from applicants.models import Partner
from applicants.queries.ownership import newest_statements
from evaluation.interests import Identity, domain_of, first_match, lines_of
from evaluation.models import Evaluator, Round
from evaluation.states import EvaluatorState


def own_seat(user: Any) -> Any:
    """The person's own place in rounds of blind calls: where they name their conflicts."""
    mine = Evaluator.objects.filter(user=user, state=EvaluatorState.ACCEPTED, round__call__blind=True)
    return mine.select_related("round__call__project", "round__cut_off")


def hides_names(round: Round, user: Any) -> bool:
    """Is who applies kept from this person: an evaluator of a blind round, whatever they read it for?"""
    return round.call.blind and Evaluator.objects.filter(round=round, user=user).exists()


def silent_users(round: Round) -> frozenset[int]:
    """The persons (by number) who judge in a blind round and have not named their conflicts yet."""
    seats = Evaluator.objects.filter(round=round, interests_named_at=None, user__isnull=False)
    return frozenset(seats.values_list("user_id", flat=True)) if round.call.blind else frozenset()


@dataclass(frozen=True)
class Match:
    """What an evaluator named (`line`) and the party of a file that it may mean; only staff read the party's name."""

    line: str
    party: str


def matches_of(round: Round, versions: Collection[int]) -> dict[int, dict[int, Match]]:
    """For each version, the evaluators (by number) whose lines match a party of it."""
    found: dict[int, dict[int, Match]] = defaultdict(dict)
    people = Evaluator.objects.filter(round=round, state=EvaluatorState.ACCEPTED).exclude(interests="")
    named = [(person.pk, lines_of(person.interests)) for person in people]
    parties = parties_known(versions) if named else {}
    for version, identities in parties.items():
        for key, lines in named:
            for one in identities:
                if line := first_match(lines, one):
                    found[version][key] = Match(line, one.label)
                    break
    return found


def parties_known(versions: Collection[int]) -> dict[int, list[Identity]]:
    """What is known of the organisations of each version: names and numbers of their own, also of entries that were merged
    with them, of the people who work for them here, and of the owners and holdings that they stated. Six queries."""
    rows = list(Partner.objects.filter(version__in=versions).select_related("organisation"))
    keys = {row.organisation_id for row in rows}
    entries = entries_of(keys)
    known_as = Organisation.objects.in_bulk(frozenset().union(*entries.values()))
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    members = Membership.objects.filter(organisation__in=known_as, ended_at__isnull=True)
    for key, name, email in members.values_list("organisation", "user__full_name", "user__email"):
        people[key].append((name, email))
    stated = newest_statements([row.organisation for row in rows])
    known = {
        row.organisation_id: _identity(
            row.organisation,
            [known_as[key] for key in entries[row.organisation_id]],
            people[row.organisation.firm_id],
            stated[row.organisation_id].sheet.get("rows", ()) if row.organisation_id in stated else (),
        )
        for row in rows
    }
    found: dict[int, list[Identity]] = defaultdict(list)
    for row in rows:
        found[row.version_id].append(known[row.organisation_id])
    return found


def _identity(
    organisation: Organisation,
    entries: Collection[Organisation],
    people: Collection[tuple[str, str]],
    owners: Any,
) -> Identity:
    own = [number for one in entries for number in (one.registration_number, one.vat, one.pic, one.euid)]
    names = {
        *(one.legal_name for one in entries),
        *(name for name, _email in people),
        *(row["name"] for row in owners),
    }
    hosts = {*(one.website for one in entries), *(domain_of(email) for _name, email in people)}
    numbers = {*own, *(str(row.get("number") or "") for row in owners)}
    return Identity(
        label=organisation.legal_name,
        names=frozenset(names - {""}),
        numbers=frozenset(numbers - {""}),
        hosts=frozenset(hosts - {""}),
    )
