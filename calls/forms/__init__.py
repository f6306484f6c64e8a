"""What managers type about a call."""

from calls.forms.channels import AssociationForm, ChannelsForm, ExceptionForm
from calls.forms.enquiries import (
    AnswerForm,
    AsideForm,
    AskForm,
    CorrectionForm,
    PointForm,
    SubscribeForm,
    WithdrawalForm,
)
from calls.forms.filing import CloneForm, ImportForm, SampleForm
from calls.forms.incidents import IncidentEndForm, IncidentForm, IncidentPublishForm
from calls.forms.intake import IntakeForm
from calls.forms.money import MoneyForm
from calls.forms.parts import ApplicantsForm, CreateForm, DatesForm, DocumentForm, LettersForm, TextForm
from calls.forms.publishing import CancelForm, DeclineForm, ExtendForm
from calls.forms.questions import QuestionForm, SectionWordsForm
from calls.forms.rows import CriteriaForm, InstalmentsForm
from calls.forms.rules import RuleForm
from calls.forms.selection import SelectionForm

__all__ = [
    "AnswerForm",
    "ApplicantsForm",
    "AsideForm",
    "AskForm",
    "AssociationForm",
    "CancelForm",
    "ChannelsForm",
    "CloneForm",
    "CorrectionForm",
    "CreateForm",
    "CriteriaForm",
    "DatesForm",
    "DeclineForm",
    "DocumentForm",
    "ExceptionForm",
    "ExtendForm",
    "ImportForm",
    "IncidentEndForm",
    "IncidentForm",
    "IncidentPublishForm",
    "InstalmentsForm",
    "IntakeForm",
    "LettersForm",
    "MoneyForm",
    "PointForm",
    "QuestionForm",
    "RuleForm",
    "SampleForm",
    "SectionWordsForm",
    "SelectionForm",
    "SubscribeForm",
    "TextForm",
    "WithdrawalForm",
]
