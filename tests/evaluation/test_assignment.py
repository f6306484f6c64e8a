"""Who may judge what, and the even proposal. Pure."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.assignment import Bar, File, Party, Person, propose, refusal, same_name


def party(key: int = 1, name: str = "Rossi S.r.l.", country: str = "IT") -> Party:
    return Party(key, name, country)


def person(key: int, country: str = "SI", **fields) -> Person:
    return Person(key, f"Person {key}", country, **fields)


def test_rank_51_evaluator_who_works_for_the_applicant_is_refused() -> None:
    file = File("F1", (party(7),))

    found = refusal(file, person(1, organisations=frozenset({7})))

    assert found is not None
    assert found.bar == Bar.WORKS_THERE
    assert str(found) == "Person 1 works for Rossi S.r.l., which takes part in this file."


def test_refusal_recognises_the_named_employer_however_it_is_spelt() -> None:
    file = File("F1", (party(7, "ACME S.r.l."),))

    assert refusal(file, person(1, organisation_name="Acme SRL")).bar == Bar.WORKS_THERE
    assert refusal(file, person(1, organisation_name="Acme Holding")) is None
    assert refusal(file, person(1, organisation_name="")) is None


def test_rank_52_evaluator_from_a_country_of_the_consortium_is_refused() -> None:
    file = File("F1", (party(1, "Lyon SAS", "FR"), party(2, "Roma S.r.l.", "IT")))

    assert refusal(file, person(1, "IT")).bar == Bar.COUNTRY
    assert refusal(file, person(1, "FR")).bar == Bar.COUNTRY
    assert refusal(file, person(1, "SI")) is None
    assert refusal(file, person(1, "")) is None


def test_refusal_names_conflict_abstention_and_recusal() -> None:
    one = frozenset({1})
    assert refusal(File("F", conflicted=one), person(1)).bar == Bar.CONFLICT
    assert refusal(File("F", abstained=one), person(1)).bar == Bar.ABSTAINED
    assert refusal(File("F", recused=one), person(1)).bar == Bar.RECUSED
    assert refusal(File("F", conflicted=one), person(2)) is None


def test_propose_gives_every_file_its_evaluators_evenly() -> None:
    files = [File(f"F{index}") for index in range(30)]
    people = [person(key) for key in range(1, 8)]

    proposal = propose(files, people, 2)

    assert len(proposal.pairs) == 60
    assert sorted(proposal.load.values()) == [8, 8, 8, 9, 9, 9, 9]
    assert proposal.shortages == ()
    assert all(len({key for ref, key in proposal.pairs if ref == file.ref}) == 2 for file in files)


def test_propose_exchanges_files_when_the_first_choice_was_unlucky() -> None:
    """Only person 1 may judge the last file, so what was given to person 1 before has to move."""
    files = [File("F1"), File("F2"), File("F3", (party(country="SI"),))]
    people = [person(1, "DE"), person(2, "SI")]

    proposal = propose(files, people, 1)

    assert dict(proposal.pairs)["F3"] == 1
    assert sorted(proposal.load.values()) == [1, 2]


def test_propose_keeps_pairs_that_exist_and_counts_them() -> None:
    files = [File("F1", assigned=frozenset({1})), File("F2", assigned=frozenset({1}))]

    proposal = propose(files, [person(1), person(2), person(3)], 2)

    assert {ref for ref, _key in proposal.pairs} == {"F1", "F2"}
    assert proposal.load == {1: 2, 2: 1, 3: 1}


def test_propose_names_the_bottleneck() -> None:
    file = File("F1", (party(1, "Rossi", "IT"),), conflicted=frozenset({2}))

    proposal = propose([file], [person(1, "IT"), person(2, "SI"), person(3, "DE")], 3)

    (shortage,) = proposal.shortages
    assert (shortage.ref, shortage.missing) == ("F1", 2)
    assert [item.bar for item in shortage.refusals] == [Bar.COUNTRY, Bar.CONFLICT]
    assert proposal.pairs == (("F1", 3),)


def test_propose_is_the_same_when_asked_again_and_its_digest_follows_the_pairs() -> None:
    files = [File(f"F{index}") for index in range(5)]
    people = [person(key) for key in range(1, 5)]

    first, again = propose(files, people, 2, seed="A"), propose(files, people, 2, seed="A")
    other = propose(files[:4], people, 2, seed="A")

    assert first.pairs == again.pairs
    assert first.digest == again.digest
    assert first.digest != other.digest


COUNTRIES = st.sampled_from(["IT", "FR", "SI"])


@settings(max_examples=150, deadline=None)
@given(st.lists(COUNTRIES, min_size=1, max_size=4), st.lists(COUNTRIES, min_size=2, max_size=3))
def test_propose_is_optimal_against_every_other_assignment(file_countries, person_countries) -> None:
    files = [File(f"F{i}", (party(i, f"Org {i}", c),)) for i, c in enumerate(file_countries)]
    people = [person(key, country) for key, country in enumerate(person_countries, start=1)]

    proposal = propose(files, people, 2)

    chosen = [
        list(combinations([p.key for p in people if refusal(file, p) is None], most))
        for file in files
        for most in [min(2, sum(refusal(file, p) is None for p in people))]
    ]
    best = min(
        sum(sum(pair.count(p.key) for pair in option) ** 2 for p in people) for option in product(*chosen)
    )
    assert sum(load**2 for load in proposal.load.values()) == best


def test_same_name_ignores_case_and_punctuation_only() -> None:
    assert same_name("ACME SRL", "Acme S.r.l.")
    assert not same_name("Acme", "Acme Due")
    assert not same_name("", "")
