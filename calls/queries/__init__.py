"""Reading calls: public pages, the workshop of staff, what waits for managers."""

from calls.queries.actions import next_actions
from calls.queries.filing import file_of
from calls.queries.frozen import form_of, forms_of
from calls.queries.portal import portal_entry
from calls.queries.public import (
    Board,
    CallPage,
    board,
    call_page,
    closed_calls,
    questions_page,
)
from calls.queries.workshop import (
    PartState,
    RuleLine,
    StaffRow,
    Workshop,
    activities_of,
    catalogues_of,
    channel_plans,
    criterion_plans,
    findings,
    instalment_plans,
    limit_plans,
    mark_of,
    part_url,
    planned,
    rule_lines,
    scheme_of,
    staff_calls,
    working_form,
    workshop,
)

__all__ = [
    "Board",
    "CallPage",
    "PartState",
    "RuleLine",
    "StaffRow",
    "Workshop",
    "activities_of",
    "board",
    "call_page",
    "catalogues_of",
    "channel_plans",
    "closed_calls",
    "criterion_plans",
    "file_of",
    "findings",
    "form_of",
    "forms_of",
    "instalment_plans",
    "limit_plans",
    "mark_of",
    "next_actions",
    "part_url",
    "planned",
    "portal_entry",
    "questions_page",
    "rule_lines",
    "scheme_of",
    "staff_calls",
    "working_form",
    "workshop",
]
