"""Reads about applications: what a version contains, how it stands, lists, money, dossier, next actions."""

from applicants.queries.actions import next_actions
from applicants.queries.acts import acts, coming
from applicants.queries.aid import (
    PartyAid,
    aid_of,
    granted_aid,
    known_members,
    member_state_of,
    notices_of,
    party_aid,
)
from applicants.queries.catalogue import Entry, Listing, accepted, catalogue, listing_of
from applicants.queries.checking import brought_counts, calls_that_fit, check_counts
from applicants.queries.claims import SURE_AFTER, ClaimLine, Place, claim_lines, place_of
from applicants.queries.content import (
    Content,
    Step,
    content_of,
    eligibility_findings,
    form_parties,
    gaps,
    steps,
    to_confirm,
)
from applicants.queries.copying import Source, sources
from applicants.queries.dossier import Dossier, dossier
from applicants.queries.lists import (
    OwnApplication,
    StaffFilter,
    Totals,
    draft_to_save,
    drafts_only,
    narrowed,
    own_applications,
    staff_files,
    staff_page,
    staff_totals,
    standing,
    to_submit,
    with_versions,
)
from applicants.queries.messages import Thread, thread_of, threads_of, unread, waits_for_office
from applicants.queries.money import Money, PartyMoney, Room, amount_rules, bar, money, room
from applicants.queries.ownership import Standing, frozen_size, newest_statements, sheet_of, size_of
from applicants.queries.pages import sections_of, signatories, timeline, withdrawn_at
from applicants.queries.partnering import invited_with, partner_gaps, stand_of, stands, terms_of, to_answer
from applicants.queries.phases import going_on, next_phases
from applicants.queries.places import standing_of
from applicants.queries.receipts import proven_by_file, proven_by_fingerprint
from applicants.queries.revisions import FormChange, form_change, gaps_by_new_form, what_changed
from applicants.queries.sharing import (
    Given,
    beside_the_questions,
    given_questions,
    label_of_question,
    open_task,
)
from applicants.queries.signing import signature_of, waiting_signatures

__all__ = [
    "SURE_AFTER",
    "ClaimLine",
    "Content",
    "Dossier",
    "Entry",
    "FormChange",
    "Given",
    "Listing",
    "Money",
    "OwnApplication",
    "PartyAid",
    "PartyMoney",
    "Place",
    "Room",
    "Source",
    "StaffFilter",
    "Standing",
    "Step",
    "Thread",
    "Totals",
    "accepted",
    "acts",
    "aid_of",
    "amount_rules",
    "bar",
    "beside_the_questions",
    "brought_counts",
    "calls_that_fit",
    "catalogue",
    "check_counts",
    "claim_lines",
    "coming",
    "content_of",
    "dossier",
    "draft_to_save",
    "drafts_only",
    "eligibility_findings",
    "form_change",
    "form_parties",
    "frozen_size",
    "gaps",
    "gaps_by_new_form",
    "given_questions",
    "going_on",
    "granted_aid",
    "invited_with",
    "known_members",
    "label_of_question",
    "listing_of",
    "member_state_of",
    "money",
    "narrowed",
    "newest_statements",
    "next_actions",
    "next_phases",
    "notices_of",
    "open_task",
    "own_applications",
    "partner_gaps",
    "party_aid",
    "place_of",
    "proven_by_file",
    "proven_by_fingerprint",
    "room",
    "sections_of",
    "sheet_of",
    "signatories",
    "signature_of",
    "size_of",
    "sources",
    "staff_files",
    "staff_page",
    "staff_totals",
    "stand_of",
    "standing",
    "standing_of",
    "stands",
    "steps",
    "terms_of",
    "thread_of",
    "threads_of",
    "timeline",
    "to_answer",
    "to_confirm",
    "to_submit",
    "unread",
    "waiting_signatures",
    "waits_for_office",
    "what_changed",
    "with_versions",
    "withdrawn_at",
]
