"""Who belongs to organisations, and what these state about one another."""

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
    people = User.objects.filter(membership__organisation=organisation, membership__ended_at__isnull=True)
    return people.filter(Exists(refused)).annotate(came_back=last)


def vat_to_check() -> QuerySet[Organisation]:
    """Organisations about whose VAT number VIES should be asked now: it never was, or it is time to ask again."""
    known = Organisation.objects.filter(vat__regex=f"^({'|'.join(vies.COUNTRIES)})")
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

    A link counts for both sides, whoever stated it. One query for each step from one firm to the next, at least one.
    """
    groups = {pk: frozenset({pk}) for pk in organisations}
    seen: set[int] = set()
    frontier = set(organisations)
    while frontier:
        seen |= frontier
        near = Q(organisation__in=frontier) | Q(other__in=frontier)
        pairs = list(
            OrganisationLink.objects.current().filter(near).order_by().values_list("organisation", "other")
        )
        for one, two in pairs:
            joined = groups.get(one, frozenset({one})) | groups.get(two, frozenset({two}))
            for member in joined:
                groups[member] = joined
        frontier = {pk for pair in pairs for pk in pair} - seen
    return {pk: groups[pk] for pk in organisations}
