"""Every verb about people and organisations."""

from accounts.services.merging import obstacles, record_merge, record_merge_proposal, refuse_merge
from accounts.services.organisations import (
    AlreadyRegistered,
    change_organisation,
    find_or_create_organisation,
    find_organisation,
    register_organisation,
)
from accounts.services.people import (
    accept_invitation,
    answer_join_request,
    ask_to_join,
    change_role,
    create_proven_user,
    decline_invitation,
    end_membership,
    invite_colleague,
    register_invited,
    withdraw_invitation,
)
from accounts.services.vat import postpone_vat_check, record_vat_check

__all__ = [
    "AlreadyRegistered",
    "accept_invitation",
    "answer_join_request",
    "ask_to_join",
    "change_organisation",
    "change_role",
    "create_proven_user",
    "decline_invitation",
    "end_membership",
    "find_or_create_organisation",
    "find_organisation",
    "invite_colleague",
    "obstacles",
    "postpone_vat_check",
    "record_merge",
    "record_merge_proposal",
    "record_vat_check",
    "refuse_merge",
    "register_invited",
    "register_organisation",
    "withdraw_invitation",
]
