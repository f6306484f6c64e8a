"""Support from elsewhere that counts against the ceiling: which question of a form can declare it, and what it says."""

from fractions import Fraction

import pytest

from calls import awards, services
from calls.awards import Award
from calls.elsewhere import declared, faults_against_form, money_questions
from calls.queries import findings
from calls.queries.glance import facts_at_a_glance
from calls.types import ProjectType, faults_of_types
from core.errors import Incomplete
from tests.calls import factories
from tests.calls.pages import part_url, rows_sent
from tests.funding.factories import team

GOT = {"key": "got", "type": "money", "label": {"en": "Got elsewhere"}, "required": True, "per_partner": True}
AWARD = Award("rate", 900_000_00, 0, 180_000_00, 100_000_00, rate=Fraction(7, 10), parties_max=3)


def form(**changes):
    """A form with the question, changed."""
    section = {"key": "earlier", "title": {"en": "Earlier support"}, "questions": [{**GOT, **changes}]}
    return {"sections": [section]}


def test_an_amount_asked_of_every_organisation_declares_it():
    assert faults_against_form("got", form()) == []
    assert faults_against_form("", form()) == []
    assert money_questions(form()) == {"got": "Got elsewhere"}
    assert money_questions(form(per_partner=False)) == {}


@pytest.mark.parametrize(
    ("key", "changes", "told"),
    [
        ("other", {}, "has no question “other”"),
        ("got", {"type": "number"}, "“got” is none"),
        ("got", {"per_partner": False}, "“got” is none"),
        ("got", {"required": False}, "everybody has to be asked"),
        ("got", {"shown_if": {"question": "x", "op": "is", "values": [True]}}, "everybody has to be asked"),
    ],
)
def test_another_question_does_not(key, changes, told):
    (fault,) = faults_against_form(key, form(**changes))
    assert fault.setting == "outside_question" and told in fault.message


def test_what_is_declared_is_read_for_each_organisation():
    sections = {
        "earlier": {"got-A1": 35_000_00, "got-B2": 0, "gotten-A1": 5, "got-C3": None},
        "x": {"got-D4": 1},
    }
    assert declared("got", sections) == {"A1": 35_000_00, "D4": 1}
    assert declared("", sections) == {}


def test_a_type_with_a_share_of_its_own_does_not_go_with_another_share():
    both = AWARD.__class__(**{**AWARD.__dict__, "no_sme_rate": Fraction(1, 2)})
    kind = ProjectType("a", rate=Fraction(1, 2))
    assert faults_of_types([kind], AWARD, 12) == []
    assert ["take one out" in fault.message for fault in faults_of_types([kind], both, 12)] == [True]


needs_rows = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def draft(crew):
    return factories.call(crew, published=False, form=form(), sizes=["micro", "small", "medium", "other"])


@needs_rows
def test_both_are_set_on_the_page_kept_exactly_and_told(client, draft, crew):
    client.force_login(crew.mia)
    url = part_url(draft, "money")
    given = {
        **rows_sent([], stored=0),
        **dict.fromkeys(("budget_cents", "project_max_cents", "sme_max_cents"), "60000"),
        "award_unit": "rate",
        "rate": "70 %",
    }
    assert client.post(url, {**given, "no_sme_rate": "2/3", "outside_question": "got"}).status_code == 302

    draft.refresh_from_db()
    assert (draft.no_sme_rate, draft.outside_question) == (Fraction(2, 3), "got")
    assert awards.sentence(draft.award).startswith("70\u00a0% of the costs of SMEs, 2/3 of those of others")
    assert ("Share of the costs", "up to 70\u00a0% for SMEs, 2/3 for others") in facts_at_a_glance(draft, [])
    shown = client.get(url).context["form"]
    assert (shown["no_sme_rate"].value(), shown["outside_question"].value()) == ("2/3", "got")
    assert list(shown.fields["outside_question"].choices) == [("", "none"), ("got", "Got elsewhere")]
    refused = client.post(url, {**given, "no_sme_rate": "170 %"})
    assert refused.status_code == 422 and "at most 100" in refused.content.decode()
    assert client.post(url, {**given, "no_sme_rate": "", "outside_question": ""}).status_code == 302
    draft.refresh_from_db()
    assert (draft.no_sme_rate, draft.outside_question) == (None, "")


def _against(call):
    return [one.sentence for one in findings(call) if one.blocks]


@needs_rows
def test_the_publication_check_knows_both(draft):
    draft.no_sme_numerator, draft.no_sme_denominator, draft.outside_question = 1, 2, "gone"
    draft.save()
    told = _against(draft)
    assert any("has no question “gone”" in sentence for sentence in told)
    assert not any("takes SMEs only" in sentence for sentence in told)
    draft.outside_question, draft.sizes = "got", ["small"]
    draft.save()
    told = _against(draft)
    assert any("takes SMEs only" in sentence for sentence in told)
    assert not any("from elsewhere" in sentence for sentence in told)


@needs_rows
def test_a_changed_form_keeps_the_question_that_counts(crew):
    call = factories.call(crew, form=form(), outside_question="got")
    services.begin_revision(call, by=crew.mia)
    services.set_form(call, definition=form(required=False), by=crew.mia)
    with pytest.raises(Incomplete) as caught:
        services.propose_revision(call, reason="Why", by=crew.mia)
    assert [gap.message for gap in caught.value.gaps] == [
        "“got” counts against the ceiling: everybody has to be asked, and to answer."
    ]
