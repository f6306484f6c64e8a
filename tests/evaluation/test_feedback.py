"""What an applicant reads of the evaluation: figures, words, what would have helped, after the release and not before."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.translation import get_language

from applicants.models import Application
from core.files import read_verified
from evaluation import services
from evaluation.documents import summary_html
from evaluation.feedback import Opinion, figures_of, summary
from evaluation.models import Decision, EvaluationSummary
from evaluation.queries.feedback import feedback_of
from evaluation.scoring import Criterion, Scale, Scheme, TotalMethod, combined_result
from evaluation.tasks import print_summary
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

FIVE = Scale(Decimal(0), Decimal(5), Decimal("0.5"))
SCHEME = Scheme(
    (
        Criterion("e", "Excellence", FIVE, Decimal(40), Decimal(3)),
        Criterion("i", "Impact", FIVE, Decimal(60), None),
    ),
    method=TotalMethod.WEIGHTED,
    overall_threshold=Decimal(70),
)


def figures(e: str, i: str, text: str = ""):
    return figures_of(SCHEME, combined_result(SCHEME, [{"e": Decimal(e), "i": Decimal(i)}]), text)


def test_figures_say_thresholds_and_what_would_have_helped() -> None:
    found = figures("2.5", "4")

    assert (found.total, found.best, found.threshold, found.missing) == ("68", "100", "70", "2")
    assert [(line.name, line.score, line.threshold, line.missing) for line in found.lines] == [
        ("Excellence", "2.5", "3", "0.5"),
        ("Impact", "4", "", ""),
    ]
    assert found.help == (
        "0.5 more for Excellence would have reached its threshold.",
        "2 more in all would have reached the threshold of the total.",
        "Most points of the total, 20, were lost in: Excellence.",
    )


def test_the_best_scores_leave_nothing_to_help() -> None:
    assert figures("5", "5").help == ()


def test_words_stand_beside_their_criteria_only_as_released() -> None:
    opinion = Opinion({"e": Decimal(3), "i": Decimal(4)}, {"e": "Clear.", "i": "Wide."})
    text = summary(SCHEME, [opinion])

    assert [line.words for line in figures("3", "4", text).lines] == [
        ("Evaluator 1: Clear.",),
        ("Evaluator 1: Wide.",),
    ]
    anew = "Written anew.\n\nStrong:\nthe team.\n\nWeak:\nthe plan.\n\nElse:\nnothing."
    for other in ("Written anew by a manager.", anew):
        assert [line.words for line in figures("3", "4", other).lines] == [(), ()]


@pytest.mark.django_db
def test_page_and_report_after_the_release_and_nothing_before() -> None:
    made = make.confirmed(make.scene(files=3), sheets=[("5", "5"), ("4", "4"), ("1", "1")])
    urls = [
        [reverse(f"evaluation:{name}", args=[file.ref]) for name in ("feedback_panel", "application_summary")]
        for file in made.files
    ]
    clients = [sign_in(file.created_by) for file in made.files]
    before = {(c.get(url).status_code) for c, pair in zip(clients, urls, strict=True) for url in pair}
    assert before == {404}
    assert [summary_html(file, "en") for file in made.files] == ["", "", ""]

    services.release_decisions(made.round, by=made.team.mia)

    funded, _second, rejected = (
        client.get(pair[0]).content.decode() for client, pair in zip(clients, urls, strict=True)
    )
    assert "Selected for funding" in funded and "What would have helped" not in funded
    assert "Not selected" in rejected and "Below the threshold." in rejected
    assert "more in all would have reached" in rejected or "would have reached its threshold" in rejected
    assert make.WORDS in rejected and made.evaluators[0].name not in rejected
    assert clients[0].get(urls[2][0]).status_code == 404  # another's


@pytest.mark.django_db
def test_a_place_in_the_reserve_and_conditions_are_told() -> None:
    made = make.proposed(make.scene(files=3, budget_cents=40_000_00, project_max_cents=20_000_00))
    first = Decision.objects.get(application=made.files[0])
    organisation = first.shares.get().organisation
    services.change_decision(
        first,
        outcome="fund",
        amounts={organisation.pk: 12_000_00},
        reason="Hosting is not a cost of the project.",
        feedback=first.feedback,
        conditions=["Send the ethics approval"],
        by=made.team.mia,
    )
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    services.release_decisions(made.reload().round, by=made.team.mia)
    pages = [
        sign_in(file.created_by).get(reverse("evaluation:feedback_panel", args=[file.ref])).content.decode()
        for file in made.files
    ]
    assert "Send the ethics approval" in pages[0] and "Hosting is not a cost" in pages[0]
    assert "12\xa0000.00" in pages[0] or "12 000.00" in pages[0]
    assert "On the reserve list, at place 1" in pages[2]


@pytest.mark.django_db
def test_what_a_manager_wrote_anew_is_what_the_applicant_reads() -> None:
    made = make.proposed(make.scene(files=2))
    decision = Decision.objects.get(application=made.files[1])
    services.change_decision(
        decision,
        outcome="reject",
        amounts={},
        reason="As agreed.",
        feedback="In our own words.",
        by=made.team.mia,
    )
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    services.release_decisions(made.reload().round, by=made.team.mia)
    page = sign_in(made.files[1].created_by).get(
        reverse("evaluation:feedback_panel", args=[made.files[1].ref])
    )
    assert b"In our own words." in page.content
    assert make.WORDS.encode() not in page.content


@pytest.mark.django_db
def test_the_summary_is_in_the_applicants_language(monkeypatch) -> None:
    made = make.ranked(make.scene(files=2))
    person = made.files[1].created_by
    person.language = "it"
    person.save()
    monkeypatch.setattr("evaluation.services.decisions.summary", lambda *_a, **_k: get_language())
    services.propose_decisions(made.round, by=made.team.mia)
    assert [Decision.objects.get(application=file).feedback for file in made.files] == ["en", "it"]


@pytest.mark.django_db(transaction=True)
def test_the_report_is_printed_once_and_anew_when_the_decision_changes() -> None:
    made = make.released(make.scene(files=2), sheets=[("5", "5"), ("1", "1")])
    file = Application.objects.get(pk=made.files[1].pk)
    url = reverse("evaluation:application_summary", args=[file.ref])
    client = sign_in(file.created_by)

    assert client.get(url).status_code in {200, 202}
    print_summary(file.pk, "en")
    assert print_summary(file.pk, "en") is False
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    kept = EvaluationSummary.objects.get()
    assert read_verified(kept.file).startswith(b"%PDF")
    assert feedback_of(file).figures.total == "20"
