"""Types of project in one call: the rules themselves, the parts of the call, and what an application of a type is told."""

from fractions import Fraction

import pytest

from applicants import queries
from calls import services
from calls.awards import Award
from calls.queries.glance import facts_at_a_glance
from calls.types import (
    ProjectType,
    as_data,
    faults_against_answers,
    faults_against_form,
    faults_of_types,
    of_one,
    types_of,
)
from core.errors import DomainError
from grants.services import draft_agreement
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.calls import factories
from tests.calls.pages import part_url, sent_unchanged
from tests.funding.factories import team
from tests.grants import factories as grants

AWARD = Award("lump", 1_640_000_00, 5_000_00, 100_000_00, 60_000_00, parties_min=1, parties_max=3)
PIONEER = ProjectType("pioneer", project_max_cents=20_000_00, partners_max=1, months=6)
ORBITAL = ProjectType("orbital", project_min_cents=20_000_00, partners_min=2)
TYPES = [PIONEER, ORBITAL]
VOUCHER = {
    "key": "voucher",
    "type": "choice",
    "required": True,
    "choices": [{"value": "pioneer"}, {"value": "orbital"}],
}


def test_type_narrows_what_the_call_gives():
    own = PIONEER.award(AWARD)
    assert (own.project_min_cents, own.project_max_cents, own.party_max_cents) == (
        5_000_00,
        20_000_00,
        20_000_00,
    )
    assert (own.parties_min, own.parties_max) == (1, 1)
    assert ORBITAL.award(AWARD).party_max_cents == 60_000_00


def test_types_are_kept_and_read_again():
    types = [*TYPES, ProjectType("third", rate=Fraction(2, 3), sme_max_cents=1)]
    assert types_of(as_data(types)) == types
    assert as_data([PIONEER]) == [
        {"value": "pioneer", "project_max_cents": 20_000_00, "partners_max": 1, "months": 6}
    ]


def test_types_that_fit_have_no_fault():
    assert faults_of_types(TYPES, AWARD, 6) == []


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (ProjectType("a", project_max_cents=100_000_01), "“a”: up to 100 000.01 EUR per project; the call gives up to 100 000.00."),
        (ProjectType("a", sme_max_cents=60_000_01), "“a”: up to 60 000.01 EUR per SME; the call gives up to 60 000.00."),
        (ProjectType("a", project_min_cents=4_999_99), "“a”: at least 4 999.99 EUR per project; the call gives at least 5 000.00."),
        (ProjectType("a", partners_max=4), "“a”: 1 to 4 organisations; the call takes 1 to 3."),
        (ProjectType("a", partners_min=3, partners_max=2), "“a”: 3 to 2 organisations; the call takes 1 to 3."),
        (ProjectType("a", months=7), "“a”: 7 months; a project of the call takes 1 to 6."),
        (ProjectType("a", project_min_cents=30_000_00, project_max_cents=20_000_00), "“a”: The smallest amount per project is above the largest, 20 000.00 EUR."),
        (ProjectType("a", partners_max=1), "“a”: A project cannot reach 100 000.00 EUR: 1 organisations at 60 000.00 each come to 60 000.00."),
    ],
)  # fmt: skip
def test_type_beyond_the_call_is_a_fault_with_the_figure(kind, message):
    (fault,) = faults_of_types([kind], AWARD, 6)
    assert (fault.setting, fault.message.replace("\u00a0", " ")) == ("types", f"Type {message}")


def test_rate_of_a_type_is_at_most_that_of_the_call():
    award = Award("rate", 1_000_000, 0, 100_000, 100_000, rate=Fraction(7, 10))
    (fault,) = faults_of_types([ProjectType("a", rate=Fraction(3, 4))], award, 12)
    assert "a share of 75" in fault.message
    assert ProjectType("a", rate=Fraction(2, 3)).award(award).rate == Fraction(2, 3)


def test_types_and_answers_are_the_same():
    choices = {"voucher": ["pioneer", "orbital"]}
    assert faults_against_answers(TYPES, "voucher", choices) == []
    assert [one.message for one in faults_against_answers(TYPES[:1], "voucher", choices)] == [
        "The answer “orbital” has no type: say what such a project gets."
    ]
    assert [one.message for one in faults_against_answers(TYPES, "voucher", {"voucher": ["pioneer"]})] == [
        "The type “orbital” is no answer to that question."
    ]
    assert [one.setting for one in faults_against_answers(TYPES, "", choices)] == ["topic_question"]
    assert faults_against_answers([], "", {}) == []


