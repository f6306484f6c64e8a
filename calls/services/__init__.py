"""The verbs about calls: making one, publishing it by two people, changing what may change afterwards."""

from calls.services.changing import cancel_call, extend_deadline
from calls.services.designing import (
    change_applicants,
    change_dates,
    change_instalments,
    change_letters,
    change_money,
    change_text,
    create_call,
)
from calls.services.documents import add_document, remove_document
from calls.services.duties import change_channels, except_duty, keep_duty
from calls.services.enquiries import (
    ask_question,
    correct_answer,
    point_to_answer,
    publish_answer,
    set_enquiry_aside,
    tell_askers,
    withdraw_answer,
)
from calls.services.filing import (
    CallFileRefused,
    check_call_file,
    clone_call,
    create_from_sample,
    import_call,
)
from calls.services.incidents import end_incident, publish_incident, record_incident
from calls.services.intake import change_intake, record_exhausted
from calls.services.judging import change_criteria, change_selection
from calls.services.papers import ask_for_paper
from calls.services.publishing import (
    propose_publication,
    publish_call,
    record_results_published,
    withdraw_proposal,
)
from calls.services.questions import (
    add_question,
    add_section,
    add_standard_sections,
    change_question,
    change_section,
    copy_in_form,
    delete_from_form,
    move_in_form,
    place_in_form,
    set_form,
    undo_in_form,
)
from calls.services.revisions import (
    begin_revision,
    discard_revision,
    propose_revision,
    publish_revision,
    withdraw_revision,
)
from calls.services.ruling import add_rule, change_rule, delete_rule, move_rule, record_association
from calls.services.subscriptions import (
    confirm_subscription,
    end_subscription,
    forget_addresses,
    subscribe,
    tell_of_call,
    tell_of_search,
)

__all__ = [
    "CallFileRefused",
    "add_document",
    "add_question",
    "add_rule",
    "add_section",
    "add_standard_sections",
    "ask_for_paper",
    "ask_question",
    "begin_revision",
    "cancel_call",
    "change_applicants",
    "change_channels",
    "change_criteria",
    "change_dates",
    "change_instalments",
    "change_intake",
    "change_letters",
    "change_money",
    "change_question",
    "change_rule",
    "change_section",
    "change_selection",
    "change_text",
    "check_call_file",
    "clone_call",
    "confirm_subscription",
    "copy_in_form",
    "correct_answer",
    "create_call",
    "create_from_sample",
    "delete_from_form",
    "delete_rule",
    "discard_revision",
    "end_incident",
    "end_subscription",
    "except_duty",
    "extend_deadline",
    "forget_addresses",
    "import_call",
    "keep_duty",
    "move_in_form",
    "move_rule",
    "place_in_form",
    "point_to_answer",
    "propose_publication",
    "propose_revision",
    "publish_answer",
    "publish_call",
    "publish_incident",
    "publish_revision",
    "record_association",
    "record_exhausted",
    "record_incident",
    "record_results_published",
    "remove_document",
    "set_enquiry_aside",
    "set_form",
    "subscribe",
    "tell_askers",
    "tell_of_call",
    "tell_of_search",
    "undo_in_form",
    "withdraw_answer",
    "withdraw_proposal",
    "withdraw_revision",
]
