"""From an empty project to a call that takes applications, by two managers with nothing but forms."""

from datetime import UTC, datetime

from django.urls import reverse

from calls.models import Call
from core import clock
from core.models import OutgoingMessage
from funding import queries as funding
from tests.calls.pages import criterion, instalment, rows_sent, text
from tests.calls.test_services_publishing import pdf


def test_call_is_created_finished_proposed_published_and_opens_by_itself(team, signed_in, client):
    mia, luc = signed_in(team.mia), signed_in(team.luc)

    def send(name: str, data: dict, *more: str) -> None:
        response = mia.post(reverse(f"calls:{name}", args=["innovation-vouchers-2027", *more]), data)
        assert response.status_code == 302, text(response)

    created = mia.post(
        reverse("calls:call_create"),
        {"voucher_type": team.voucher_type.pk, "title": "Innovation vouchers 2027", "code": "DRM-27"},
    )
    assert created.url == "/calls/innovation-vouchers-2027/edit/"
    assert "12 things are missing" in text(mia.get(created.url))

    texts = {"summary": "Up to 30 000 EUR.", "description": "- tests", "eligibility": "SMEs.", "process": "Two evaluators.", "redress": "Within seven days.", "privacy": "Kept for five years."}  # fmt: skip
    send("call_part", {"title": "Innovation vouchers 2027", **texts}, "text")
    dates = {
        "opens_day": "2027-03-01",
        "opens_hour": "12:00",
        "closes_day": "2027-05-03",
        "closes_hour": "17:00",
    }
    send("call_part", {**dates, "decision_by": "2027-07-01", "agreement_by": "2027-08-01", "project_months": "12"}, "dates")  # fmt: skip
    money = {
        **rows_sent([], 0),
        "budget_cents": "140 000",
        "project_min_cents": "10 000",
        "project_max_cents": "30 000",
    }
    send("call_part", {**money, "award_unit": "rate", "sme_max_cents": "30 000", "rate": "70 %"}, "money")
    send(
        "call_part",
        rows_sent([instalment("40", due="signature"), instalment("60", month="12")], 0),
        "instalments",
    )
    send("call_part", {"activities": "tests\r\ntraining", "whole_union": "on", "sizes": ["micro", "small", "medium"], "partners_min": 1, "partners_max": 3}, "applicants")  # fmt: skip
    total = {"total_method": "weighted", "overall_threshold": "60"}
    send("call_part", {**total, **rows_sent([criterion("excellence", "60"), criterion("impact", "40")], 0)}, "criteria")  # fmt: skip
    selection = {
        "evaluators_per_file": "2",
        "country_rule": "every",
        "combine": "mean",
        "divergence_of": "points",
        "divergence_then": "third",
        "tie_break": "impact",
        "cut_rule": "stop",
    }
    send("call_part", {**selection, **rows_sent([], 0)}, "selection")
    send("section_add", {"title": "Idea"})
    send("question_add", {"label": "What do you do?", "type": "long_text", "required": "on"}, "idea")
    send("call_documents", {"title": "Guide for applicants", "file": pdf()})
    assert "Everything is there" in text(mia.get(created.url))

    send("publication_propose", {})
    (mail,) = OutgoingMessage.objects.filter(kind="publication_proposed")
    assert mail.to == team.luc.email
    assert client.get("/calls/innovation-vouchers-2027/").status_code == 404
    published = luc.post(reverse("calls:call_publish", args=["innovation-vouchers-2027"]), follow=True)
    assert "The call is published. It opens and closes by itself." in text(published)

    call = Call.objects.get()
    assert funding.line_money(call.budget_line).reserved == 140_000_00
    page = text(client.get("/calls/innovation-vouchers-2027/"))
    assert "Monday 1 March 2027, 12:00 Brussels time" in page
    assert "Guide for applicants" in page
    assert "70 of 100" not in page and "60 of 100 in the weighted total" in page
    with clock.stopped_at(datetime(2027, 3, 1, 11, 0, tzinfo=UTC)):
        page = text(client.get("/calls/innovation-vouchers-2027/"))
        assert "Start an application" in page
        assert 'href="/calls/innovation-vouchers-2027/"' in text(client.get("/"))
