"""Documents made of a call's settings: what they say, and that they never say anything else."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from pypdf import PdfReader

from calls import documents, queries, services
from calls.formkit import Choice, Question, QuestionType
from calls.formkit.blank import blank_tables, room
from calls.models import Call, CallChange, CallPaper, CutOff, Instalment, Paper
from calls.tasks import print_paper
from core import clock
from core.files import read_verified, store_bytes
from core.localised import Localised, localised
from funding.services import change_look
from tests.applicants.steps import png
from tests.calls import factories
from tests.calls.conftest import ready_call
from tests.funding import factories as funding
from tests.samples import pdf

RULES = [
    {"id": "r1", "kind": "lead", "settings": {}},
    {"id": "r2", "kind": "cluster", "settings": {"register": "registered on ECCP"}},
]


def words(html: str) -> str:
    """What a reader sees of a page or document."""
    seen = re.sub(r"<head>.*?</head>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", seen))).replace("\u00a0", " ")


@pytest.fixture
def call(team, now) -> Call:
    return ready_call(team, now, rules=RULES, max_awards=3, evaluator_profile=localised("Two engineers"))


@pytest.mark.django_db
def test_guide_says_what_the_call_sets(call) -> None:
    said = words(documents.composed(call, Paper.GUIDE, "en"))
    for fact in [
        "Call number",
        "The description.",
        "The activities.",
        "The process.",
        "The redress.",
        "The privacy.",
        "10 000 to 30 000 EUR",
        "70 % of the costs, 10 000 to 30 000 EUR per project.",
        "Thursday 25 February 2027, 10:00 Brussels time",
        "Thursday 29 April 2027, 11:00 Brussels time",
        "1 July 2027",
        "The applicant is an SME.",
        "Member of a cluster: registered on ECCP.",
        "Excellence 60 % 3 of 5",
        "Impact 40 % 3 of 5",
        "Advance 40 % at signature",
        "Final report 60 % after an accepted report 9",
        "Who evaluates: Two engineers",
        "Equal totals are parted by Impact and Excellence.",
        "it ends at the first file that the money left does not cover.",
        "1.1 What problem do you solve, and for whom? Two or three sentences. Long text, at most 500 characters",
        "The same costs are not paid by any other EU or public grant.",
        call.project.contact_email,
        f"http://testserver/calls/{call.slug}/",
        "Draft. This call is not published yet",
    ]:
        assert fact in said, fact


@pytest.mark.django_db
def test_score_sheet_has_each_step_of_the_scale(call) -> None:
    said = words(documents.composed(call, Paper.SCORES, "en"))
    assert "1. Excellence weight 60 % Score 0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5 At least 3 of 5" in said
    assert "Reasons of at least 3 words:" in said
    assert "Impact ÷ 5 × 40 Total of 100" in said


@pytest.mark.django_db
def test_form_leaves_room_for_each_kind_of_answer(call) -> None:
    html = documents.composed(call, Paper.FORM, "en")
    assert html.count("write lines-6") == 1  # the problem, 500 characters
    assert html.count("write lines-1") == 1  # the TRL
    assert "<li>Artificial intelligence</li>" in html
    assert "1.3 Field (optional) One of several choices" in words(html)
    assert "2.1 Offer of the technology provider (optional) File: PDF" in words(html)


@pytest.mark.django_db
def test_conditions_are_those_of_the_call(call) -> None:
    said = words(documents.composed(call, Paper.CONDITIONS, "en"))
    assert "The activities." in said
    assert "Article 6.2.D.1" in said
    assert "Final report 60 % after an accepted report 9" in said


@pytest.mark.django_db
def test_documents_carry_the_logo_of_the_project(call, team) -> None:
    assert "bundle:stored/" not in documents.composed(call, Paper.GUIDE, "en")
    change_look(team.project, accent="", by=team.mia, logo=png("logo.png"))
    call = Call.objects.get(pk=call.pk)
    assert f'src="bundle:stored/{call.project.logo.sha256}"' in documents.composed(call, Paper.GUIDE, "en")


@pytest.mark.django_db
def test_document_speaks_the_language_of_the_call(call, mia) -> None:
    call.title = Localised(en="Vouchers", fr="Chèques innovation")
    call.description = Localised(en="English words.", fr="Mots français.")
    call.save()
    html = documents.composed(call, Paper.GUIDE, "fr")
    assert '<html lang="fr">' in html
    assert ("Chèques innovation" in html, "Mots français." in html) == (True, True)
    assert ("English words." in html, "The redress." in html) == (False, True)  # the only one it has
    assert [code for code, _name in queries.paper_lines(call)[0].languages] == ["en", "fr"]
    assert mia.get(f"/calls/{call.slug}/guide-fr.pdf").status_code == 202
    assert mia.get(f"/calls/{call.slug}/guide-de.pdf").status_code == 404
    assert mia.get(f"/calls/{call.slug}/secrets-en.pdf").status_code == 404


@pytest.mark.django_db
def test_nothing_in_a_document_depends_on_the_hour(team, now) -> None:
    call = factories.call(team)
    before = [documents.composed(call, paper, "en") for paper in Paper]
    with clock.stopped_at(now + timedelta(days=100)):
        assert [documents.composed(call, paper, "en") for paper in Paper] == before


@pytest.mark.django_db
def test_document_is_never_that_of_other_settings(
    client, team, now, django_capture_on_commit_callbacks
) -> None:
    call = factories.call(team, process=localised("Experts judge."))
    path = f"/calls/{call.slug}/conditions-en.pdf"

    def asked(times: int = 1) -> list[int]:
        found = []
        for _time in range(times):
            with django_capture_on_commit_callbacks(execute=True):
                found.append(client.get(path).status_code)
        return found

    waiting = client.get(path)
    assert (waiting.status_code, waiting.headers["Refresh"]) == (202, "3")
    assert asked(2) == [202, 200]
    first = CallPaper.objects.get()
    assert "Vouchers for small companies" not in text_of(first)
    assert "Excellence 60 %" in text_of(first)
    services.change_text(call, redress="Write to us.", reason="Clearer.", by=team.mia)
    assert asked(2) == [202, 200]
    second = CallPaper.objects.exclude(pk=first.pk).get()
    assert ("Write to us." in text_of(first), "Write to us." in text_of(second)) == (False, True)
    assert (print_paper(call.pk, "conditions", "en"), CallPaper.objects.count()) == (False, 2)


@pytest.mark.django_db
def test_what_was_handed_out_stays_to_be_read_by_the_project(client, team, mia, now) -> None:
    call = factories.call(team)
    for code in ("one", "two"):
        stored = store_bytes(pdf(), name=f"{code}.pdf", media_type="application/pdf", by=None)
        CallPaper.objects.create(call=call, paper="guide", language="en", fingerprint=code, file=stored)
    page = mia.get(f"/calls/{call.slug}/edit/documents/").content.decode()
    assert page.index("/made/two.pdf") < page.index("/made/one.pdf")
    path = f"/calls/{call.slug}/edit/documents/made/one.pdf"
    assert (mia.get(path).status_code, mia.get(path.replace("one", "six")).status_code) == (200, 404)
    foreign = factories.call(funding.team())
    assert mia.get(path.replace(call.slug, foreign.slug)).status_code == 404
    assert client.get(path).status_code == 302


def text_of(made: CallPaper) -> str:
    pages = PdfReader(io.BytesIO(read_verified(made.file))).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).replace("\u00a0", " ")


@pytest.mark.django_db
def test_documents_of_a_draft_are_for_its_project_and_kept_once(client, mia, call) -> None:
    path = f"/calls/{call.slug}/conditions-en.pdf"
    assert client.get(path).status_code == 404
    for title in ("First", "Second"):
        Call.objects.filter(pk=call.pk).update(title={"en": title})
        assert print_paper(call.pk, "conditions", "en") is True
    assert "Second" in text_of(CallPaper.objects.get())
    answer = mia.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")


@pytest.mark.django_db
def test_pages_of_a_call_link_to_its_documents(client, mia, team, now) -> None:
    call = factories.call(team)
    for page in (client.get(call.get_absolute_url()), mia.get(f"/calls/{call.slug}/edit/documents/")):
        for paper in Paper:
            assert f'href="/calls/{call.slug}/{paper}-en.pdf"' in page.content.decode()


@pytest.mark.django_db
def test_guide_tells_what_changed_but_leaves_answers_to_the_page(team, now) -> None:
    call = factories.call(team)
    told = {"published": "Alpha", "deadline": "Beta", "answer": "Gamma", "correction": "Delta"}
    for kind, text in told.items():
        CallChange.objects.create(call=call, by=team.mia, kind=kind, text=text)
    said = words(documents.composed(call, Paper.GUIDE, "en"))
    assert [text for text in told.values() if text in said] == ["Beta"]


@pytest.mark.django_db
def test_draw_has_no_score_sheet(mia, call) -> None:
    Call.objects.filter(pk=call.pk).update(evaluators_per_file=0, tie_break=["draw"])
    assert mia.get(f"/calls/{call.slug}/score-sheet-en.pdf").status_code == 404
    assert "score-sheet" not in mia.get(f"/calls/{call.slug}/edit/documents/").content.decode()


@pytest.mark.parametrize(
    ("most", "step", "told"),
    [("2", "1", ["0", "1", "2"]), ("1", "0.5", ["0", "0.5", "1"]), ("10", "0.5", 21), ("10", "0.1", 0)],
)
def test_scores_are_ticked_up_to_a_number(most, step, told) -> None:
    found = documents.scores(Decimal(most), Decimal(step))
    assert (found if isinstance(told, list) else len(found)) == told


def question(kind: QuestionType, **settings) -> Question:
    return Question("q", kind, Localised(en="Q"), **settings)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question(QuestionType.FILE), ""),
        (question(QuestionType.CALCULATED), ""),
        (question(QuestionType.YES_NO), "yes-no"),
        (question(QuestionType.MONEY), "lines-1"),
        (question(QuestionType.LONG_TEXT, max_length=270), "lines-3"),
        (question(QuestionType.LONG_TEXT, max_length=20_000), "lines-16"),
        (question(QuestionType.CHOICE, choices=(Choice("a", Localised(en="A")),)), "choices"),
        (
            question(
                QuestionType.CHOICE, choices=tuple(Choice(str(n), Localised(en="A")) for n in range(31))
            ),
            "lines-1",
        ),
        (question(QuestionType.WORK_PLAN, parts=("tasks",), months=12), "table"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.type,
)
def test_room_fits_the_kind_of_question(asked, expected) -> None:
    assert room(asked) == expected


def test_blank_budget_has_its_categories_and_organisations() -> None:
    (table,) = blank_tables(question(QuestionType.BUDGET, choices=(Choice("staff", Localised(en="Staff")),)))
    assert table.heads == ["Category", "Organisation 1", "Organisation 2", "Organisation 3", "Together"]
    assert [row[0] for row in table.rows] == ["Staff", "Together"]


def test_blank_table_has_at_least_the_rows_that_are_asked() -> None:
    column = Question("name", QuestionType.SHORT_TEXT, Localised(en="Name"))
    (table,) = blank_tables(question(QuestionType.GROUP, columns=(column,), min=6))
    assert (table.heads, len(table.rows)) == (["Name"], 6)


@pytest.mark.django_db
def test_guide_tells_each_cut_off_and_no_deadline(team, now) -> None:
    call = ready_call(team, now, call_model="cut-offs")
    for position, days in enumerate([70, 100]):
        CutOff.objects.create(call=call, position=position, closes_at=now + timedelta(days=days))
    said = words(documents.composed(call, Paper.GUIDE, "en"))
    assert "Cut-off 1 Thursday 29 April 2027, 11:00 Brussels time" in said
    assert "Cut-off 2 Saturday 29 May 2027, 11:00 Brussels time" in said
    assert "The call has 2 cut-offs." in said
    assert "Deadline Thursday" not in said


@pytest.mark.django_db
def test_first_come_first_served_without_scores_has_no_score_sheet(team, now) -> None:
    call = ready_call(team, now, call_model="claim")
    assert Paper.SCORES not in queries.papers_of(call)
    said = words(documents.composed(call, Paper.GUIDE, "en"))
    assert "Closes at the latest Thursday 29 April 2027, 11:00 Brussels time" in said
    assert "First come, first served:" in said
    assert ("The list is funded" in said, "at the same time" in said) == (False, False)


@pytest.mark.django_db
def test_call_without_money_speaks_of_none(team, now) -> None:
    zero = dict.fromkeys(("budget_cents", "project_min_cents", "project_max_cents", "sme_max_cents"), 0)
    call = ready_call(team, now, award_unit="none", partners_max=1, **zero)
    Instalment.objects.filter(call=call).delete()
    assert queries.papers_of(call) == [Paper.GUIDE, Paper.FORM, Paper.SCORES]
    guide = words(documents.composed(call, Paper.GUIDE, "en"))
    assert "No money: a place in a public catalogue." in guide
    form = words(documents.composed(call, Paper.FORM, "en"))
    told = [
        "grant agreement; it",
        "de minimis",
        "The list is funded",
        "Longest project",
        "Costs and the support",
    ]
    assert [one for one in told if one in guide + form] == []
