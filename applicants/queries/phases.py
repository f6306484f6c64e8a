"""From one phase of a funnel to the next: where a selected project may apply, and which organisations go on."""

from collections.abc import Collection, Sequence

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.queries import entries_of
from applicants.models import Application, PhaseInvitation
from applicants.states import ApplicationState
from calls.models import Call
from calls.states import CallState
from core import clock
from core.actions import NextAction


def going_on(call: Call, organisations: Sequence[Organisation]) -> list[Organisation]:
    """Those that may apply: all of them, or in a later phase those that the earlier one selected. Two queries then."""
    if call.previous_id is None:
        return list(organisations)
    entries = entries_of([organisation.pk for organisation in organisations])
    selected = Application.objects.filter(
        call=call.previous_id,
        state=ApplicationState.SELECTED,
        organisation__in=frozenset().union(*entries.values()),
    )
    through = set(selected.values_list("organisation", flat=True))
    return [organisation for organisation in organisations if entries[organisation.pk] & through]


def next_phases(applications: Collection[Application]) -> list[PhaseInvitation]:
    """Calls before their deadline to which these files are invited and in which their organisation has no file yet: no
    query when none of them is selected, else two."""
    selected = [one.pk for one in applications if one.state == ApplicationState.SELECTED]
    if not selected:
        return []
    found = list(
        PhaseInvitation.objects.filter(
            application__in=selected,
            call__state=CallState.PUBLISHED,
            call__closes_at__gte=clock.now(),
        ).select_related("call", "application__organisation")
    )
    there = Application.objects.filter(call__in=[one.call_id for one in found])
    begun = set(there.values_list("call", Coalesce("organisation__merged_into", "organisation")))
    return [one for one in found if (one.call_id, one.application.organisation.firm_id) not in begun]


def next_phase_line(invitation: PhaseInvitation) -> NextAction:
    """What the home page says of an invitation."""
    return NextAction(
        title=_("Apply to the next phase, “%(call)s”") % {"call": invitation.call},
        url=reverse("applicants:application_start", args=[invitation.call.slug]),
        detail=_("%(ref)s is selected; what you wrote is taken along.") % {"ref": invitation.application.ref},
        due=invitation.call.closes_at,
        tone="warn",
    )
