"""A call without money: from the draft to the public catalogue, and an entry that another call's applicants choose."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applicants import queries, services
from applicants.catalogues import accepted_entries
from calls import formkit
from calls.models import FormRevision
from core import clock
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from evaluation.models import Decision
from evaluation.services import open_round
from funding.models import LedgerEntry
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db


def experts(team) -> make.Scene:
    """Two experts in a closed call without money; what they say of themselves is public, their readiness is not."""
    now = clock.now()
    dates = {"opens_at": now - timedelta(days=70), "closes_at": now - timedelta(hours=1)}
    call = calls.call(team, published=False, **calls.WITHOUT_MONEY, **dates)
    definition = deepcopy(calls.DEFINITION)
    definition["sections"][0]["questions"][0]["listed"] = True
    FormRevision.objects.filter(call=call).update(definition=definition)
    calls.publish(call, team)
    made = make.Scene(team, call, open_round(call, by=team.mia))
    made.files = [
        applications.application(call, title=title, requested_cents=0) for title in ("Audits", "Life cycles")
    ]
    made.evaluators = [make.evaluator(made.round, name) for name in ("Eva Novak", "Ed Byrne")]
    return made


def test_accepted_entries_stand_in_the_catalogue_until_one_is_taken_out() -> None:
    team = funding.team()
    entries = LedgerEntry.objects.count()
    made = make.confirmed(experts(team), [("5", "5"), ("2", "2")])
    page = reverse("applicants:catalogue", args=[made.call.slug])
    assert "Nothing is listed yet" in Client().get(page).text
    board = sign_in(team.mia).get(reverse("evaluation:ranking", args=[made.call.slug])).text
    assert ("Accept" in board, "Asked, EUR" in board, "EUR" in board) == (True, False, False)
    make.services.release_decisions(made.round, by=team.mia)
    good, weak = made.reload().files

    assert LedgerEntry.objects.count() == entries
    assert [row.outcome for row in Decision.objects.order_by("pk")] == ["fund", "reject"]
    letter = Decision.objects.get(application=good).letter
    assert ("stands in the public catalogue" in letter, "EUR" in letter) == (True, False)
    shown = Client().get(page).text
    assert (good.ref in shown, weak.ref in shown) == (True, False)
    assert ("Parts are checked by hand." in shown, "TRL now" in shown) == (True, False)
    assert "grant agreement" not in sign_in(good.created_by).get(good.get_absolute_url()).text.lower()

    name = f"call:{made.call.code}"
    (item,) = accepted_entries(name)
    question = formkit.parse(
        {"sections": [{"key": "s", "title": "S", "questions": [
            {"key": "expert", "type": "catalogue", "label": "Expert", "catalogue": name}]}]}
    ).question("expert")  # fmt: skip
    chosen = formkit.clean_answer(question, good.ref)

    staff = reverse("applicants:staff_entry_remove", args=[made.call.slug, good.ref])
    client = sign_in(team.mia)
    assert client.post(staff, {"reason": " "}).status_code == 422
    assert client.post(staff, {"reason": "The licence ended."}).status_code == 302
    assert accepted_entries(name) == []
    assert good.ref not in Client().get(page).text
    assert "The licence ended." in sign_in(good.created_by).get(good.get_absolute_url()).text
    assert "The licence ended." in OutgoingMessage.objects.get(kind="entry_removed").text
    with pytest.raises(DomainError, match="not in the catalogue any more"):
        formkit.clean_answer(question, good.ref)
    assert formkit.display(question, chosen) == item.label == f"{good.organisation.legal_name}: Audits"

    with pytest.raises(InvalidTransition):
        services.remove_entry(good, reason="Again", by=team.mia)
    services.restore_entry(good, by=team.mia)
    assert accepted_entries(name) == [item]
    with pytest.raises(InvalidTransition):
        services.restore_entry(good, by=team.mia)
    with pytest.raises(InvalidTransition):
        services.remove_entry(weak, reason="Never in", by=team.mia)


def test_a_draft_is_asked_for_no_money() -> None:
    call = calls.call(funding.team(), **calls.WITHOUT_MONEY)
    file = applications.application(call, submitted=False, requested_cents=0)
    client = sign_in(file.created_by)
    content = queries.content_of(file.versions.select_related("form_revision").get())

    assert [step.key for step in queries.steps(content)] == ["about", "idea", "files", "declarations"]
    assert [gap.message for gap in queries.gaps(content)] == []
    answer = client.get(reverse("applicants:application_partners", args=[file.ref]))
    assert (answer.status_code, answer.url) == (302, file.get_absolute_url())
    start = client.get(reverse("applicants:application_start", args=[call.slug])).text
    assert ("costs" in start, "May still receive" in start) == (False, False)


def test_a_catalogue_exists_only_without_money() -> None:
    call = calls.call(funding.team())

    assert Client().get(reverse("applicants:catalogue", args=[call.slug])).status_code == 404
