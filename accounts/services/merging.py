"""One firm that was entered twice becomes one, by two persons (cap-28, C26).

Nothing is rewritten: applications, agreements and the books keep the entry that they were made with, and whoever reads takes
both as one firm. There is no way back: separating again what was merged is not foreseen.
"""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import notifications
from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationLink,
    OrganisationMerge,
    User,
)
from accounts.queries import entries_of
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_exclusive, lock_row

TAKEN = ("vat", "pic", "euid")
"""Numbers that the entry which goes on takes from the other, where it has none."""


def record_merge_proposal(
    survivor: Organisation, duplicate: Organisation, *, reason: str, by: User
) -> OrganisationMerge:
    """One person proposes that `duplicate` is merged into `survivor`; another one confirms it. In the caller's transaction.
    Raises DomainError where they cannot be one firm, without a reason, and where it is proposed already."""
    lock_exclusive("organisation merges", 0)
    survivor, duplicate = _current(survivor, duplicate)
    if not reason.strip():
        raise DomainError(_("Say why they are one firm."), field="reason")
    both = [survivor.pk, duplicate.pk]
    if OrganisationMerge.objects.filter(survivor__in=both, duplicate__in=both, answer="").exists():
        raise DomainError(_("This is proposed already; it waits for a second manager."))
    if OrganisationMerge.objects.filter(duplicate=duplicate, answer="").exists():
        raise DomainError(
            _("It is proposed already to merge %(name)s into another organisation.") % {"name": duplicate}
        )
    merge = OrganisationMerge.objects.create(
        survivor=survivor, duplicate=duplicate, reason=reason.strip(), proposed_by=by
    )
    data = {"into": survivor.ref, "merge": merge.ref}
    record(duplicate, "organisation.merge_proposed", by=by, note=merge.reason, data=data)
    return merge


def record_merge(merge: OrganisationMerge, *, by: User, data: dict[str, Any]) -> Organisation:
    """The second person's yes: from now on both entries are one firm. In the transaction of the caller, who holds the locks
    of all money and says in `data` what goes on record with it. Returns the entry that goes on.

    People of the duplicate write for the firm; they sign for it only where nobody else does. What waits for an answer goes
    along; who was invited to sign is invited to write. Raises FourEyesRequired for who proposed it, InvalidTransition when
    it was answered, DomainError where they cannot be one firm any more.
    """
    lock_exclusive("organisation merges", 0)
    merge = _unanswered(merge)
    if merge.proposed_by_id == by.pk:
        raise FourEyesRequired(_("You proposed this yourself; another manager has to confirm it."))
    survivor, duplicate = _current(merge.survivor, merge.duplicate)
    Organisation.objects.filter(merged_into=duplicate).update(merged_into=survivor)
    duplicate.merged_into = survivor
    duplicate.save(update_fields=["merged_into"])
    taken = _take_numbers(survivor, duplicate)
    moved = _move_people(survivor, duplicate)
    _move_waiting(survivor, duplicate, by=by)
    _answer(merge, OrganisationMerge.Answer.CONFIRMED, by=by)
    told = {"merge": merge.ref, "reason": merge.reason, "proposed_by": merge.proposed_by_id, **data}
    record(duplicate, "organisation.merged_into", by=by, data={"into": survivor.ref, **told})
    more = {"from": duplicate.ref, "numbers": taken, "people": moved, **told}
    record(survivor, "organisation.merged", by=by, data=more)
    notifications.organisations_merged(survivor, duplicate)
    return survivor


@transaction.atomic(durable=True)
def refuse_merge(merge: OrganisationMerge, *, by: User, note: str = "") -> OrganisationMerge:
    """They stay two: another manager says why, or who proposed it takes it back. Raises InvalidTransition when it was
    answered."""
    merge = _unanswered(merge)
    own = merge.proposed_by_id == by.pk
    if not own and not note.strip():
        raise DomainError(_("Say why they are not one firm."), field="note")
    merge.note = note.strip()
    answer = OrganisationMerge.Answer.TAKEN_BACK if own else OrganisationMerge.Answer.REFUSED
    _answer(merge, answer, by=by)
    data = {"into": merge.survivor.ref, "merge": merge.ref, "answer": merge.answer}
    record(merge.duplicate, "organisation.merge_refused", by=by, note=merge.note, data=data)
    return merge


