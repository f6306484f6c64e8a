"""A person's own data as one file: what the product keeps about them, and the work of their organisations (GDPR, Art. 15
and 20). Nothing of others: each part is read through the person's own door."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.queries import own_organisations
from applicants import payload
from applicants.models import Application, Mandate, Message, SurveyAnswer, Version
from applicants.states import VersionStatus
from calls.models import Enquiry, Subscription
from core.files import read_verified
from core.models import AuditEvent, OutgoingMessage, StoredFile
from evaluation.models import Assignment, ConflictDeclaration, EarlyFeedback, EthicsCheck, Evaluator, Score
from funding.models import ProjectMember
from grants.models import Agreement, PaymentAnswer


def write_own_data(user: User, file: IO[bytes]) -> None:
    """Write a ZIP: JSON for what was typed and done, files as they are, and a page that says what is what."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme())
        for name, content in (
            ("person.json", _person(user)),
            ("activity.json", _activity(user)),
            ("messages.json", _messages(user)),
            ("evaluation.json", _evaluation(user)),
            ("organisations.json", _organisations(user)),
        ):
            archive.writestr(name, _json(content))
        for name, data in _files(user):
            archive.writestr(name, data)


def _readme() -> str:
    lines = (
        _("Your data, as they are kept here. Times are in UTC."),
        "",
        _(
            "person.json: your account, the organisations and projects you work for, questions and news you asked for"
        ),
        _("activity.json: what you did here, and when"),
        _("messages.json: the mails we wrote to you"),
        _("evaluation.json: invitations to evaluate, your declarations, scores and reasons"),
        _("organisations.json: your organisations, as entered"),
        _("applications/: what your organisations wrote, submitted and uploaded, with receipts and messages"),
        _("agreements/: the grant agreements of your organisations"),
    )
    return "\n".join(lines) + "\n"


def _person(user: User) -> dict[str, Any]:
    members = Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
    projects = ProjectMember.objects.filter(user=user).select_related("project").order_by("pk")
    mandates = Mandate.objects.filter(holder=user).select_related("organisation", "firm", "call")
    addresses = user.emailaddress_set.order_by("pk")  # type: ignore[attr-defined]  # allauth's
    return {
        **_columns(user, "email", "full_name", "language", "zone", "created_at"),
        "addresses": [_columns(one, "email", "verified", "primary") for one in addresses],
        "organisations": [
            {"organisation": str(one.organisation), **_columns(one, "role", "started_at", "ended_at")}
            for one in members
        ],
        "mandates": [
            {
                "organisation": str(one.organisation),
                "firm": str(one.firm or ""),
                "call": one.call.code if one.call else "",
                **_columns(one, "email", "first_on", "last_on", "answer", "answered_at", "ended_at"),
            }
            for one in mandates.order_by("pk")
        ],
        "projects": [{"project": str(one.project), **_columns(one, "role", "ended_at")} for one in projects],
        "questions": [
            {"call": one.call.code, **_columns(one, "text", "asked_at")}
            for one in Enquiry.objects.filter(asked_by=user).select_related("call").order_by("pk")
        ],
        "news": [
            {
                "call": one.call.code if one.call else "",
                **_columns(one, "text", "country", "size", "created_at"),
            }
            for one in Subscription.objects.filter(user=user).select_related("call").order_by("pk")
        ],
    }


def _activity(user: User) -> Iterable[dict[str, Any]]:
    return list(AuditEvent.objects.filter(actor=user).order_by("pk").values("at", "verb", "target_ref"))


def _messages(user: User) -> Iterable[dict[str, Any]]:
    found = OutgoingMessage.objects.filter(recipient=user).order_by("pk")
    return list(found.values("created_at", "to", "subject", "text", "sent_at"))


