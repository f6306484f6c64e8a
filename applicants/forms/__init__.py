"""What applicants type, besides the form of the call (which calls.formkit builds)."""

from applicants.forms.aid import AidSheetForm, typed_aid, typed_members
from applicants.forms.checking import CheckForm
from applicants.forms.correcting import CorrectionForm
from applicants.forms.drafting import (
    AMOUNTS,
    AskPartnerForm,
    GiveForm,
    ParticipationForm,
    PartnerForm,
    PartnersForm,
    RemovalForm,
    SendBackForm,
    SignatureForm,
    StartForm,
    SubmitForm,
    TitleForm,
    UploadForm,
    WithdrawForm,
)
from applicants.forms.extending import ExtensionForm, ProposeExtensionForm, RefuseExtensionForm
from applicants.forms.mandates import AcceptForm, MandateForm
from applicants.forms.messages import MessageForm
from applicants.forms.rehearsal import MadeUpForm, RehearsalForm, boxes_of_form, number_in
from applicants.forms.sme import SmeForm, SmeRowForm, SmeSheetForm, typed
from applicants.forms.survey import SurveyForm
from applicants.forms.verifying import ReceiptForm

__all__ = [
    "AMOUNTS",
    "AcceptForm",
    "AidSheetForm",
    "AskPartnerForm",
    "CheckForm",
    "CorrectionForm",
    "ExtensionForm",
    "GiveForm",
    "MadeUpForm",
    "MandateForm",
    "MessageForm",
    "ParticipationForm",
    "PartnerForm",
    "PartnersForm",
    "ProposeExtensionForm",
    "ReceiptForm",
    "RefuseExtensionForm",
    "RehearsalForm",
    "RemovalForm",
    "SendBackForm",
    "SignatureForm",
    "SmeForm",
    "SmeRowForm",
    "SmeSheetForm",
    "StartForm",
    "SubmitForm",
    "SurveyForm",
    "TitleForm",
    "UploadForm",
    "WithdrawForm",
    "boxes_of_form",
    "number_in",
    "typed",
    "typed_aid",
    "typed_members",
]
