"""Giving files to evaluators, by hand and as proposed."""

import pytest

from accounts.models import Membership
from applicants.models import Recusal
from core.errors import Conflict, DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Assignment
from evaluation.queries import proposal_for
from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db


def pairs(made: make.Scene) -> set[tuple[str, str]]:
    rows = Assignment.objects.active().filter(round=made.round)
    return set(rows.values_list("application__ref", "evaluator__name"))


def test_assign_evaluators_gives_and_takes() -> None:
    made = make.screened(make.scene(files=2, evaluators=3))
    eva, ed, ema = made.evaluators
    ref = made.files[0].ref
    services.assign_evaluators(made.round, wanted={ref: [eva.pk, ed.pk]}, by=made.team.mia)

    changed = services.assign_evaluators(made.round, wanted={ref: [ed.pk, ema.pk]}, by=made.team.mia)

    assert changed == 2
    assert pairs(made) == {(ref, ed.name), (ref, ema.name)}
    assert Assignment.objects.get(evaluator=eva).state == "revoked"
    assert Assignment.objects.get(evaluator=ed).version == made.files[0].valid_version()


def test_assign_evaluators_writes_nothing_to_evaluators_before_the_scoring_starts() -> None:
    make.assigned(make.scene(files=1))

    assert not OutgoingMessage.objects.filter(kind="files_assigned").exists()


def test_assign_evaluators_while_scoring_tells_the_new_one() -> None:
    made = make.scoring(make.scene(files=1, evaluators=2))
    new = make.evaluator(made.round, "Ema Kralj")
    OutgoingMessage.objects.all().delete()

    wanted = {made.files[0].ref: [made.evaluators[0].pk, new.pk]}
    services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)

    assert list(OutgoingMessage.objects.values_list("kind", "to")) == [("files_assigned", new.email)]


def test_rank_51_assign_evaluators_refuses_who_works_for_the_applicant() -> None:
    made = make.screened(make.scene(files=2, evaluators=2))
    eva, ed = made.evaluators
    Membership.objects.create(user=eva.user, organisation=made.files[0].organisation)
    wanted = {made.files[0].ref: [eva.pk, ed.pk], made.files[1].ref: [eva.pk, ed.pk]}

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)

    (gap,) = refused.value.gaps
    assert gap.target == made.files[0].ref
    assert "works for Rossi Meccanica" in gap.message
    assert pairs(made) == set()


def test_rank_52_assign_evaluators_refuses_a_country_of_the_consortium() -> None:
    made = make.scene(files=0, evaluators=0)
    org = make.party("Lyon SAS", "FR")
    made.files = [
        make.applications.application(made.call, shares=[(org, 5_000_00)])  # lead is Italian
    ]
    made.evaluators = [
        make.evaluator(made.round, "Ida", country="IT"),
        make.evaluator(made.round, "Flo", country="FR"),
    ]
    make.screened(made)

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(
            made.round, wanted={made.files[0].ref: [e.pk for e in made.evaluators]}, by=made.team.mia
        )

    assert ["from IT" in gap.message or "from FR" in gap.message for gap in refused.value.gaps] == [
        True,
        True,
    ]


def test_assign_evaluators_refuses_the_same_person_twice_and_a_stranger() -> None:
    made = make.screened(make.scene(files=1, evaluators=1))
    eva = made.evaluators[0]
    invited = make.evaluator(made.round, "Ira", state="invited", user=make.people.user("Ira I"))
    other = make.scene(files=1, evaluators=1, team=made.team)

    for keys, words in [
        ([eva.pk, eva.pk], "twice"),
        ([invited.pk], "not accepted"),
        ([other.evaluators[0].pk], "not accepted"),
    ]:
        with pytest.raises(Incomplete) as refused:
            services.assign_evaluators(made.round, wanted={made.files[0].ref: keys}, by=made.team.mia)
        assert words in refused.value.gaps[0].message
    with pytest.raises(Incomplete) as foreign:
        services.assign_evaluators(made.round, wanted={other.files[0].ref: [eva.pk]}, by=made.team.mia)
    assert "not a file to assign" in foreign.value.gaps[0].message


def test_assign_evaluators_keeps_a_file_with_whom_scored_it() -> None:
    made = make.declared(make.scene(files=1, evaluators=2))
    eva, ed = made.evaluators
    make.give(Assignment.objects.get(evaluator=eva), "4", "4")

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted={made.files[0].ref: [ed.pk]}, by=made.team.mia)

    assert "has submitted scores" in refused.value.gaps[0].message


def test_assign_evaluators_refuses_who_declared_a_conflict_even_after_it_was_taken_back() -> None:
    made = make.scoring(make.scene(files=1, evaluators=2))
    eva = made.evaluators[0]
    services.declare_conflict(Assignment.objects.get(evaluator=eva), details="Cousin", by=eva.user)

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(
            made.round, wanted={made.files[0].ref: [e.pk for e in made.evaluators]}, by=made.team.mia
        )

    assert "declared a conflict" in refused.value.gaps[0].message


def test_assign_evaluators_refuses_after_the_ranking() -> None:
    made = make.ranked(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.assign_evaluators(made.round, wanted={made.files[0].ref: []}, by=made.team.mia)


def test_assign_evaluators_hides_a_file_from_a_recused_manager() -> None:
    made = make.screened(make.scene(files=1, evaluators=2))
    Recusal.objects.create(application=made.files[0], user=made.team.mia, reason="Cousin")

    with pytest.raises(Incomplete):
        services.assign_evaluators(
            made.round, wanted={made.files[0].ref: [made.evaluators[0].pk]}, by=made.team.mia
        )
    assert (
        services.assign_evaluators(
            made.round, wanted={made.files[0].ref: [made.evaluators[0].pk]}, by=made.team.luc
        )
        == 1
    )


def test_assign_as_proposed_stores_what_was_shown() -> None:
    made = make.screened(make.scene(files=4, evaluators=4))
    proposal = proposal_for(made.round)

    number = services.assign_as_proposed(made.round, digest=proposal.digest, by=made.team.mia)

    assert number == 8
    names = {e.pk: e.name for e in made.evaluators}
    assert pairs(made) == {(ref, names[key]) for ref, key in proposal.pairs}
    loads = [Assignment.objects.filter(evaluator=e).count() for e in made.evaluators]
    assert loads == [2, 2, 2, 2]


def test_assign_as_proposed_refuses_when_something_changed_since() -> None:
    made = make.screened(make.scene(files=2, evaluators=3))
    shown = proposal_for(made.round)
    ref = made.files[0].ref
    services.assign_evaluators(made.round, wanted={ref: [made.evaluators[0].pk]}, by=made.team.mia)

    with pytest.raises(Conflict):
        services.assign_as_proposed(made.round, digest=shown.digest, by=made.team.mia)

    assert len(pairs(made)) == 1


def test_assign_as_proposed_refuses_when_there_is_nothing() -> None:
    made = make.assigned(make.scene(files=1))

    with pytest.raises(DomainError, match="nothing to assign"):
        services.assign_as_proposed(made.round, digest=proposal_for(made.round).digest, by=made.team.mia)
