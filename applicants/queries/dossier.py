"""A version as people read it: applicant, staff and evaluators see the same, each through their own door."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _
from django_countries import countries

from accounts.models import Organisation
from applicants import deminimis, sme
from applicants.declarations import DECLARATIONS
from applicants.models import Application, Attachment, Version
from applicants.queries.content import content_of
from applicants.queries.ownership import frozen_size, newest_statements
from applicants.states import VersionStatus
from calls import formkit
from calls.queries import form_of

FileUrl = Callable[[str], str]


@dataclass(frozen=True)
class DossierFile:
    """A file as it is shown; `url` is the reader's own door, empty when there is none."""

    ref: str
    name: str
    size: int
    sha256: str
    media_type: str
    url: str = ""


@dataclass(frozen=True)
class Answer:
    """A question with what was answered; `files` for a file question, `tables` for an answer that has some,
    `evaluators` what evaluators look at in it."""

    label: str
    text: str
    is_long: bool = False
    files: list[DossierFile] = field(default_factory=list)
    tables: list[formkit.ShownTable] = field(default_factory=list)
    evaluators: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.files and not self.tables


@dataclass(frozen=True)
class DossierSection:
    """A section of the form."""

    key: str
    title: str
    answers: list[Answer]


@dataclass(frozen=True)
class DossierPartner:
    """An organisation with its share, in cents; name and place are hidden in an anonymous dossier.

    `worked_out` is its size by its own statement, `differs` whether that is not what it declares, `reasons` what led to
    it (of the applicant only, and never in an anonymous dossier: they name owners). `aid`: its declaration of de minimis aid, sentence by sentence.
    """

    name: str
    country: str
    place: str
    size: str
    is_lead: bool
    task: str
    cost_cents: int
    requested_cents: int
    worked_out: str = ""
    differs: bool = False
    reasons: tuple[str, ...] = ()
    aid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """Everything one version says."""

    title: str
    ref: str
    version_number: int
    is_final: bool
    arrived_at: datetime | None
    sha256: str
    sections: list[DossierSection]
    partners: list[DossierPartner]
    declarations: list[str]
    anonymous: bool

    @property
    def files(self) -> list[DossierFile]:
        """All files, in the order of the form."""
        return [f for section in self.sections for answer in section.answers for f in answer.files]

    @property
    def cost_cents(self) -> int:
        return sum(partner.cost_cents for partner in self.partners)

    @property
    def requested_cents(self) -> int:
        return sum(partner.requested_cents for partner in self.partners)


def dossier(
    application: Application,
    version: Version | None = None,
    anonymous: bool = False,
    file_url: FileUrl | None = None,
) -> Dossier:
    """The dossier of a version (default: the one that counts). Three queries for a submitted version, else four.

    What was not asked, given the other answers, is not shown. `anonymous` hides names and places of organisations, the
    names of files (QD23), data of organisations, and answers that the form says may tell who applies; `file_url` makes the reader's own
    address of a file out of its reference. Raises LookupError when no version counts.
    """
    version = version or application.valid_version()
    if version is None:
        raise LookupError(f"{application.ref} has no version that counts")
    is_final = version.status == VersionStatus.FINAL
    payload: dict[str, Any] = (version.payload or {}) if is_final else _draft_payload(version)
    attachments = list(
        version.attachments.filter(removed_at=None).select_related("file").order_by("question", "pk")
    )
    files = _files(attachments, anonymous=anonymous, file_url=file_url)
    definition = form_of(version.form_revision)
    answers = payload.get("sections", {})
    parties = _parties(payload.get("partners", []), anonymous=anonymous)
    sections = _sections(definition, answers, parties, files, anonymous=anonymous)
    return Dossier(
        title=payload.get("title", "") or version.title,
        ref=application.ref,
        version_number=version.number,
        is_final=is_final,
        arrived_at=version.arrived_at,
        sha256="" if anonymous else version.sha256,
        sections=sections,
        partners=_partners(payload.get("partners", []), anonymous=anonymous),
        declarations=[] if anonymous else _declarations(payload.get("declarations", {})),
        anonymous=anonymous,
    )


def _declarations(frozen: Mapping[str, str]) -> list[str]:
    """As they were asked; a database keeps no order of keys."""
    order = [declaration.key for declaration in DECLARATIONS]
    known = [key for key in order if key in frozen]
    return [frozen[key] for key in [*known, *sorted(set(frozen) - set(known))]]


def _draft_payload(version: Version) -> dict[str, Any]:
    content = content_of(version)
    stated = newest_statements([partner.organisation for partner in content.partners])
    return {
        "title": version.title,
        "sections": content.answers,
        "partners": [
            {
                "organisation": {
                    "ref": partner.organisation.ref,
                    "legal_name": partner.organisation.legal_name,
                    "country": str(partner.organisation.country),
                    "town": partner.organisation.town,
                    "size": partner.organisation.size,
                },
                "is_lead": partner.is_lead,
                "task": partner.task,
                "cost_cents": partner.cost_cents,
                "requested_cents": partner.requested_cents,
                "aid": partner.aid,
                "sme": frozen_size(stated.get(partner.organisation_id), whole=partner.is_lead),
            }
            for partner in content.partners
        ],
    }


