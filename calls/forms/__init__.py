"""What managers type about a call."""

from calls.forms.channels import AssociationForm, ChannelsForm, ExceptionForm
from calls.forms.filing import CloneForm, ImportForm
from calls.forms.parts import ApplicantsForm, CreateForm, DatesForm, DocumentForm, MoneyForm, TextForm
from calls.forms.publishing import CancelForm, DeclineForm, ExtendForm, PlainForm
from calls.forms.questions import QuestionForm, SectionWordsForm
from calls.forms.rows import CriteriaForm, InstalmentsForm
from calls.forms.rules import RuleForm
from calls.forms.selection import SelectionForm

__all__ = [
    "ApplicantsForm",
    "AssociationForm",
    "CancelForm",
    "ChannelsForm",
    "CloneForm",
    "CreateForm",
    "CriteriaForm",
    "DatesForm",
    "DeclineForm",
    "DocumentForm",
    "ExceptionForm",
    "ExtendForm",
    "ImportForm",
    "InstalmentsForm",
    "MoneyForm",
    "PlainForm",
    "QuestionForm",
    "RuleForm",
    "SectionWordsForm",
    "SelectionForm",
    "TextForm",
]
