"""Every kind of question through the pages of a draft: typed, saved, shown, missed, submitted."""

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import get_template, render_to_string

from applicants import queries, services
from applicants.models import SectionAnswers
from applicants.queries import content_of, dossier
from core.errors import DomainError
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.formkit.forms import EVERY_KIND
from tests.calls.pages import sent_unchanged
from tests.funding.factories import team
from tests.samples import pdf

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NBSP = "\u00a0"


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    made = calls.call(crew, published=False)
    made.form_revisions.update(definition=EVERY_KIND)
    return calls.publish(made, crew)


@pytest.fixture
def alice(client):
    person = people.user("Alice Bianchi")
    client.force_login(person)
    return person


@pytest.fixture
def draft(call, alice):
    return steps.start(call, alice)


def url(draft, section):
    return f"{draft.get_absolute_url()}sections/{section}/"


def text(response):
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", response.content.decode())).split())


def stored(section):
    return SectionAnswers.objects.get(section=section).answers


def company(draft, **more):
    ref = draft.organisation.ref
    data = {
        f"data-{ref}--legal_name": "Rossi Meccanica",
        f"data-{ref}--country": "IT",
        f"data-{ref}--nace": "C28.41",
        f"data-{ref}--staff": "12,5",
        "region": "itc1",
        "activity": "28.41",
        "markets": ["eu", "asia"],
        "seat": "IT",
    }
    return {**data, **more}


PLAN = {
    "readiness--from": "5",
    "readiness--to": "7",
    "work--tasks-0-title": "Design",
    "work--tasks-0-what": "Drawings.",
    "work--tasks-0-from": "1",
    "work--tasks-0-to": "4",
    "work--tasks-3-title": "Build",
    "work--tasks-3-from": "5",
    "work--tasks-3-to": "12",
    "work--tasks-4-title": " ",
    "work--milestones-0-title": "Prototype",
    "work--milestones-0-month": "12",
    "work--milestones-0-means": "A film",
    "team--rows-0-name": "Ada",
    "team--rows-0-months": "2,5",
    "team--rows-0-cost": "5 000",
    "helped": "no",
    "helper": "",
}


def money(draft, **more):
    ref = draft.organisation.ref
    data = {
        f"budget--{ref}--staff": "30 000",
        f"budget--{ref}--sub": "10 000",
        "pieces": "2,5",
        "price": "4 000",
    }
    return {**data, "share": "12,5 %", "service": "audit", **more}


def fill(client, draft):
    client.post(url(draft, "company"), company(draft))
    client.post(url(draft, "plan"), PLAN)
    client.post(url(draft, "money"), money(draft))


def test_every_kind_is_saved_without_a_script(client, draft):
    fill(client, draft)

    ref = draft.organisation.ref
    assert stored("company") == {
        f"data-{ref}": {"legal_name": "Rossi Meccanica", "country": "IT", "nace": "28.41", "staff": "12.5"},
        "region": "ITC1",
        "activity": "28.41",
        "markets": ["eu", "asia"],
        "seat": "IT",
    }
    assert stored("plan") == {
        "readiness": {"from": 5, "to": 7},
        "work": {
            "tasks": [
                {"title": "Design", "what": "Drawings.", "from": 1, "to": 4},
                {"title": "Build", "from": 5, "to": 12},
            ],
            "milestones": [{"title": "Prototype", "month": 12, "means": "A film"}],
        },
        "team": {"rows": [{"name": "Ada", "months": "2.5", "cost": 5_000_00}]},
        "helped": False,
    }
    assert stored("money") == {
        "budget": {ref: {"staff": 30_000_00, "sub": 10_000_00}},
        "pieces": "2.5",
        "price": 4_000_00,
        "share": 1250,
        "service": "audit",
    }


def test_page_shows_what_was_saved_as_it_is_typed_again_and_saves_it_unchanged(client, draft):
    fill(client, draft)
    before = {section: stored(section) for section in ("company", "plan", "money")}
    numbers = {row.section: row.field_versions for row in SectionAnswers.objects.all()}
    for section in before:
        sent = sent_unchanged(client.get(url(draft, section)))
        assert client.post(url(draft, section), sent).status_code == 302
    assert {section: stored(section) for section in before} == before
    assert {row.section: row.field_versions for row in SectionAnswers.objects.all()} == numbers


