"""Corrections as both sides read them: what can be marked, what is missing in it, and the difference of two versions."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applicants import paths
from applicants.models import PARTNER, TITLE, Application, Correction, Version
from applicants.queries.content import Content, content_of, gaps_by_field, money_gaps, refused_files
from applicants.queries.dossier import Answer, Dossier, dossier
from applicants.states import ApplicationState
from calls import formkit
from core import clock
from core.errors import Gap
from core.money import format_eur


@dataclass(frozen=True)
class Mark:
    """A field that can be marked: its key, under which heading it stands, its label, and where the applicant writes it."""

    key: str
    group: str
    label: str
    url: str


@dataclass(frozen=True)
class Difference:
    """A field that two versions have differently, in words."""

    group: str
    label: str
    before: str
    after: str


def markable(version: Version) -> list[Mark]:
    """Everything of a version that can be marked for correction, in the order of its pages."""
    application, content = version.application, content_of(version)
    partners = paths.of(application, "partners")
    made = [Mark(TITLE, _("Title"), _("Title of the project"), paths.of(application, "about"))]
    if content.call.gives_money:
        made += [
            Mark(
                PARTNER + one.organisation.ref,
                content.money_label,
                str(one.organisation),
                f"{partners}#party-{one.organisation.ref}",
            )
            for one in content.partners
        ]
    seen: set[str] = set()
    for section, one in formkit.asked_fields(content.definition, content.answers, content.parties):
        key = f"{section.key}/{one.question.key}"
        if not one.question.is_calculated and key not in seen:
            seen.add(key)
            made.append(
                Mark(key, str(section.title), str(one.question.label), paths.question(application, key))
            )
    return made


def correction_refused(application: Application, valid: Version | None) -> str | None:
    """Why no correction of it can be asked for now, in a sentence; None when one can. One query at most."""
    told = {"ref": application.ref}
    if valid is None or application.state != ApplicationState.OPEN:
        sentence = _(
            "A correction can be asked for before the check of eligibility is decided; %(ref)s is past that."
        )
        return sentence % told
    if application.is_writable(clock.now()):
        sentence = _(
            "The applicant can still change %(ref)s: write a message instead. Corrections are for the time after the "
            "deadline."
        )
        return sentence % told
    if Correction.objects.filter(application=application, answer="").exists():
        return _("A correction of %(ref)s is asked for already.") % told
    return None


def marked(correction: Correction) -> list[Mark]:
    """What a correction marks, as `markable` tells it."""
    correction.version.application = correction.application
    return [mark for mark in markable(correction.version) if mark.key in correction.fields]


def gaps_of_marked(content: Content, fields: Collection[str]) -> list[Gap]:
    """What is missing in the marked fields; the rest was submitted as it is."""
    found = []
    if not content.version.title.strip():
        found.append(Gap(_("The project has no title yet."), paths.of(content.application, "about")))
    if any(field.startswith(PARTNER) for field in fields):
        found += money_gaps(content)
    found += [
        Gap(gap.message, paths.question(content.application, gap.target))
        for gap in gaps_by_field(content)
        if gap.target in fields
    ]
    return found + refused_files(content)


def corrections_of(application: Application) -> list[Correction]:
    """All corrections asked for, newest first, with the version and the draft of each."""
    found = Correction.objects.filter(application=application).order_by("-pk")
    rows = list(found.select_related("version__form_revision", "made__form_revision", "asked_by"))
    for one in rows:
        one.application = one.version.application = one.made.application = application
    return rows


def difference(correction: Correction) -> list[Difference]:
    """What the draft or corrected version has differently from what was submitted, field by field."""
    application = correction.application
    before = dossier(application, correction.version)
    after = dossier(application, correction.made)
    found = [Difference(_("Title"), _("Title of the project"), before.title, after.title)]
    found += _of_partners(before, after) + _of_answers(before, after)
    return [one for one in found if one.before != one.after]


def _of_partners(before: Dossier, after: Dossier) -> list[Difference]:
    made = []
    for old, new in zip(before.partners, after.partners, strict=False):
        made += [
            Difference(new.name, _("Costs"), format_eur(old.cost_cents), format_eur(new.cost_cents)),
            Difference(
                new.name, _("Support asked"), format_eur(old.requested_cents), format_eur(new.requested_cents)
            ),
            Difference(new.name, _("Its part in the project"), old.task, new.task),
        ]
    return made


def _of_answers(before: Dossier, after: Dossier) -> list[Difference]:
    """A question that appears or goes, given the other answers, has nothing on one side."""
    sides: dict[tuple[str, str], list[str]] = {}
    for place, side in enumerate((before, after)):
        for section in side.sections:
            for answer in section.answers:
                sides.setdefault((section.title, answer.label), ["", ""])[place] = _told(answer)
    return [Difference(group, label, old, new) for (group, label), (old, new) in sides.items()]


def _told(answer: Answer) -> str:
    lines = [answer.text] if answer.text else []
    lines += [f"{file.name} (SHA-256 {file.sha256[:12]})" for file in answer.files]
    for table in answer.tables:
        lines += [
            "; ".join(f"{cell.head.label}: {cell.text}" for cell in row if cell.text) for row in table.rows
        ]
    return "\n".join(lines)
