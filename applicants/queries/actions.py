"""What the home page says: an applicant's drafts and waits, the staff's counts. Few queries, whatever the number."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants import paths
from applicants.models import Application, Attachment, Correction, Participation, Partner, SectionAnswers
from applicants.queries.content import form_parties
from applicants.queries.extensions import extension_actions
from applicants.queries.lists import OwnApplication, own_applications
from applicants.queries.mandates import mandate_actions
from applicants.queries.messages import message_actions
from applicants.queries.partnering import to_answer
from applicants.queries.phases import next_phase_line, next_phases
from applicants.queries.sharing import question_actions
from applicants.queries.signing import waiting_signatures
from applicants.states import ApplicationState
from calls import formkit
from calls.models import Call
from calls.queries import forms_of
from core import clock
from core.actions import NextAction


def next_actions(user: Any) -> list[NextAction]:
    """The lines of the person's home page that come from applications: at most twelve queries."""
    own = own_applications(user)
    drafts = [one for one in own if one.draft is not None and one.is_open]
    missing = _missing(drafts)
    to_sign = waiting_signatures([one.draft for one in drafts if one.draft is not None], user)
    lines = [
        _draft_line(one, missing.get(one.draft.pk, 0), to_sign.get(one.draft.pk))
        for one in drafts
        if one.draft is not None
    ]
    lines += [_correction_line(one, one.correction) for one in own if one.correction is not None]
    lines += [_waiting_line(one) for one in own if one.draft is None and _is_waiting(one)]
    lines += [next_phase_line(one) for one in next_phases([one.application for one in own])]
    lines += question_actions(drafts, user)
    lines += [_partner_line(asked) for asked in to_answer(user)]
    lines += mandate_actions(user) + message_actions(user) + extension_actions(user)
    return lines + _staff_lines(user)


def _draft_line(one: OwnApplication, missing: int, to_sign: bool | None) -> NextAction:
    """`to_sign`: it waits to be signed, by this person (True) or by somebody else (False)."""
    application, draft = one.application, one.draft
    name = one.title or application.ref
    if to_sign is not None:
        title = (
            _("Sign and submit “%(name)s”, or send it back")
            if to_sign
            else _("“%(name)s” waits to be signed")
        )
        title, standing = (
            title % {"name": name},
            _("Not submitted yet: sending it to be signed does not count"),
        )
    elif one.valid is None:
        title = _("Finish and submit “%(name)s”") % {"name": name}
        standing = _("Not submitted yet")
    else:
        title = _("Submit your changes to “%(name)s”, or throw them away") % {"name": name}
        standing = _("Version %(valid)d counts; version %(draft)d is a draft") % {
            "valid": one.valid.number,
            "draft": draft.number if draft else 0,
        }
    gaps = ngettext("%(n)d answer is missing", "%(n)d answers are missing", missing) % {"n": missing}
    return NextAction(
        title=title,
        url=paths.of(application, "detail"),
        detail=" · ".join([str(application.call), standing, *([gaps] if missing else [])]),
        due=application.deadline,
        tone="warn",
        waiting_for_others=to_sign is False,
    )


def _correction_line(one: OwnApplication, asked: Correction) -> NextAction:
    return NextAction(
        title=_("Correct what the call office marked in “%(name)s”")
        % {"name": one.title or one.application.ref},
        url=paths.of(one.application, "correction"),
        detail=f"{one.application.call} · {one.application.ref}",
        due=asked.due_at,
        tone="warn",
    )


def _partner_line(asked: Participation) -> NextAction:
    told = {"partner": asked.organisation, "applicant": asked.application.organisation}
    return NextAction(
        title=_("Say whether %(partner)s takes part with %(applicant)s") % told,
        url=asked.get_absolute_url(),
        detail=f"{asked.application.call} · {asked.application.ref}",
        due=asked.application.deadline,
        tone="warn",
    )


def _is_waiting(one: OwnApplication) -> bool:
    undecided = {ApplicationState.OPEN, ApplicationState.ELIGIBLE}
    return one.valid is not None and one.application.state in undecided


def _waiting_line(one: OwnApplication) -> NextAction:
    application, call = one.application, one.application.call
    if one.is_open:
        detail = _("Submitted and counts. You can still change it until the deadline.")
    elif application.state == ApplicationState.OPEN:
        detail = _("The call office checks whether it is eligible.")
    else:
        detail = _("Eligible; it is being evaluated.")
    return NextAction(
        title=one.title or application.ref,
        url=paths.of(application, "detail"),
        detail=f"{call} · {detail}",
        waiting_for_others=True,
    )


def _missing(drafts: list[OwnApplication]) -> dict[int, int]:
    """How many answers of the form each draft misses: at most three queries for all of them, one more where a form asks about each
    organisation."""
    versions = [one.draft for one in drafts if one.draft is not None]
    if not versions:
        return {}
    forms = forms_of(version.form_revision for version in versions)
    answers: dict[int, dict[str, dict[str, Any]]] = {}
    for row in SectionAnswers.objects.filter(version__in=versions):
        answers.setdefault(row.version_id, {})[row.section] = row.answers
    files: dict[int, dict[str, int]] = {}
    counted = (
        Attachment.objects.filter(version__in=versions, removed_at=None)
        .order_by()
        .values_list("version", "question")
        .annotate(n=Count("pk"))
    )
    for version_pk, question, n in counted:
        files.setdefault(version_pk, {})[question] = n
    partners: dict[int, list[Partner]] = {}
    if any(definition.needs_parties for definition in forms.values()):
        for partner in Partner.objects.filter(version__in=versions).select_related("organisation"):
            partners.setdefault(partner.version_id, []).append(partner)
    return {
        version.pk: len(
            formkit.gaps(
                forms[version.form_revision_id],
                answers.get(version.pk, {}),
                files.get(version.pk, {}),
                form_parties(partners.get(version.pk, [])),
            )
        )
        for version in versions
    }


def _staff_lines(user: Any) -> list[NextAction]:
    """How many files have arrived in each open call of the person's projects: one query."""
    counted = (
        Application.objects.filter(call__in=Call.objects.staffed_by(user).open_at(clock.now()))
        .exclude(state=ApplicationState.WITHDRAWN)
        .order_by()
        .values("call", "call__slug", "call__title", "call__closes_at")
        .annotate(
            submitted=Count("pk", filter=Q(last_final__isnull=False)),
            drafts=Count("pk", filter=Q(last_final__isnull=True)),
        )
    )
    return [
        NextAction(
            title=_("Applications to “%(call)s”") % {"call": row["call__title"]},
            url=reverse("applicants:staff_application_list", args=[row["call__slug"]]),
            detail=_("%(submitted)d submitted, %(drafts)d being written")
            % {"submitted": row["submitted"], "drafts": row["drafts"]},
            due=row["call__closes_at"],
            waiting_for_others=True,
        )
        for row in counted
    ]