def _files(
    attachments: Sequence[Attachment], *, anonymous: bool, file_url: FileUrl | None
) -> dict[str, list[DossierFile]]:
    by_question: dict[str, list[DossierFile]] = {}
    for number, attachment in enumerate(attachments, start=1):
        name = attachment.file.name
        if anonymous:
            name = _("File %(n)d") % {"n": number} + PurePath(name).suffix.lower()
        shown = DossierFile(
            ref=attachment.ref,
            name=name,
            size=attachment.file.size,
            sha256=attachment.file.sha256,
            media_type=attachment.file.media_type,
            url=file_url(attachment.ref) if file_url else "",
        )
        by_question.setdefault(attachment.question, []).append(shown)
    return by_question


def _sections(
    definition: formkit.FormDefinition,
    answers: Mapping[str, Mapping[str, Any]],
    parties: Sequence[formkit.Party],
    files: Mapping[str, list[DossierFile]],
    *,
    anonymous: bool,
) -> list[DossierSection]:
    """The sections that were asked, each question for each organisation where it was asked so."""
    shown: dict[str, list[Answer]] = {}
    for section, one in formkit.asked_fields(definition, answers, parties):
        row = shown.setdefault(section.key, [])
        if not anonymous or (one.question.blind and one.question.type != formkit.QuestionType.ORGANISATION):
            value = answers.get(section.key, {}).get(one.name)
            if one.question.is_calculated:
                text = formkit.calculated(definition, one.question, answers, parties)
                row.append(Answer(label=formkit.label_of(one), text=text))
            else:
                row.append(_answer(one, value, parties, files.get(one.question.key, [])))
    return [
        DossierSection(section.key, str(section.title), shown[section.key])
        for section in definition.sections
        if section.key in shown
    ]


def _answer(
    one: formkit.Field, value: Any, parties: Sequence[formkit.Party], files: list[DossierFile]
) -> Answer:
    question = one.question
    tables = formkit.tables(question, value, parties)
    return Answer(
        label=formkit.label_of(one),
        text="" if question.is_file or tables else formkit.display(question, value, parties),
        is_long=question.type == "long_text",
        files=files if question.is_file else [],
        tables=tables,
        evaluators=str(question.evaluators),
    )


def _parties(rows: Sequence[Mapping[str, Any]], *, anonymous: bool) -> list[formkit.Party]:
    """Who takes part, by the references under which the form keeps their answers."""
    return [
        formkit.Party(
            key=row["organisation"].get("ref", ""),
            name=_neutral(row, number) if anonymous else row["organisation"].get("legal_name", ""),
        )
        for number, row in enumerate(rows, start=1)
    ]


def _neutral(row: Mapping[str, Any], number: int) -> str:
    """What an organisation is called where it has no name."""
    return _("Applicant") if row.get("is_lead") else _("Partner %(n)d") % {"n": number}


def _partners(rows: Sequence[Mapping[str, Any]], *, anonymous: bool) -> list[DossierPartner]:
    sizes = dict(Organisation.Size.choices)
    shown = []
    for number, row in enumerate(rows, start=1):
        organisation = row["organisation"]
        country = str(organisation.get("country", ""))
        shown.append(
            DossierPartner(
                name=_neutral(row, number) if anonymous else organisation.get("legal_name", ""),
                country=str(countries.name(country)),
                place="" if anonymous else organisation.get("town", ""),
                size=str(sizes.get(organisation.get("size", ""), "")),
                is_lead=row["is_lead"],
                task=row.get("task", ""),
                cost_cents=row["cost_cents"],
                requested_cents=row["requested_cents"],
                aid=() if anonymous else _aid(row),
                **_worked_out(row, anonymous=anonymous),
            )
        )
    return shown


def _aid(row: Mapping[str, Any]) -> tuple[str, ...]:
    declared = row.get("aid")
    return tuple(deminimis.declaration_text(deminimis.restored(declared))) if declared else ()


def _worked_out(row: Mapping[str, Any], *, anonymous: bool) -> dict[str, Any]:
    """The size by the organisation's own statement, as it was frozen."""
    stated = row.get("sme")
    if not stated:
        return {}
    size = stated.get("size")
    told = [] if anonymous else [one["message"] for one in stated.get("reasons", [])]
    return {
        "worked_out": sme.size_name(sme.Size(size)) if size else _("cannot be told"),
        "differs": bool(size) and size != row["organisation"].get("size"),
        "reasons": tuple(told),
    }
