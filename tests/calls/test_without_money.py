"""A call without money is designed, checked and published; nothing of it stands in the books."""

import pytest
from django.test import Client

from calls import queries, services
from calls.awards import AwardUnit
from calls.duties import Part
from calls.formkit import DefinitionError, parse
from calls.models import Call, Instalment
from core.errors import DomainError
from funding.models import LedgerEntry
from tests.calls.pages import part_url, sent_unchanged

pytestmark = pytest.mark.django_db


def test_a_call_without_money_is_published_without_a_line_in_the_books(ready, team, mia):
    page = part_url(ready, "money")
    emptied = dict.fromkeys(("budget_cents", "project_max_cents", "sme_max_cents", "rate"), "")
    sent = {**sent_unchanged(mia.get(page)), **emptied}
    refused = mia.post(page, sent)
    assert (refused.status_code, "budget_cents" in refused.context["form"].errors) == (422, True)

    Call.objects.filter(pk=ready.pk).update(partners_max=2)
    several = mia.post(page, {**sent, "award_unit": "none"})
    assert "each organisation applies alone" in several.text
    Call.objects.filter(pk=ready.pk).update(partners_min=1, partners_max=1)
    sent["seen"] = sent_unchanged(mia.get(page))["seen"]
    assert mia.post(page, {**sent, "award_unit": "none"}).status_code == 302
    ready.refresh_from_db()
    assert (ready.budget_cents, ready.sme_max_cents, Instalment.objects.filter(call=ready).count()) == (
        0,
        0,
        0,
    )
    with pytest.raises(DomainError, match="gives no money"):
        services.change_instalments(ready, instalments=[], by=team.mia)
    found = {one.sentence for one in queries.findings(ready) if one.part in (Part.MONEY, Part.INSTALMENTS)}
    assert found == {
        "No money is given: accepted entries stand in a public catalogue.",
        "No money, so nothing is paid.",
    }
    copy = services.import_call(queries.file_of(ready), project=team.project, by=team.mia, code="COPY")
    assert queries.file_of(copy) == queries.file_of(ready).replace(f"code: {ready.code}\n", "code: COPY\n", 1)

    before = LedgerEntry.objects.count()
    services.propose_publication(ready, by=team.mia)
    services.publish_call(ready, by=team.luc)
    published = Call.objects.get(pk=ready.pk)
    assert (published.state, published.budget_line, LedgerEntry.objects.count()) == (
        "published",
        None,
        before,
    )
    shown = Client().get(published.get_absolute_url()).text
    assert ("This call gives no money" in shown, "Money in this call" in shown) == (True, False)
    assert published.award_unit == AwardUnit.NONE
    services.cancel_call(published, reason="No expert needed.", by=team.mia)


def test_files_never_stand_in_a_catalogue():
    question = {"key": "cv", "type": "file", "label": "CV", "accept": ["application/pdf"], "listed": True}
    with pytest.raises(DefinitionError, match="never stand in a public catalogue"):
        parse({"sections": [{"key": "s", "title": "S", "questions": [question]}]})
