"""The words of the publication check: parts of a call, duties, findings. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy


class Part(StrEnum):
    """The parts of a call, each with a page of its own."""

    TEXT = "text"
    DATES = "dates"
    INTAKE = "intake"
    MONEY = "money"
    INSTALMENTS = "instalments"
    APPLICANTS = "applicants"
    CRITERIA = "criteria"
    SELECTION = "selection"
    FORM = "form"
    DOCUMENTS = "documents"
    CHANNELS = "channels"
    LETTERS = "letters"


class Answer(StrEnum):
    """How a duty stands: kept, not kept (blocks publication), not kept for a recorded reason that the second manager
    confirms by publishing, or worth a thought."""

    KEPT = "kept"
    MISSING = "missing"
    EXCEPTED = "excepted"
    ADVICE = "advice"


class Duty(StrEnum):
    """The duties from which a call may depart for a recorded reason."""

    TWO_MONTHS = "two_months"
    SME_SHARE = "sme_share"
    CHANNELS = "channels"
    ANSWER_DAY = "answer_day"


DUTIES: dict[Duty, Any] = {
    Duty.TWO_MONTHS: gettext_lazy("Open for at least two months"),
    Duty.SME_SHARE: gettext_lazy("Three quarters of the EU grant for SMEs"),
    Duty.CHANNELS: gettext_lazy("Published on the portal and on a website"),
    Duty.ANSWER_DAY: gettext_lazy("A day by which applicants have their answer"),
}
SME_SHARE = 75
"""Percent of the EU grant that goes to SMEs (SMP-COSME-2021-CLUSTER: 75 % to SMEs, 25 % to joint activities)."""


@dataclass(frozen=True)
class Finding:
    """One duty of the publication check: where it belongs, how it stands, and the sentence that says so."""

    part: Part
    answer: Answer
    sentence: str
    duty: str = ""

    @property
    def may_be_excepted(self) -> bool:
        """Can a reason be recorded instead? (For the two months that is done with the dates.)"""
        return bool(self.duty) and self.duty != Duty.TWO_MONTHS

    @property
    def blocks(self) -> bool:
        return self.answer is Answer.MISSING
