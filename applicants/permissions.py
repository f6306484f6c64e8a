"""Who may do what with an application; the policy's lines for this app."""

from typing import Any

from accounts.permissions import may_sign_for
from applicants.models import Application, Mandate
from applicants.queries.lists import OwnApplication
from applicants.states import ApplicationState
from core import clock
from core.policy import ANYONE, SIGNED_IN, Rule, rule
from core.workflow import is_allowed
from funding.permissions import MANAGER, STAFF

_OWN = "own organisations' applications"
_PARTNER = "own organisations' parts in applications of others"
_TESTS = "test submissions of calls of own projects, drafts too"
_EXTENSIONS = "requests for more time in calls of own projects, of drafts too"
_STAFF = "submitted applications of own projects"

POLICY: dict[str, Rule] = {
    "applicants:call_check": rule(ANYONE, scope="public calls, nothing is kept"),
    "applicants:organisation_mandates": rule(SIGNED_IN, scope="own organisations; signatories give"),
    "applicants:mandate_list": rule(
        SIGNED_IN, scope="mandates that were given to the person or their organisation"
    ),
    "applicants:mandate_end": rule(
        SIGNED_IN, scope="mandates of either side: its signatories, or who holds it"
    ),
    "applicants:mandate": rule(ANYONE, scope="whoever has the link"),
    "applicants:mandate_register": rule(ANYONE, scope="whoever has the link"),
    "applicants:mandate_decline": rule(ANYONE, scope="whoever has the link"),
    "applicants:organisation_size": rule(SIGNED_IN, scope="own organisations"),
    "applicants:sme_check": rule(ANYONE, scope="public page, nothing is kept"),
    "applicants:receipt_check": rule(ANYONE, scope="what the visitor holds the fingerprint of"),
    "applicants:seal_certificate": rule(ANYONE, scope="a public certificate"),
    "api:sme_check": rule(ANYONE, scope="public answer, nothing is kept"),
    "applicants:catalogue": rule(ANYONE, scope="accepted entries of public calls without money"),
    "applicants:application_list": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_start": rule(SIGNED_IN, scope="open calls, for own organisations"),
    "applicants:application_detail": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_about": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_partners": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_partner_add": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_partner_remove": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_partner_ask": rule(SIGNED_IN, scope=_OWN),
    "applicants:participation_detail": rule(SIGNED_IN, scope=_PARTNER),
    "applicants:participation_part": rule(SIGNED_IN, scope=_PARTNER),
    "applicants:participation_section": rule(SIGNED_IN, scope=_PARTNER),
    "applicants:application_aid": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_section": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_copy": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_copy_from": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_question": rule(SIGNED_IN, scope=_OWN),
    "applicants:section_presence": rule(ANYONE, scope="whoever holds the pass of a page they were shown"),
    "applicants:application_upload_begin": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_upload": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_form_change": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_check": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_draft_pdf": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_submit": rule(SIGNED_IN, scope=f"{_OWN}, as signatory"),
    "applicants:application_signature": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_signature_back": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_correction": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_extension": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_extension_back": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_change": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_discard": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_withdraw": rule(SIGNED_IN, scope=f"{_OWN}, as signatory"),
    "applicants:application_version": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_receipt": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_receipt_pdf": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_survey": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_data": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_file": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_messages": rule(SIGNED_IN, scope=_OWN),
    "applicants:application_message_file": rule(SIGNED_IN, scope=_OWN),
    "applicants:staff_message_list": rule(*STAFF, scope=_STAFF),
    "applicants:staff_messages": rule(*STAFF, scope=f"{_STAFF}; managers write"),
    "applicants:staff_correction": rule(*STAFF, scope=f"{_STAFF}; managers ask"),
    "applicants:staff_correction_take_back": rule(MANAGER, scope=_STAFF),
    "applicants:staff_extension_list": rule(*STAFF, scope=_EXTENSIONS),
    "applicants:staff_extension": rule(*STAFF, scope=f"{_EXTENSIONS}; managers propose"),
    "applicants:staff_extension_give": rule(MANAGER, scope=f"{_EXTENSIONS}, not the own proposal"),
    "applicants:staff_extension_refuse": rule(MANAGER, scope=_EXTENSIONS),
    "applicants:staff_messages_settle": rule(MANAGER, scope=_STAFF),
    "applicants:staff_message_file": rule(*STAFF, scope=_STAFF),
    "applicants:staff_form_change": rule(
        MANAGER, scope="calls of own projects: drafts as counts", sensitive=True
    ),
    "applicants:staff_survey": rule(
        MANAGER, scope="calls of own projects, all answers together and without names"
    ),
    "applicants:staff_rehearsal_list": rule(*STAFF, scope=_TESTS),
    "applicants:staff_rehearsal_new": rule(*STAFF, scope=_TESTS),
    "applicants:staff_rehearsal_detail": rule(*STAFF, scope=_TESTS),
    "applicants:staff_rehearsal_document": rule(*STAFF, scope=_TESTS),
    "applicants:staff_rehearsal_delete": rule(MANAGER, scope=_TESTS),
    "applicants:staff_rehearsal_delete_all": rule(MANAGER, scope=_TESTS),
    "applicants:staff_check_counts": rule(*STAFF, scope="calls of own projects"),
    "applicants:staff_aid_register": rule(*STAFF, scope="de minimis aid of own projects"),
    "applicants:staff_application_list": rule(*STAFF, scope=_STAFF),
    "applicants:staff_application_detail": rule(*STAFF, scope=_STAFF),
    "applicants:staff_application_file": rule(*STAFF, scope=_STAFF),
    "applicants:staff_application_receipt": rule(*STAFF, scope=_STAFF),
    "applicants:staff_entry_remove": rule(MANAGER, scope="catalogues of own projects"),
    "applicants:staff_entry_restore": rule(MANAGER, scope="catalogues of own projects"),
}


