"""Every verb that changes an application."""

from applicants.services.aid import declare_aid
from applicants.services.catalogue import remove_entry, restore_entry
from applicants.services.checks import count_check
from applicants.services.claims import claims_to_tell, release_claim, tell_claim
from applicants.services.copying import Copied, copy_answers
from applicants.services.correcting import ask_correction
from applicants.services.corrections import corrections_overdue, lapse_correction, take_back_correction
from applicants.services.expiring import (
    drafts_to_empty,
    drafts_to_warn,
    empty_drafts,
    expire_draft,
    warn_of_expiry,
)
from applicants.services.extending import (
    ask_extension,
    grant_extension,
    propose_extension,
    refuse_extension,
    take_back_extension,
)
from applicants.services.files import add_attachment, remove_attachment
from applicants.services.legal_holds import lift_legal_hold, set_legal_hold
from applicants.services.mandates import (
    accept_mandate,
    decline_mandate,
    end_mandate,
    give_mandate,
    mandates_to_tell,
    note_preparation,
    register_mandated,
    tell_mandate_ends,
)
from applicants.services.messages import (
    read_messages,
    settle_messages,
    write_to_applicant,
    write_to_office,
)
from applicants.services.outcomes import (
    record_eligibility,
    record_outcome,
    record_recusal,
    record_redecision,
)
from applicants.services.ownership import state_ownership
from applicants.services.partnering import answer_participation, ask_partner, save_own_part
from applicants.services.partners import add_partner, remove_partner, save_partners
from applicants.services.phases import calls_that_invite, invite_to_call
from applicants.services.printing import ask_for_draft, forget_draft_prints
from applicants.services.rehearsal import (
    ask_for_rehearsal_document,
    delete_rehearsal,
    delete_rehearsals,
    submit_rehearsal,
)
from applicants.services.reminding import drafts_to_remind, remind_writers
from applicants.services.resemblance import compare_version, versions_to_compare
from applicants.services.revisions import move_to_current_form
from applicants.services.sharing import finish_question, give_question
from applicants.services.signing import end_signature_request, send_for_signature
from applicants.services.submission import submit_application, withdraw_application
from applicants.services.survey import answer_survey
from applicants.services.telling import (
    announce_change,
    changes_to_announce,
    drafts_left_behind,
    tell_not_submitted,
)
from applicants.services.uploads import add_part, begin_upload, finish_upload, forget_uploads
from applicants.services.writing import (
    change_application,
    discard_draft,
    save_answers,
    save_title,
    start_application,
)

__all__ = [
    "Copied",
    "accept_mandate",
    "add_attachment",
    "add_part",
    "add_partner",
    "announce_change",
    "answer_participation",
    "answer_survey",
    "ask_correction",
    "ask_extension",
    "ask_for_draft",
    "ask_for_rehearsal_document",
    "ask_partner",
    "begin_upload",
    "calls_that_invite",
    "change_application",
    "changes_to_announce",
    "claims_to_tell",
    "compare_version",
    "copy_answers",
    "corrections_overdue",
    "count_check",
    "declare_aid",
    "decline_mandate",
    "delete_rehearsal",
    "delete_rehearsals",
    "discard_draft",
    "drafts_left_behind",
    "drafts_to_empty",
    "drafts_to_remind",
    "drafts_to_warn",
    "empty_drafts",
    "end_mandate",
    "end_signature_request",
    "expire_draft",
    "finish_question",
    "finish_upload",
    "forget_draft_prints",
    "forget_uploads",
    "give_mandate",
    "give_question",
    "grant_extension",
    "invite_to_call",
    "lapse_correction",
    "lift_legal_hold",
    "mandates_to_tell",
    "move_to_current_form",
    "note_preparation",
    "propose_extension",
    "read_messages",
    "record_eligibility",
    "record_outcome",
    "record_recusal",
    "record_redecision",
    "refuse_extension",
    "register_mandated",
    "release_claim",
    "remind_writers",
    "remove_attachment",
    "remove_entry",
    "remove_partner",
    "restore_entry",
    "save_answers",
    "save_own_part",
    "save_partners",
    "save_title",
    "send_for_signature",
    "set_legal_hold",
    "settle_messages",
    "start_application",
    "state_ownership",
    "submit_application",
    "submit_rehearsal",
    "take_back_correction",
    "take_back_extension",
    "tell_claim",
    "tell_mandate_ends",
    "tell_not_submitted",
    "versions_to_compare",
    "warn_of_expiry",
    "withdraw_application",
    "write_to_applicant",
    "write_to_office",
]