def test_a_whole_form_of_every_kind_has_no_gap_and_is_submitted(client, draft, alice):
    fill(client, draft)
    services.save_title(draft, title="Short series", base=0, by=alice)
    services.save_partners(
        draft,
        values={draft.organisation.ref: {"cost_cents": 40_000_00, "requested_cents": 20_000_00}},
        bases={},
        by=alice,
    )

    assert [gap.message for gap in queries.gaps(content_of(draft.draft()))] == []
    services.save_answers(draft, section="plan", values={"helper": "Bob"}, bases={}, by=alice)
    version = steps.submit(draft, alice)
    assert version.payload["sections"]["money"] == stored("money")
    assert set(version.payload["sections"]["plan"]) == {"readiness", "work", "team", "helped"}
    shown = {
        answer.label: [answer.text, *(cell.text for t in answer.tables for row in t.rows for cell in row)]
        for section in dossier(draft, version).sections
        for answer in section.answers
    }
    assert shown["Readiness"] == ["TRL 5 to TRL 7"]
    assert shown["Work plan"] == [
        "", "Design", "Drawings.", "", "1", "4", "Build", "", "", "5", "12", "Prototype", "12", "A film",
    ]  # fmt: skip
    assert shown["Budget"] == [
        "", "Staff", f"30{NBSP}000.00{NBSP}EUR", "Subcontracting", f"10{NBSP}000.00{NBSP}EUR",
    ]  # fmt: skip
    assert shown["Sales"] == [f"10{NBSP}000.00{NBSP}EUR"]
    assert shown["Sales cover the team"] == ["Yes"]
    assert shown["Service"] == [f"Audit (3{NBSP}600.00{NBSP}EUR)"]
    assert shown["Markets"] == ["Europe; Asia"]
    assert "Who?" not in shown


def test_gaps_of_an_empty_form_name_what_is_needed_and_lead_to_it(client, draft):
    found = queries.content.form_gaps(content_of(draft.draft()))

    name = draft.organisation.legal_name
    assert [gap.message for gap in found] == [
        f"“Your organisation – {name}”: an answer is missing.",
        "“Region”: an answer is missing.",
        "“Markets”: an answer is missing.",
        "“Readiness”: an answer is missing.",
        "“Work plan”: an answer is missing.",
        "“Team”: an answer is missing.",
        "“Is somebody helping?”: an answer is missing.",
        "“Budget”: an answer is missing.",
    ]
    assert found[0].target == f"{url(draft, 'company')}#div_id_data-{draft.organisation.ref}"
    assert f'id="div_id_data-{draft.organisation.ref}"' in client.get(url(draft, "company")).content.decode()


def test_wrong_boxes_are_told_by_their_row_and_everything_typed_is_kept(client, draft):
    wrong = {
        "work--tasks-3-to": "13",
        "work--tasks-0-to": "0",
        "readiness--to": "4",
        "team--rows-0-cost": "much",
    }
    response = client.post(url(draft, "plan"), {**PLAN, **wrong})

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {
        "readiness": ["TRL 4 is below TRL 5: the end comes before the start."],
        "work": [
            "Tasks, row 1, “To month”: 0 is too little: at least 1.",
            "Tasks, row 2, “To month”: 13 is too much: at most 12.",
        ],
        "team": [f"Row 1, “Cost”: “much” is not an amount. Write it like 34{NBSP}560.00."],
    }
    page = response.content.decode()
    assert 'value="13"' in page and 'value="much"' in page and "Drawings." in page
    assert stored("plan") == {"helped": False}


def test_a_row_is_added_and_removed_by_buttons_that_save(client, draft):
    response = client.post(url(draft, "plan"), {**PLAN, "do.row": "work--tasks"})
    assert response.url == f"{url(draft, 'plan')}#div_id_work"
    page = client.get(url(draft, "plan")).content.decode()
    assert 'name="work--tasks-2-title"' in page and 'name="work--tasks-3-title"' not in page

    saved = {"v.work": "1", "v.team": "1", "v.readiness": "1", "v.helped": "1"}
    response = client.post(url(draft, "plan"), {**PLAN, **saved, "do.drop": "work--tasks-0"})
    assert response.status_code == 302
    assert [task["title"] for task in stored("plan")["work"]["tasks"]] == ["Build"]


