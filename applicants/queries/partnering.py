"""What the partners of an application have said, and their own door to it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from applicants import partnering, paths
from applicants.models import Application, Participation, Partner, Version
from applicants.partnering import Stand
from applicants.states import VersionStatus
from calls.models import long_texts
from core.errors import Gap


def terms_of(partner: Partner) -> dict[str, Any]:
    """What a partner confirms: its task and amounts (EUR cents)."""
    return {
        "task": partner.task,
        "cost_cents": partner.cost_cents,
        "requested_cents": partner.requested_cents,
    }


def stand_of(partner: Partner, asked: Participation | None) -> Stand:
    """Where one partner stands."""
    answer = asked.answer if asked else None
    return partnering.stand(answer, asked.terms if asked else {}, terms_of(partner))


def stands(application: Application, partners: Iterable[Partner]) -> dict[int, Stand]:
    """Where each partner stands, by its organisation; empty where the call asks for no confirmation. One query."""
    if not application.call.partners_confirm:
        return {}
    asked = {row.organisation_id: row for row in Participation.objects.filter(application=application)}
    return {
        one.organisation_id: stand_of(one, asked.get(one.organisation_id))
        for one in partners
        if not one.is_lead
    }


def partner_gaps(application: Application, partners: list[Partner]) -> list[Gap]:
    """Which partners have not confirmed, each with its place. One query, only where the call asks for it."""
    found = stands(application, partners)
    url = paths.of(application, "partners")
    told = {
        one.organisation.ref: partnering.gap(found[one.organisation_id], one.organisation.legal_name)
        for one in partners
        if one.organisation_id in found
    }
    return [Gap(sentence, f"{url}#party-{ref}") for ref, sentence in told.items() if sentence]


def twice_gaps(application: Application, partners: Sequence[Partner]) -> list[Gap]:
    """Partners that are one firm with another one, merged since they were added: it takes part once. No query."""
    seen: dict[int, Partner] = {}
    found = []
    for one in partners:  # the lead first
        first = seen.setdefault(one.organisation.firm_id, one)
        if first is not one:
            names = {"one": one.organisation, "other": first.organisation}
            sentence = (
                _("%(one)s and %(other)s are one firm, which takes part once: remove the second.") % names
            )
            found.append(Gap(sentence, f"{paths.of(application, 'partners')}#party-{one.organisation.ref}"))
    return found


def invited_with(participation: Participation) -> tuple[Version, Partner] | None:
    """The version that is being written, or else the one that counts, and the partner's place in it; None when it does
    not stand there any more. At most three queries."""
    application = participation.application
    version = application.draft() or application.valid_version()
    partner = version.partners.filter(organisation=participation.organisation_id).first() if version else None
    if version is None or partner is None:
        return None
    partner.organisation, version.application = participation.organisation, application
    return version, partner


def to_answer(user: Any) -> list[Participation]:
    """What the person's organisations are asked to confirm, in drafts in which they stand. One query."""
    draft = {
        "application__versions__status": VersionStatus.DRAFT,
        "application__versions__partners__organisation": F("organisation"),
    }
    found = Participation.objects.visible_to(user).filter(answer="", **draft)
    return list(
        found.select_related("application__call", "application__organisation", "organisation")
        .defer(*long_texts("application__call__"))
        .order_by("pk")
    )
