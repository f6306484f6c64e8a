"""Who belongs to organisations, and what these state about one another."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import vies
from accounts.models import Invitation, JoinRequest, Membership, Organisation, OrganisationLink, User
from core import clock
from core.actions import NextAction
from core.models import OutgoingMessage


def colleagues(organisation: Organisation) -> QuerySet[Membership]:
    """Who belongs to it today, those who sign first."""
    found = Membership.objects.filter(organisation=organisation, ended_at__isnull=True).select_related("user")
    return found.order_by("-role", "user__full_name", "pk")


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations without an answer, those that are too old included: they can be sent again."""
    return organisation.invitations.filter(answer="").select_related("invited_by")


def open_join_requests() -> QuerySet[JoinRequest]:
    """Who waits to be admitted anywhere, oldest first."""
    return JoinRequest.objects.filter(answer="").select_related("user", "organisation").order_by("asked_at")


def spoken_for() -> QuerySet[Organisation]:
    """Organisations that somebody belongs to: the only ones that can be asked for admission."""
    people = Membership.objects.filter(organisation=OuterRef("pk"), ended_at__isnull=True)
    return Organisation.objects.filter(Exists(people))


def own_organisations(user: Any) -> Any:
    """The primary keys of the organisations that the person belongs to, with every entry that was merged into one of them,
    as a subquery."""
    own = Membership.objects.filter(user=user, ended_at__isnull=True).values("organisation")
    merged = Organisation.objects.filter(merged_into__in=own).order_by().values("pk")
    return own.union(merged, all=True)


def entries_of(organisations: Collection[int]) -> dict[int, frozenset[int]]:
    """All entries of the firm of each organisation (by primary key), itself included: of most there is one. One query."""
    entries = {pk: {pk} for pk in organisations}
    rows = Organisation.objects.filter(pk__in=entries).order_by()
    for pk, *others in rows.values_list("pk", "merged_into", "aliases", "merged_into__aliases"):
        entries[pk] |= {other for other in others if other is not None}
    return {pk: frozenset(found) for pk, found in entries.items()}


def entries_of_firms(firms: Collection[int]) -> Any:
    """The primary keys of all entries of these firms (`Organisation.firm_id`), as a subquery."""
    going_on = Organisation.objects.filter(pk__in=firms).order_by().values("pk")
    return going_on.union(
        Organisation.objects.filter(merged_into__in=firms).order_by().values("pk"), all=True
    )


def entry_columns(column: str) -> tuple[str, ...]:
    """The columns that tell all entries of the firm in this one, for `values_list`: a row for each, some of them empty."""
    return (column, f"{column}__merged_into", f"{column}__aliases", f"{column}__merged_into__aliases")


def same_firm(column: str) -> Q:
    """Is a row of the firm that the outer row has in this column, under whichever entry? Of few rows: no index helps."""
    found = Q()
    for own in (column, f"{column}__merged_into"):
        for outer in (column, f"{column}__merged_into"):
            found |= Q(**{own: OuterRef(outer)})
    return found


def works_for(people: Any) -> dict[int, set[int]]:
    """The organisations of each person (by primary key, or a subquery of users), with all entries of their firms: one
    query."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(user__in=people, ended_at__isnull=True)
    for user, *entries in rows.values_list("user", *entry_columns("organisation")):
        found[user] |= {entry for entry in entries if entry is not None}
    return found


def signed_for(user: Any) -> QuerySet[Organisation]:
    """The organisations the person signs for today."""
    signing = Membership.objects.filter(user=user, role=Membership.Role.SIGNATORY, ended_at__isnull=True)
    return Organisation.objects.filter(pk__in=signing.values("organisation"))


def admitted_by(user: Any) -> QuerySet[Organisation]:
    """For which organisations the person answers who asks to join: those they sign for; administrators for all."""
    if user.is_administrator:
        return spoken_for()
    signing = Membership.objects.filter(user=user, role=Membership.Role.SIGNATORY, ended_at__isnull=True)
    return Organisation.objects.filter(pk__in=signing.values("organisation"))


def unreachable(organisation: Any) -> QuerySet[User]:
    """People of the organisation (a primary key, or an OuterRef to one) whose address refused mail for good; `came_back`:
    when it did last."""
    refused = OutgoingMessage.objects.filter(
        to=OuterRef("email"), recipient=OuterRef("pk"), refused_at__isnull=False
    )
    last = Subquery(refused.order_by("-pk").values("refused_at")[:1])
    given = OuterRef(organisation) if isinstance(organisation, OuterRef) else organisation
    theirs = Membership.objects.of(given).filter(user=OuterRef("pk"), ended_at__isnull=True)
    return User.objects.filter(Exists(theirs), Exists(refused)).annotate(came_back=last)


def vat_to_check() -> QuerySet[Organisation]:
    """Organisations about whose VAT number VIES should be asked now: it never was, or it is time to ask again."""
    known = Organisation.objects.filter(merged_into=None, vat__regex=f"^({'|'.join(vies.COUNTRIES)})")
    due = Q(vat_ask_again_at__lte=clock.now()) | ~Q(vat_asked=F("vat"))
    return known.filter(due).order_by("vat_asked_at", "pk")


def next_actions(user: Any) -> list[NextAction]:
    """People who wait to be admitted to an organisation the person signs for: one query."""
    signing = Membership.objects.filter(user=user, role=Membership.Role.SIGNATORY, ended_at__isnull=True)
    return [
        NextAction(
            title=_("Answer %(name)s, who asks to join %(organisation)s")
            % {"name": one.user, "organisation": one.organisation},
            url=reverse("accounts:organisation_people", args=[one.organisation.ref]),
            detail=one.words,
            tone="warn",
        )
        for one in open_join_requests().filter(organisation__in=signing.values("organisation"))
    ]


def linked_groups(organisations: Collection[int]) -> dict[int, frozenset[int]]:
    """The linked group of each organisation (by primary key), itself included, as the newest statements tell it.

    A link counts for both sides, whoever stated it, and all entries of a merged firm are one. Two queries for each step
    from one firm to the next, at least two.
    """
    groups = {pk: frozenset({pk}) for pk in organisations}
    seen: set[int] = set()
    frontier = set(organisations)
    while frontier:
        for entries in entries_of(frontier).values():
            _join(groups, entries)
            frontier = frontier | entries
        seen |= frontier
        near = Q(organisation__in=frontier) | Q(other__in=frontier)
        links = OrganisationLink.objects.current().filter(near).order_by()
        pairs = list(links.values_list("organisation", "other"))
        for pair in pairs:
            _join(groups, pair)
        frontier = {pk for pair in pairs for pk in pair} - seen
    return {pk: groups[pk] for pk in organisations}


def _join(groups: dict[int, frozenset[int]], members: Collection[int]) -> None:
    """These are in one group, with all that are in a group of any of them."""
    joined = frozenset(members).union(*(groups[one] for one in members if one in groups))
    for one in joined:
        groups[one] = joined