def test_autosave_of_one_box_saves_its_whole_answer_and_nothing_else(client, draft):
    client.post(url(draft, "plan"), PLAN)
    table = {name: value for name, value in PLAN.items() if name.startswith("team--")}
    data = {**table, "team--rows-1-name": "Bob", "changed": "team", "v.team": "1"}
    response = client.post(url(draft, "plan"), data, headers=HTMX)

    assert response.status_code == 200
    assert '<input type="hidden" name="v.team" value="2">' in response.content.decode()
    assert [row["name"] for row in stored("plan")["team"]["rows"]] == ["Ada", "Bob"]
    assert stored("plan")["readiness"] == {"from": 5, "to": 7}


def test_a_table_changed_by_two_people_is_shown_in_words_and_chosen(client, draft, alice):
    client.post(url(draft, "plan"), PLAN)
    stale = {"changed": "team", "team--rows-0-name": "Mine", "v.team": "0"}
    response = client.post(url(draft, "plan"), stale, headers=HTMX)

    assert response.status_code == 409
    assert f"Ada; Months: 2.5; Cost: 5{NBSP}000.00{NBSP}EUR" in html.unescape(response.content.decode())


def test_autosave_answers_with_the_calculated_value(client, draft):
    data = {"changed": "pieces price", "pieces": "2,5", "price": "4 000", "v.pieces": "0", "v.price": "0"}
    page = client.post(url(draft, "money"), data, headers=HTMX).content.decode()

    assert f"10{NBSP}000.00{NBSP}EUR" in html.unescape(page)
    assert 'id="calculated-sales" hx-swap-oob="true"' in page


def test_a_hidden_question_keeps_its_answer_and_is_neither_needed_nor_submitted(client, draft, alice):
    fill(client, draft)
    client.post(url(draft, "plan"), {"changed": "helper", "helper": "Bob", "v.helper": "0"}, headers=HTMX)

    content = content_of(draft.draft())
    assert stored("plan")["helper"] == "Bob"
    assert (
        "helper"
        not in queries.content.formkit.relevant_answers(content.definition, content.answers, content.parties)[
            "plan"
        ]
    )
    page = client.get(url(draft, "plan")).content.decode()
    assert "Only if “Is somebody helping?” is Yes." in html.unescape(page)


def test_a_blind_dossier_leaves_out_what_tells_who_applies(client, draft):
    fill(client, draft)

    shown = dossier(draft, draft.draft(), anonymous=True)
    labels = [answer.label for section in shown.sections for answer in section.answers]
    assert not any("Your organisation" in label for label in labels)
    budget = next(a for s in shown.sections for a in s.answers if a.label == "Budget")
    assert [head.label for head in budget.tables[0].heads] == ["Category", "Applicant"]


def test_organisation_data_starts_from_what_is_known(client, draft):
    page = client.get(url(draft, "company")).content.decode()

    assert f'value="{draft.organisation.legal_name}"' in html.unescape(page)
    assert SectionAnswers.objects.count() == 0


def test_a_file_of_too_many_pages_or_one_too_many_is_refused(client, draft, alice):
    def upload(content, name):
        return SimpleUploadedFile(name, content, content_type="application/pdf")

    with pytest.raises(DomainError, match=r"“long.pdf” has 3 pages; at most 2 are possible here."):
        services.add_attachment(draft, question="offer", upload=upload(pdf(pages=3), "long.pdf"), by=alice)
    services.add_attachment(draft, question="offer", upload=upload(pdf(pages=2), "a.pdf"), by=alice)
    with pytest.raises(DomainError, match=r"There is 1 file already, the most for this question."):
        services.add_attachment(draft, question="offer", upload=upload(pdf(pages=1), "b.pdf"), by=alice)


def test_the_receipt_prints_everything_that_was_submitted(client, draft, alice):
    fill(client, draft)
    page = render_to_string("applicants/pdf/_answers.html", {"dossier": dossier(draft, draft.draft())})
    printed = " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())

    assert "Work plan Tasks Title What is done By whom From month To month Design Drawings. 1 4" in printed
    assert f"Budget Category {draft.organisation.legal_name} Staff 30 000.00 EUR" in printed
    assert "Sales 10 000.00 EUR" in printed and "Offer Not answered." in printed
    assert "_answers.html" in Path(get_template("applicants/pdf/receipt.html").origin.name).read_text()