def _evaluation(user: User) -> dict[str, Any]:
    invited = Evaluator.objects.filter(user=user).select_related("round__call").order_by("pk")
    mine = Assignment.objects.given_to(user).order_by().values("pk")
    scores = Score.objects.filter(assignment__in=mine).select_related("assignment__application", "criterion")
    declared = ConflictDeclaration.objects.filter(by=user).select_related("assignment__application")
    return {
        "invitations": [
            {
                "call": one.round.call.code,
                **_columns(
                    one,
                    "name",
                    "email",
                    "invited_at",
                    "answered_at",
                    "state",
                    "interests",
                    "interests_named_at",
                ),
            }
            for one in invited
        ],
        "declarations": [
            {
                "application": one.assignment.application.ref,
                **_columns(one, "has_conflict", "statement", "details", "at"),
            }
            for one in declared.order_by("pk")
        ],
        "checks": [
            {
                "application": one.application.ref,
                **_columns(one, "named_at", "outcome", "conditions", "reasons"),
            }
            for one in EthicsCheck.objects.filter(reviewer=user).select_related("application").order_by("pk")
        ],
        "early_feedback": [
            {"application": one.application.ref, **_columns(one, "asked_at", "remarks")}
            for one in EarlyFeedback.objects.filter(adviser=user).select_related("application").order_by("pk")
        ],
        "scores": [
            {
                "application": one.assignment.application.ref,
                "criterion": one.criterion.code,
                **_columns(one, "value", "reason", "changed_at"),
            }
            for one in scores.order_by("pk")
        ],
    }


_INNER = ("id", "created_by", "merged_into")


def _organisations(user: User) -> list[dict[str, Any]]:
    names = [field.name for field in Organisation._meta.fields if field.name not in _INNER]
    return [
        {
            **_columns(one, *names),
            "ownership": list(one.statements.order_by("pk").values("made_at", "sheet", "size")),
        }
        for one in Organisation.objects.filter(pk__in=own_organisations(user)).order_by("pk")
    ]


def _files(user: User) -> Iterator[tuple[str, bytes | str]]:
    """Applications with drafts, submitted versions, uploads and receipts; agreements. One after the other, so that no
    more than one file is in memory."""
    for application in Application.objects.of_own_people(user).order_by("ref"):
        for version in application.versions.select_related("receipt").order_by("number"):
            yield from _version(application, version)
        yield from _thread(application)
        for said in SurveyAnswer.objects.filter(application=application):
            told = _columns(said, "ease", "hours", "words", "changed_at")
            yield f"applications/{application.ref}/survey.json", _json(told)
    agreements = Agreement.objects.visible_to(user).select_related("document", "application")
    for answer in PaymentAnswer.objects.filter(agreement__in=agreements).select_related(
        "agreement__application"
    ):
        told = _columns(answer, "clarity", "speed", "hours", "words", "changed_at")
        yield f"agreements/{answer.agreement.application.ref}/survey.json", _json(told)
    for agreement in agreements.exclude(document=None).order_by("pk"):
        if agreement.document is not None:
            yield _stored(f"agreements/{agreement.application.ref}", agreement.document)


def _thread(application: Application) -> Iterator[tuple[str, bytes | str]]:
    """What the applicant and the call office wrote to each other, with the files."""
    thread = Message.objects.filter(application=application).exclude(text="").select_related("by", "file")
    rows = list(thread.order_by("pk"))
    place = f"applications/{application.ref}/messages"
    if rows:
        told = [{"by": str(one.by), **_columns(one, "at", "is_from_office", "text")} for one in rows]
        yield f"{place}/messages.json", _json(told)
    for one in rows:
        if one.file is not None:
            yield _stored(f"{place}/{one.ref}", one.file)


def _version(application: Application, version: Version) -> Iterator[tuple[str, bytes | str]]:
    place = f"applications/{application.ref}/version-{version.number}"
    if version.status == VersionStatus.FINAL and version.payload is not None:
        yield f"{place}/submitted.json", payload.canonical(version.payload)
    else:
        answers = {row.section: row.answers for row in version.answers.order_by("pk")}
        yield f"{place}/{version.status}.json", _json({"title": version.title, "answers": answers})
    if version.receipt is not None:
        yield _stored(place, version.receipt)
    for upload in version.attachments.filter(removed_at=None).select_related("file").order_by("pk"):
        yield _stored(f"{place}/{upload.question}-{upload.ref}", upload.file)


def _stored(place: str, stored: StoredFile) -> tuple[str, bytes]:
    return f"{place}/{stored.name}", read_verified(stored)


def _columns(row: Model, *names: str) -> dict[str, Any]:
    return {name: str(value) if hasattr(value := getattr(row, name), "code") else value for name in names}


def _json(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
