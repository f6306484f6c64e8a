"""What single pages show besides a version's content."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Membership, Organisation, User
from applicants.models import Application
from applicants.queries.lists import OwnApplication
from applicants.states import ApplicationState
from calls import formkit
from calls.intake import CallModel
from calls.models import Call
from core.audit import history


def signatories(organisation: Organisation) -> list[User]:
    """Who may sign for the organisation today: one query."""
    signing = Membership.objects.of(organisation).filter(role=Membership.Role.SIGNATORY)
    current = signing.filter(ended_at__isnull=True)
    return list(User.objects.filter(pk__in=current.values("user")).order_by("full_name"))


def sections_of(call: Call) -> list[Any]:
    """The sections of the form that a new draft would fill."""
    return list(formkit.parse(call.current_form().definition).sections)


def withdrawn_at(application: Application) -> datetime | None:
    """When it was withdrawn last, if it is."""
    if application.state != ApplicationState.WITHDRAWN:
        return None
    event = history(application).filter(to_state=ApplicationState.WITHDRAWN).last()
    return event.at if event else None


def timeline(one: OwnApplication) -> list[dict[str, str]]:
    """Where the file stands on its way, in the applicant's words; empty when nothing is on its way."""
    application, call = one.application, one.application.call
    deadline = application.deadline
    if deadline is None or (one.valid is None and not one.is_open):
        return []
    reached = _reached(application, is_open=one.is_open)
    if call.call_model == CallModel.CLAIM and reached == JUDGED:
        reached += 1
    closes = date_format(deadline.astimezone(ZoneInfo(call.zone)), pgettext("date format", "j F Y"))
    first = _("first come, first served") if call.is_rolling else _("until %(day)s") % {"day": closes}
    stages = [
        (_("Application"), first),
        (_("Check"), _("is it eligible?")),
        (_("Evaluation"), _("by independent evaluators")) if call.is_scored else (_("Draw"), ""),
        (_("Answer"), _answer(call)),
        (_("Agreement"), _by(call.agreement_by)),
    ]
    found = [
        {
            "label": label,
            "note": note,
            "state": "done" if index < reached else "now" if index == reached else "",
        }
        for index, (label, note) in enumerate(stages)
    ]
    return [step for index, step in enumerate(found) if index != JUDGED or call.call_model != CallModel.CLAIM]


JUDGED = 2
"""The stage that claims do not have: the rules alone check them."""


def _answer(call: Call) -> str:
    if call.is_rolling and call.answer_days:
        days = call.answer_days
        return ngettext("within %(n)d day of the arrival", "within %(n)d days of the arrival", days) % {
            "n": days
        }
    return _by(call.decision_by)


def _by(day: date | None) -> str:
    return _("by %(day)s") % {"day": date_format(day, pgettext("date format", "j F Y"))} if day else ""


def _reached(application: Application, *, is_open: bool) -> int:
    """The stage the file is in: 0 to 4; beyond the last one when its way ended."""
    if is_open:
        return 0
    stages = {
        ApplicationState.OPEN: 1,
        ApplicationState.ELIGIBLE: 2,
        ApplicationState.RESERVE: 3,
        ApplicationState.SELECTED: 4,
    }
    return stages.get(ApplicationState(application.state), 5)
