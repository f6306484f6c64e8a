"""Asking about a call, answering to everybody, and asking for news."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.forms.fields import TextField
from calls.models.enquiries import LONGEST_ANSWER, LONGEST_QUESTION
from core.bots import PaceCheck
from core.forms import Form


class AskForm(PaceCheck, Form):
    """A question; an address only where there is no account."""

    text = TextField(
        label=_("Your question"),
        rows=6,
        max_length=LONGEST_QUESTION,
        help_text=_("Leave out names and what is secret: the question may be published, in other words."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_(
            "We write to it once, when the answer is there. Nobody sees it, the call office neither."
        ),
    )

    def __init__(self, data: Any = None, *, is_known: bool) -> None:
        super().__init__(data)
        if is_known:
            del self.fields["email"]
            self.leave_pace()


class AnswerForm(Form):
    """The wording that everybody reads."""

    question = TextField(
        label=_("The question, as everybody reads it"),
        rows=4,
        max_length=LONGEST_QUESTION,
        help_text=_("Take out whatever shows who asked."),
    )
    text = TextField(label=_("Answer"), rows=8, max_length=LONGEST_ANSWER)


class CorrectionForm(AnswerForm):
    """Another wording, and why."""

    reason = TextField(
        label=_("Why it is corrected"),
        rows=2,
        max_length=1000,
        help_text=_("Everybody reads this; the earlier wording stays to be read."),
    )


class WithdrawalForm(Form):
    """Why an answer no longer counts."""

    reason = TextField(
        label=_("Why it is withdrawn"),
        rows=3,
        max_length=1000,
        help_text=_("Everybody reads this; the answer stays to be read as withdrawn."),
    )


class AsideForm(Form):
    """Why it is no question about the call."""

    reason = TextField(
        label=_("Why it is not a question about the call"),
        rows=3,
        max_length=1000,
        help_text=_(
            "Whoever wrote it gets this by mail. Do not answer a question here: answers go to everybody."
        ),
    )


class PointForm(Form):
    """Which answer says it already."""

    number = forms.TypedChoiceField(label=_("Answered already by"), coerce=int)

    def __init__(self, data: Any = None, *, answers: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["number"].choices = answers


class SubscribeForm(PaceCheck, Form):
    """An address, where there is no account."""

    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=_("We ask it to confirm; without that nothing is sent.")
    )

    def __init__(self, data: Any = None, *, is_known: bool) -> None:
        super().__init__(data)
        if is_known:
            del self.fields["email"]
            self.leave_pace()
