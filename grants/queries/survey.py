"""Short questions after the last payment: who is asked, and what all said together."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from calls.models import Call
from core import clock
from core.actions import NextAction
from core.surveys import Answers, together
from grants.models import Agreement, AgreementQuerySet, MilestoneShare, Payment
from grants.states import AgreementState, MilestoneState, PaymentState
from grants.surveys import PaymentAnswer, SurveyDeclined

ASKED_DAYS = 60
"""So long after the last payment home pages ask; the page itself stays open."""


def paid_off() -> AgreementQuerySet:
    """Agreements that have ended, with something paid and nothing left to pay."""
    paid = Payment.objects.filter(
        milestone=OuterRef("milestone"), organisation=OuterRef("organisation"), state=PaymentState.PAID
    )
    unpaid = MilestoneShare.objects.filter(
        ~Exists(paid),
        milestone__agreement=OuterRef("pk"),
        milestone__state=MilestoneState.ACCEPTED,
        amount_cents__gt=0,
    ).exclude(accepted_cents=0)
    something = Payment.objects.filter(milestone__agreement=OuterRef("pk"), state=PaymentState.PAID)
    ended = [AgreementState.COMPLETED, AgreementState.TERMINATED]
    return Agreement.objects.filter(Exists(something), ~Exists(unpaid), state__in=ended)


def takes_payment_survey(agreement: Agreement) -> bool:
    """Was the last payment of it made?"""
    return paid_off().filter(pk=agreement.pk).exists()


def payment_answer_of(agreement: Agreement) -> PaymentAnswer | None:
    """What the beneficiary's people said, if anything."""
    return PaymentAnswer.objects.filter(agreement=agreement).first()


def payment_survey_of(call: Call) -> Answers:
    """All answers of a call. One query."""
    return together(PaymentAnswer.objects.filter(agreement__application__call=call), "clarity", "speed")


def to_say(user: Any) -> list[NextAction]:
    """The short questions that the person may answer: each stands until somebody of theirs did, or they decline it."""
    since = clock.now().date() - timedelta(days=ASKED_DAYS)
    last = Payment.objects.filter(
        milestone__agreement=OuterRef("pk"), state=PaymentState.PAID, paid_on__gte=since
    )
    found = (
        paid_off()
        .visible_to(user)
        .filter(Exists(last), survey=None)
        .exclude(pk__in=SurveyDeclined.objects.filter(user=user).values("agreement"))
    )
    return [
        NextAction(
            _("How were the reports and the payments?"),
            reverse("grants:agreement_survey", args=[ref]),
            ref,
            decline_url=reverse("grants:agreement_survey_decline", args=[ref]),
        )
        for ref in found.order_by("pk").values_list("ref", flat=True)
    ]
