"""What an organisation declares about de minimis aid, in a draft of a call that is State aid."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import deminimis
from applicants.models import Application, Partner
from applicants.services._drafts import locked_draft
from core import clock
from core.audit import record
from core.errors import DomainError


@transaction.atomic(durable=True)
def declare_aid(
    application: Application,
    *,
    organisation: str,
    declaration: deminimis.Declaration,
    by: Any,
    arrived: datetime | None = None,
) -> Partner:
    """Keep the declaration of one organisation (by its reference) in the draft; it is frozen with the version.

    Raises DomainError where the call is not State aid, for a blank or contradictory declaration, and for an organisation
    that does not take part.
    """
    draft = locked_draft(application, at=arrived)
    if not draft.application.call.state_aid:
        raise DomainError(_("This call is not State aid: nothing is to be declared."))
    found = deminimis.problems(declaration)
    if found:
        raise DomainError(found[0])
    partner = draft.partners.select_related("organisation").filter(organisation__ref=organisation).first()
    if partner is None:
        raise DomainError(_("This organisation does not take part any more."))
    partner.aid = deminimis.kept(declaration)
    partner.save(update_fields=["aid"])
    draft.changed_at = clock.now()
    draft.save(update_fields=["changed_at"])
    record(
        draft.application,
        "application.aid_declared",
        by=by,
        data={"version": draft.number, "organisation": organisation, "aids": len(declaration.aids)},
    )
    return partner