def obstacles(survivor: Organisation, duplicate: Organisation) -> list[str]:
    """Why these two cannot be merged, in sentences; empty where they can. One query, two for those that stated owners."""
    if survivor.firm_id == duplicate.firm_id:
        return [_("This is one entry, or both are merged already.")]
    found = []
    if survivor.country != duplicate.country:
        found.append(_("They are registered in two countries, so they are two legal entities."))
    if survivor.is_person != duplicate.is_person:
        found.append(_("One is a natural person, the other a firm."))
    if survivor.vat_answer and duplicate.vat_answer and survivor.vat != duplicate.vat:
        found.append(_("Both have a VAT number of their own that VIES knows: these are two firms."))
    one, other = (entries_of([each.pk])[each.pk] for each in (survivor, duplicate))
    links = Q(organisation__in=one, other__in=other) | Q(organisation__in=other, other__in=one)
    if OrganisationLink.objects.current().filter(links).exists():
        found.append(_("One states that it controls the other: a group of firms is not one firm."))
    return found


def _current(survivor: Organisation, duplicate: Organisation) -> tuple[Organisation, Organisation]:
    """Both as they are now, locked; the first is the entry that goes on. Raises DomainError where they cannot be merged."""
    survivor, duplicate = _locked(survivor.pk), _locked(duplicate.pk)
    survivor = _locked(survivor.firm_id) if survivor.merged_into_id else survivor
    if duplicate.merged_into is not None:
        raise InvalidTransition(
            _("%(name)s was merged into %(other)s already.")
            % {"name": duplicate, "other": duplicate.merged_into}
        )
    for sentence in obstacles(survivor, duplicate):
        raise DomainError(sentence)
    return survivor, duplicate


def _locked(pk: int) -> Organisation:
    """The row, against other changes of it; rows that point to it may be written meanwhile, so that an award which does so
    and waits for the money is not waited for."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=pk)


def _take_numbers(survivor: Organisation, duplicate: Organisation) -> dict[str, str]:
    taken = {
        name: getattr(duplicate, name)
        for name in TAKEN
        if getattr(duplicate, name) and not getattr(survivor, name)
    }
    for name, number in taken.items():
        setattr(survivor, name, number)
    survivor.save(update_fields=list(taken))
    return taken


def _move_people(survivor: Organisation, duplicate: Organisation) -> dict[str, str]:
    """Memberships end there and begin here. Returns the roles by the person's primary key."""
    there = Membership.objects.filter(organisation=survivor, ended_at__isnull=True)
    signs = there.filter(role=Membership.Role.SIGNATORY, user__is_active=True).exists()
    known = set(there.values_list("user", flat=True))
    now, moved = clock.now(), {}
    leaving = Membership.objects.filter(organisation=duplicate, ended_at__isnull=True).order_by("pk")
    for member in list(leaving.select_for_update()):
        member.ended_at = now
        member.save(update_fields=["ended_at"])
        role = Membership.Role.MEMBER if signs else member.role
        if member.user_id not in known:
            Membership.objects.create(
                user_id=member.user_id, organisation=survivor, role=role, started_at=now
            )
        elif role == Membership.Role.SIGNATORY:
            there.filter(user=member.user_id).update(role=role)
        moved[str(member.user_id)] = role
    return moved


def _move_waiting(survivor: Organisation, duplicate: Organisation, *, by: User) -> None:
    """Invitations and requests to join without an answer; what is there twice is answered with what it asks for, or not
    needed any more."""
    there = Membership.objects.filter(organisation=survivor, ended_at__isnull=True)
    signs = there.filter(role=Membership.Role.SIGNATORY).exists()
    for invitation in duplicate.invitations.filter(answer=""):
        if survivor.invitations.filter(answer="", email__iexact=invitation.email).exists():
            invitation.answer, invitation.answered_at = Invitation.Answer.WITHDRAWN, clock.now()
        else:
            invitation.organisation = survivor
            invitation.role = Membership.Role.MEMBER if signs else invitation.role
        invitation.save()
    for asked in duplicate.join_requests.filter(answer=""):
        is_there = there.filter(user=asked.user_id).exists()
        if is_there or survivor.join_requests.filter(answer="", user=asked.user_id).exists():
            asked.answer = JoinRequest.Answer.ADMITTED if is_there else JoinRequest.Answer.REFUSED
            asked.answered_at, asked.answered_by = clock.now(), by
        else:
            asked.organisation = survivor
        asked.save()


def _unanswered(merge: OrganisationMerge) -> OrganisationMerge:
    found = lock_row(merge)
    if found.answer:
        raise InvalidTransition(
            _("This proposal is answered already: %(answer)s.") % {"answer": found.get_answer_display()}
        )
    return found


def _answer(merge: OrganisationMerge, answer: str, *, by: User) -> None:
    merge.answer, merge.answered_at, merge.answered_by = answer, clock.now(), by
    merge.save(update_fields=["answer", "answered_at", "answered_by", "note"])
