"""Less than asked, and with conditions: from the decision to the agreement (EEA fund: full, reduced, conditional, reject)."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core.errors import DomainError, Incomplete, InvalidTransition
from core.files import store_bytes
from evaluation import services as evaluation
from evaluation.models import Decision, DecisionCondition
from evaluation.queries import listed_files
from grants import services
from grants.models import Agreement
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.grants.factories import STARTS_ON

pytestmark = pytest.mark.django_db
PERMIT = "The permit of the town is there."


def test_a_reduced_award_with_a_condition_from_the_decision_to_the_agreement() -> None:
    made = make.proposed(make.scene(files=1, evaluators=2))
    mia, luc, file = made.team.mia, made.team.luc, made.files[0]
    client = sign_in(luc)
    url = {
        name: reverse(f"evaluation:{name}", args=[made.call.slug, file.ref])
        for name in ("decision_change", "file_detail")
    }
    sent = {
        "outcome": "fund",
        f"amount_{file.organisation_id}": "15 000.00",
        "conditions": f"{PERMIT}\n\n A quote of the supplier. ",
        "reason": "The committee leaves out the second machine.",
        "feedback": "Good.",
    }
    assert client.post(url["decision_change"], sent).status_code == 302
    decision = Decision.objects.get()
    assert [one.text for one in decision.conditions.all()] == [PERMIT, "A quote of the supplier."]
    assert [row.tag for row in listed_files(made.reload().round, mia)] == ["Fund, reduced, with conditions"]
    for words in ("You asked for 20\u00a0000.00", "leaves out the second machine", f"- {PERMIT}"):
        assert words in decision.letter

    permit, quote = decision.conditions.all()
    with pytest.raises(InvalidTransition):
        evaluation.meet_condition(permit, how="Letter of 3 May", by=mia)
    evaluation.confirm_decisions(made.round, by=mia)
    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        DecisionCondition.objects.filter(pk=permit.pk).update(text="Nothing.")
    evaluation.release_decisions(made.reload().round, by=luc)
    assert PERMIT in sign_in(file.created_by).get(reverse("grants:agreement_panel", args=[file.ref])).text

    agreement = services.draft_agreement(file, by=mia, starts_on=STARTS_ON)
    assert agreement.amount_cents == 15_000_00
    assert [row.amount_cents for row in agreement.milestones.order_by("position")] == [6_000_00, 9_000_00]
    paper = store_bytes(b"%PDF-1.7", name="agreement.pdf", media_type="application/pdf", by=None)
    Agreement.objects.update(document=paper)
    with pytest.raises(Incomplete) as refused:
        services.send_agreement(Agreement.objects.get(), by=mia)
    assert [gap.message for gap in refused.value.gaps] == [PERMIT, "A quote of the supplier."]
    assert PERMIT in client.get(agreement.staff_url()).text

    with pytest.raises(DomainError, match="by what you know"):
        evaluation.meet_condition(permit, how=" ", by=mia)
    evaluation.meet_condition(permit, how="Letter of 3 May", by=mia)
    met = reverse("evaluation:condition_met", args=[made.call.slug, file.ref, quote.ref])
    assert client.post(met, {"how": ""}).status_code == 422
    assert client.post(met, {"how": "Quote 17 of 4 May"}).status_code == 302
    assert "Quote 17 of 4 May" in client.get(url["file_detail"]).text
    with pytest.raises(InvalidTransition):
        evaluation.meet_condition(permit, how="Again", by=mia)
    assert services.send_agreement(Agreement.objects.get(), by=mia).state == "sent"
