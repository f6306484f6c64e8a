"""What is typed about an objection: by the applicant, the manager who names a handler, and the handler."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from calls.models import Criterion
from core.files import KINDS
from core.forms import EurField, Form, unmarked
from evaluation.forms.judging import ScoreForm
from evaluation.models import LONGEST_OBJECTION
from evaluation.states import Ground, ObjectionState, Remedy, Verdict

MOST_FILES = 3
ENDINGS = ",".join(ending for endings in KINDS.values() for ending in endings)


class ObjectionForm(Form):
    """Grounds, words, and perhaps files."""

    ground = forms.ChoiceField(
        label=_("What is your objection about?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two: there is no other ground.")},
    )
    text = forms.CharField(
        label=_("What was wrong?"),
        max_length=LONGEST_OBJECTION,
        required=False,
        help_text=_(
            "Name the rule of the call or the error, and where it shows. Write it as you would to a stranger."
        ),
        widget=forms.Textarea(attrs={"rows": 10, "data-count": "characters", "data-max": LONGEST_OBJECTION}),
    )
    unmarked(text)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_FILES + 1):
            self.fields[f"file_{number}"] = forms.FileField(
                label=_("File %(n)d") % {"n": number},
                required=False,
                allow_empty_file=True,
                widget=forms.FileInput(attrs={"accept": ENDINGS}),
            )

    def clean(self) -> dict[str, Any]:
        """`files`: what was chosen, in order."""
        data = super().clean() or {}
        found = [data.pop(f"file_{number}", None) for number in range(1, MOST_FILES + 1)]
        text = data.get("text", "").replace("\r\n", "\n")
        return {**data, "text": text, "files": [upload for upload in found if upload]}


class HandlerForm(Form):
    """Who examines it."""

    handler = forms.TypedChoiceField(
        label=_("Who examines this objection?"),
        coerce=int,
        help_text=_("Only people of the project who did not take part in the decision stand here."),
        error_messages={"required": _("Choose a person.")},
    )

    def __init__(self, *args: Any, people: Sequence[User], now: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].choices = [("", "—"), *((person.pk, str(person)) for person in people)]
        self.fields["handler"].initial = now


class ObjectionAnswerForm(Form):
    """What the handler finds, with reasons."""

    verdict = forms.ChoiceField(
        label=_("The objection is"),
        choices=[
            (ObjectionState.INADMISSIBLE, _("Inadmissible: it is on no ground that an objection can have")),
            (ObjectionState.REJECTED, _("Rejected: the procedure was kept, and there is no manifest error")),
            (ObjectionState.UPHELD, _("Upheld: the file is examined again")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the objection.")},
    )
    remedy = forms.ChoiceField(
        label=_("What is done again?"),
        choices=[],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only where the objection is upheld."),
    )
    unmarked(remedy)
    answer = forms.CharField(
        label=_("The reasons"),
        max_length=8000,
        required=False,
        help_text=_("The applicant receives them word for word."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    unmarked(answer)

    def __init__(self, *args: Any, remedies: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remedy"].choices = [(one, Remedy(one).label) for one in remedies]


class ReexaminationForm(ScoreForm):
    """What the file gets now, with the scores given anew where it is scored again."""

    verdict = forms.ChoiceField(
        label=_("What does the file get?"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the file gets.")},
    )
    amount_cents = EurField(label=_("Amount in all, EUR"), required=False, help_text=_("If it is funded."))
    unmarked(amount_cents)
    reason = forms.CharField(
        label=_("Why"),
        max_length=4000,
        required=False,
        help_text=_("Stands in the letter."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    unmarked(reason)
    experts = forms.CharField(
        label=_("Who judged it anew?"),
        max_length=300,
        required=False,
        help_text=_("Stays on record; the letter does not name them."),
    )
    unmarked(experts)

    def __init__(
        self,
        *args: Any,
        verdicts: Sequence[Verdict],
        criteria: Sequence[Criterion],
        asked_cents: int,
        gives_money: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, criteria=criteria, given={}, **kwargs)
        self.fields["verdict"].choices = [(one, one.label) for one in verdicts]
        self.fields["amount_cents"].initial = asked_cents
        if not gives_money:
            del self.fields["amount_cents"]
        if not criteria:
            del self.fields["experts"]
        marks = [name for name in self.fields if name.startswith(("score_", "reason_"))]
        self.order_fields([*marks, "experts", "verdict", "amount_cents", "reason"])

    @property
    def is_partial(self) -> bool:
        return False

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        data = self.cleaned_data
        return {
            "verdict": data.get("verdict", ""),
            "amount_cents": data.get("amount_cents") or 0,
            "reason": data.get("reason", "").replace("\r\n", "\n"),
            "experts": data.get("experts", ""),
            "scores": typed["scores"],
            "words": typed["reasons"],
        }


class ProcedureForm(Form):
    """The time limits of a call after its decisions."""

    redress_days = forms.IntegerField(
        label=_("Days to object"),
        min_value=1,
        max_value=90,
        help_text=_("Counted from the day on which the letter is sent. The same as in the text of the call."),
    )
    answer_days = forms.IntegerField(label=_("Days to answer an objection"), min_value=1, max_value=90)
