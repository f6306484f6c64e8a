"""The part of an application's timeline that this stage knows: what happened, and what comes next.

Nothing here is read from a decision: what is told is what the applicant was told, when they were told.
"""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from applicants import paths, words
from applicants.models import Application, Version
from applicants.queries.lists import OwnApplication, standing
from applicants.states import ApplicationState, VersionStatus
from calls.intake import CallModel
from core.audit import history
from core.timeline import Act, Coming

END_OF_DAY = time(23, 59, 59)


def acts(application: Application) -> list[Act]:
    """What happened until today, as the applicant knows it: two queries."""
    begun = [Act(application.created_at, _("You started a draft"))]
    return [*begun, *_submissions(application), *_told(application)]


def _submissions(application: Application) -> list[Act]:
    finals = (
        Version.objects.filter(application=application, status=VersionStatus.FINAL)
        .only("number", "arrived_at", "application_id")
        .order_by("number")
    )
    return [
        Act(
            version.arrived_at,
            _("Version %(n)d was submitted") % {"n": version.number},
            words.exact(version.arrived_at, application.call.zone),
            paths.of(application, "receipt", version.number),
        )
        for version in finals
        if version.arrived_at is not None
    ]


def _told(application: Application) -> list[Act]:
    sentences = {
        "application.correction_asked": _("The call office asked you for a correction"),
        "application.correction_kept": _("You left the application as it was"),
        "application.correction_lapsed": _("The correction was not sent in time: what you submitted stands"),
        "application.correction_taken_back": _("The call office does not need the correction any more"),
        "application.extension_asked": _("You asked for more time"),
        "application.extension_granted": _("More time was given to you"),
        "application.extension_refused": _("The call office gave you no more time"),
        "application.extension_taken_back": _("You took back the request for more time"),
        "application.withdrawn": _("You withdrew the application"),
        "application.eligible": _("The call office found it eligible"),
        "application.ineligible": _("The call office found it not eligible"),
        "application.selected": _("The decision was sent to you: selected for support"),
        "application.reserve": _("The decision was sent to you: on the reserve list"),
        "application.rejected": _("The decision was sent to you: not selected"),
    }
    events = history(application).filter(verb__in=sentences).order_by("pk")
    return [Act(event.at, sentences[event.verb]) for event in events]


def coming(application: Application) -> list[Coming]:
    """What comes next, in order, with the dates that the call promised: two queries."""
    one = standing(application)
    if one.is_open and one.draft is not None:
        return [_to_submit(one)]
    if (asked := one.correction) is not None:
        url = paths.of(application, "correction")
        yours = Coming(_("Correct what the call office marked"), asked.due_at, yours=True, url=url)
        return [yours, *_judging(one)]
    if one.valid is None:
        return []
    if application.state == ApplicationState.RESERVE:
        return [Coming(_("If a selected project leaves, yours may move up; you hear of it at once"))]
    return _judging(one) if application.state in (ApplicationState.OPEN, ApplicationState.ELIGIBLE) else []


def _to_submit(one: OwnApplication) -> Coming:
    text = _("Finish it and submit it")
    if one.valid is not None:
        text = _("Submit your changes, or throw them away")
    return Coming(text, one.application.deadline, yours=True, url=paths.of(one.application, "check"))


def _judging(one: OwnApplication) -> list[Coming]:
    application, call = one.application, one.application.call
    steps = []
    if one.is_open:
        steps.append(Coming(_("You may still change it or withdraw it"), application.deadline))
    if application.state == ApplicationState.OPEN:
        steps.append(Coming(_("The call office checks whether it is eligible")))
    if not call.is_scored:
        steps.append(Coming(_("It takes part in the draw")))
    elif call.call_model != CallModel.CLAIM:
        steps.append(Coming(_("Independent evaluators judge it")))
    return [*steps, Coming(_("You get the answer by e-mail and here"), _answer_by(one))]


def _answer_by(one: OwnApplication) -> datetime | None:
    """The last second of the day by which an answer was promised: to the cut-off, after the arrival, or to the call."""
    call, version = one.application.call, one.valid
    day: date | None = call.decision_by
    if call.has_cut_offs and version is not None and version.cut_off is not None:
        day = version.cut_off.decision_by
    elif call.is_rolling and call.answer_days and version is not None and version.arrived_at is not None:
        day = (version.arrived_at.astimezone(call.zoneinfo) + timedelta(days=call.answer_days)).date()
    return datetime.combine(day, END_OF_DAY, call.zoneinfo) if day else None