@pytest.mark.parametrize(
    "change", [{"required": False}, {"shown_if": {"question": "x", "op": "is", "values": ["y"]}}]
)
def test_everybody_answers_the_question_of_types(change):
    form = {"sections": [{"questions": [{**VOUCHER, **change}]}]}
    (fault,) = faults_against_form(TYPES, "voucher", form)
    assert fault.setting == "topic_question"
    assert faults_against_form(TYPES, "voucher", {"sections": [{"questions": [VOUCHER]}]}) == []


def test_type_in_words():
    assert of_one(PIONEER, AWARD, 9, 22).replace("\u00a0", " ") == (
        "5 000 to 20 000 EUR; one organisation applies alone; at most 6 months; at most 22 projects"
    )


# --- in a call ---------------------------------------------------------------------------------------------


@pytest.fixture
def typed_call(db, now):
    """A published call with two types chosen by the field of its form."""
    made = factories.call(
        team(),
        published=False,
        topic_question="field",
        types=as_data(
            [
                ProjectType("ai", project_max_cents=15_000_00, partners_max=1, months=5),
                ProjectType("iot", project_min_cents=20_000_00, partners_min=2),
            ]
        ),
    )
    return made


def _content(call, answer, **fields):
    made = applications.application(call, submitted=False, **fields)
    row = made.draft().answers.get()
    row.answers = {**row.answers, "field": answer}
    row.save()
    return queries.content_of(made.draft())


def test_an_application_keeps_the_rules_of_its_type(typed_call):
    small, none = _content(typed_call, "ai"), _content(typed_call, "")
    assert [one.message.replace("\u00a0", " ") for one in small.money.findings] == [
        "The shares add up to 20 000.00; the maximum for a project of this call is 15 000.",
        "Rossi Meccanica S.r.l. asks for 20 000.00; the maximum for each party is 15 000.",
    ]
    assert small.award.project_max_cents == 15_000_00
    assert (none.award.project_max_cents, none.money.findings) == (30_000_00, [])
    pair = _content(typed_call, "iot", shares=[(people.organisation("Second"), 5_000_00)])
    assert pair.money.findings == []
    alone = _content(typed_call, "iot")
    assert len(alone.money.findings) == 1
    told = [rule.settings for rule in small.rules if rule.id == "organisations"]
    assert told == [{"least": 1, "most": 1}]


def test_the_call_tells_its_types_by_the_words_of_the_answers(typed_call):
    facts = dict(facts_at_a_glance(typed_call, []))
    assert facts["Artificial intelligence"].replace("\u00a0", " ") == (
        "10 000 to 15 000 EUR; one organisation applies alone; at most 5 months"
    )
    assert facts["Internet of things"].endswith("2 to 3 organisations together; at most 12 months")


def test_agreement_of_a_type_says_its_rules_and_keeps_its_months(db, now):
    crew = team()
    of_answer = ProjectType(
        "Parts are checked by hand.", project_max_cents=15_000_00, months=5
    )  # what every file says
    call = factories.call(crew, topic_question="problem", types=as_data([of_answer]))
    file = grants.award(call, crew, cents=15_000_00)

    with pytest.raises(DomainError, match="lasts 1 to 5 months, not 6"):
        draft_agreement(file, by=crew.mia, starts_on=grants.STARTS_ON, months=6)
    agreement = draft_agreement(file, by=crew.mia, starts_on=grants.STARTS_ON)
    assert (agreement.data["months"], agreement.data["call"]["award"].replace("\u00a0", " ")) == (
        5,
        "70 % of the costs, 10 000 to 15 000 EUR per project",
    )


def test_money_page_takes_types_and_shows_what_is_wrong(typed_call, client):
    client.force_login(typed_call.created_by)
    url = part_url(typed_call, "money")
    page = client.get(url)
    assert page.status_code == 200
    assert "Artificial intelligence" in page.content.decode()
    data = sent_unchanged(page)
    data["row-0-project_max_cents"] = "40000"
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert "the call gives up to 30" in wrong.content.decode()
    data["row-0-project_max_cents"] = "12000"
    assert client.post(url, data).status_code == 302
    typed_call.refresh_from_db()
    assert typed_call.types[0] == {
        "value": "ai",
        "project_max_cents": 12_000_00,
        "partners_max": 1,
        "months": 5,
    }


def test_selection_refuses_another_question_while_there_are_types(typed_call):
    with pytest.raises(DomainError, match="Name the question whose answers are the types"):
        services.change_selection(
            typed_call,
            evaluators_per_file=2,
            tie_break=[],
            cut_rule="stop",
            max_awards=None,
            by=typed_call.created_by,
        )