def can_write_application(user: Any, application: Application) -> bool:
    """May the person write in it? Everybody of the organisation may, and who holds a mandate for it."""
    return Application.objects.visible_to(user).filter(pk=application.pk).exists()


def can_submit_application(user: Any, application: Application) -> bool:
    """Only a signatory of the organisation submits: the declarations bind it."""
    return may_sign_for(user, application.organisation_id)


def is_own_person(user: Any, application: Application) -> bool:
    """Does the person belong to the applicant? Who writes under a mandate does not, and speaks for it to nobody."""
    return Application.objects.of_own_people(user).filter(pk=application.pk).exists()


def can_end_mandate(user: Any, mandate: Mandate) -> bool:
    """Who signs for the organisation that gave it, who holds it, and who signs for the organisation that holds it."""
    if mandate.holder_id is not None and mandate.holder_id == user.pk:
        return True
    if may_sign_for(user, mandate.organisation_id):
        return True
    return mandate.firm_id is not None and may_sign_for(user, mandate.firm_id)


def can_withdraw_application(user: Any, application: Application) -> bool:
    """Only a signatory takes back what was submitted."""
    return may_sign_for(user, application.organisation)


def available_actions(user: Any, own: OwnApplication) -> set[str]:
    """Which buttons to show: `write`, `discard`, `submit`, `change`, `withdraw`; and `sign`, who speaks for the
    organisation. A hint: the services decide."""
    application = own.application
    signs = can_submit_application(user, application)
    actions = {"sign"} if signs else set()
    mandated = own.mandate is not None
    if application.is_writable(clock.now()):
        if own.draft is not None:
            actions |= {"write"} if mandated else {"write", "discard"}
            actions |= {"submit"} if signs else set()
        elif application.state in {ApplicationState.OPEN, ApplicationState.WITHDRAWN}:
            actions.add("change")
    elif own.correction is not None and signs:
        actions.add("submit")
    if signs and own.valid is not None and is_allowed(application, ApplicationState.WITHDRAWN):
        actions.add("withdraw")
    return actions
