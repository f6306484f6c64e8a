"""Who writes for whom under a mandate, what they wrote in, and what is asked of either side."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Membership, Organisation, User
from accounts.queries import entry_columns, own_organisations
from applicants.models import Application, Mandate, Preparation
from calls.models import Call, long_texts
from core import clock
from core.actions import NextAction
from funding.models import ProjectMember

TOLD_BEFORE = timedelta(days=14)
"""Both sides hear so long before that a mandate will end."""


@dataclass(frozen=True)
class Prepared:
    """Who wrote in a version under which mandate."""

    name: str
    firm: str
    organisation: str
    given_by: str


def by_own_people(user: Any, column: str) -> Exists:
    """Is the person of the organisation in this column? To be asked in the statement that fetches an application."""
    return Exists(Membership.objects.of(OuterRef(column)).filter(user=user, ended_at__isnull=True))


def written_under_mandate() -> Exists:
    """Did anybody write in any version of this application under a mandate? To be asked as above."""
    return Exists(Preparation.objects.filter(version__application=OuterRef("pk")))


def mandate_of(user: Any, application: Application) -> Mandate | None:
    """The mandate the person writes this application under now; None for the organisation's own people. One query, two for
    who is not one of them."""
    if Application.objects.of_own_people(user).filter(pk=application.pk).exists():
        return None
    found = Mandate.objects.running(clock.now()).held_by(user)
    found = found.filter(organisation=application.organisation_id)
    scope = Q(call__isnull=True) | Q(call=application.call_id)
    return found.filter(scope).select_related("organisation", "given_by").first()


def writers_under_mandate(application: Application) -> list[User]:
    """Who may write this application under a mandate now, the people of a consulting organisation each; nobody who belongs
    to the applicant, or runs the call's project. One query."""
    held = Mandate.objects.running(clock.now()).filter(organisation=application.organisation_id)
    held = held.filter(Q(call__isnull=True) | Q(call=application.call_id))
    firms = Organisation.objects.survivors(held.values("firm"))
    writing = Membership.objects.filter(ended_at__isnull=True, organisation__in=firms)
    own = Membership.objects.of(application.organisation_id).filter(ended_at__isnull=True)
    runs = ProjectMember.objects.filter(project=application.call.project_id, ended_at__isnull=True)
    found = User.objects.filter(
        Q(pk__in=held.filter(firm__isnull=True).values("holder")) | Q(pk__in=writing.values("user"))
    )
    shut_out = Q(pk__in=own.values("user")) | Q(pk__in=runs.values("user"))
    return list(found.filter(is_active=True).exclude(shut_out).order_by("pk"))


def mandates_given(organisation: Organisation) -> QuerySet[Mandate]:
    """All mandates of the organisation, those that were given for a merged entry included, the newest first."""
    own = Q(organisation=organisation) | Q(organisation__merged_into=organisation)
    return _told(Mandate.objects.filter(own))


def mandates_received(user: Any) -> QuerySet[Mandate]:
    """What the person accepted, or works under, the newest first; and what waits for their own answer."""
    mine = (
        Q(holder=user)
        | Q(firm__in=own_organisations(user))
        | Q(email__iexact=user.email, answer="", ended_at=None)
    )
    return _told(Mandate.objects.filter(mine))


def _told(found: QuerySet[Mandate]) -> QuerySet[Mandate]:
    related = ("organisation", "firm", "holder", "call", "given_by", "ended_by")
    return found.select_related(*related).defer(*long_texts("call__")).order_by("-pk")


def mandated_organisations(user: Any, call: Call) -> list[Organisation]:
    """The organisations for which the person may start an application in this call under a mandate: one query. A mandate
    that was given for an entry merged since reaches no further than the applications of that entry."""
    held = Mandate.objects.running(clock.now()).held_by(user).filter(Q(call__isnull=True) | Q(call=call))
    found = Organisation.objects.filter(pk__in=held.values("organisation"), merged_into=None)
    return list(found.order_by("legal_name", "pk"))


def mandate_calls() -> list[Call]:
    """The calls a mandate can be limited to: those that have not ended yet, opening ones included."""
    found = Call.objects.running_at(clock.now()).only("title", "code", "slug")
    return list(found.order_by("closes_at", "pk"))


def prepared_by(application: Application, *, up_to: int) -> list[Prepared]:
    """Who wrote under a mandate in this version or in one before it, whose text it goes on from: one query."""
    rows = (
        Preparation.objects.filter(version__application=application, version__number__lte=up_to)
        .select_related("user", "mandate__firm", "mandate__organisation", "mandate__given_by")
        .order_by("pk")
    )
    found = [
        Prepared(
            name=str(row.user),
            firm=str(row.mandate.firm or ""),
            organisation=str(row.mandate.organisation),
            given_by=str(row.mandate.given_by),
        )
        for row in rows
    ]
    return list(dict.fromkeys(found))


def consulted(users: Collection[int]) -> dict[int, set[int]]:
    """The organisations for which each person (by primary key) holds or ever held an accepted mandate, themselves or
    through an organisation they work or worked for; with all entries of each. Two queries, three for who worked anywhere."""
    found: dict[int, set[int]] = defaultdict(set)
    accepted, giver = Mandate.objects.filter(answer=Mandate.Answer.ACCEPTED), entry_columns("organisation")
    for user, *entries in accepted.filter(holder__in=users).values_list("holder", *giver):
        found[user] |= set(entries) - {None}
    worked = Membership.objects.filter(user__in=users)
    people: dict[int, set[int]] = defaultdict(set)
    for user, *entries in worked.values_list("user", *entry_columns("organisation")):
        for entry in set(entries) - {None}:
            people[entry].add(user)
    if people:
        for firm, *entries in accepted.filter(firm__in=people).values_list("firm", *giver):
            for user in people[firm]:
                found[user] |= set(entries) - {None}
    return found


def mandates_to_remind(at: datetime) -> QuerySet[Mandate]:
    """Running mandates that end within 14 days and of which nobody was told."""
    return Mandate.objects.running(at).filter(reminded_at=None, ends_at__lte=at + TOLD_BEFORE)


def mandate_actions(user: Any) -> list[NextAction]:
    """The lines of the home page: mandates that wait for the person's answer, and for whom they write. One query."""
    lines = []
    for one in mandates_received(user):
        told = {"name": one.organisation}
        if one.is_waiting() and one.is_for(user):
            title = _("Say whether you accept the mandate of %(name)s") % told
            lines.append(NextAction(title, one.get_absolute_url(), scope_of(one), tone="warn"))
        elif one.is_live():
            title = _("You write for %(name)s under a mandate") % told
            url = reverse("applicants:mandate_list")
            lines.append(NextAction(title, url, scope_of(one), waiting_for_others=True))
    return lines


def scope_of(mandate: Mandate) -> str:
    """For what and from when until when, in words."""
    sentence = pgettext("date format", "j F Y")
    days = {"first": date_format(mandate.first_on, sentence), "last": date_format(mandate.last_on, sentence)}
    if mandate.call is None:
        return _("all calls, from %(first)s to %(last)s") % days
    return _("only “%(call)s”, from %(first)s to %(last)s") % {"call": mandate.call.title, **days}
