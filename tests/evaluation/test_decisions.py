"""From the ranked list to released decisions."""

import pytest
from applicants.models import Application
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Decision, Round
from funding.models import Account
from funding.queries import held_cents, line_balance

from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db


def outcomes(made: make.Scene) -> list[tuple[str, str]]:
    rows = Decision.objects.filter(round=made.round).order_by("rank", "pk")
    return list(rows.values_list("application__ref", "outcome"))


def test_release_decisions_tells_everyone_what_was_previewed(now) -> None:
    made = make.confirmed(make.scene(files=2), [("5", "5"), ("2", "2")])
    letters = dict(Decision.objects.values_list("application__ref", "letter"))

    services.release_decisions(made.round, by=made.team.mia)

    made.reload()
    assert [file.state for file in made.files] == ["selected", "rejected"]
    assert {file.ref: file.outcome_text for file in made.files} == letters
    mails = OutgoingMessage.objects.filter(kind="outcome_released")
    assert mails.count() == 2
    for mail in mails:
        assert letters[mail.about.ref] in mail.text
