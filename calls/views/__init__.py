"""Pages by audience: everybody, and the people who make calls."""

from calls.views.designing import (
    call_create,
    call_documents,
    call_edit,
    call_part,
    document_remove,
    staff_call_list,
)
from calls.views.feeds import calendar, call_calendar, feed
from calls.views.filing import call_clone, call_file, call_import
from calls.views.form import (
    form,
    form_preview,
    question_add,
    question_edit,
    section_add,
    section_edit,
)
from calls.views.form_steps import (
    form_copy,
    form_delete,
    form_discard,
    form_move,
    form_place,
    form_revise,
    form_standard,
    form_undo,
)
from calls.views.public import call_detail, call_list, call_questions, document, landing
from calls.views.publishing import (
    call_cancel,
    call_extend,
    call_publication,
    call_publish,
    duty_except,
    portal_entry,
    proposal_withdraw,
    publication_propose,
)
from calls.views.ruling import association_record, rule_add, rule_delete, rule_edit, rule_move

__all__ = [
    "association_record",
    "calendar",
    "call_calendar",
    "call_cancel",
    "call_clone",
    "call_create",
    "call_detail",
    "call_documents",
    "call_edit",
    "call_extend",
    "call_file",
    "call_import",
    "call_list",
    "call_part",
    "call_publication",
    "call_publish",
    "call_questions",
    "document",
    "document_remove",
    "duty_except",
    "feed",
    "form",
    "form_copy",
    "form_delete",
    "form_discard",
    "form_move",
    "form_place",
    "form_preview",
    "form_revise",
    "form_standard",
    "form_undo",
    "landing",
    "portal_entry",
    "proposal_withdraw",
    "publication_propose",
    "question_add",
    "question_edit",
    "rule_add",
    "rule_delete",
    "rule_edit",
    "rule_move",
    "section_add",
    "section_edit",
    "staff_call_list",
]
