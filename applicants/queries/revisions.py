"""What a change of a call's form means for the drafts that are open: before it is published, and for each of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from applicants.models import Attachment, Partner, SectionAnswers, Version
from applicants.queries.content import form_parties
from applicants.states import VersionStatus
from calls import formkit
from calls.formkit import compare
from calls.models import Call, FormRevision
from calls.parts import digest
from calls.queries import form_of
from core.errors import Gap


@dataclass(frozen=True)
class Effect:
    """One difference, and how many open drafts have answered the question it is about."""

    sentence: str
    answered: int


@dataclass(frozen=True)
class FormChange:
    """A revision that is being made against the one in use: differences, and what open drafts would lack by it.

    `mark` tells whether the definition is still the one that was looked at; `revision` knows who proposed it.
    """

    revision: FormRevision
    number: int
    effects: list[Effect]
    faults: list[str]
    drafts: int
    drafts_lacking: int
    lacking: list[tuple[str, int]]
    mark: str


@dataclass(frozen=True)
class _Draft:
    version: Version
    answers: dict[str, dict[str, Any]]
    files: dict[str, int]
    partners: list[Partner]


def form_change(call: Call) -> FormChange | None:
    """The change being made of the call's form, with its effect on every open draft; None when none is. Six queries,
    whatever the number of drafts."""
    after = FormRevision.objects.filter(call=call).select_related("proposed_by").order_by("-number")[0]
    if after.frozen_at is not None:
        return None
    before = FormRevision.objects.filter(call=call, frozen_at__isnull=False).order_by("-number").first()
    if before is None:
        return None
    old, new = formkit.parse(before.definition), formkit.parse(after.definition)
    drafts = _drafts(call)
    lacking: Counter[str] = Counter()
    touched = 0
    for draft in drafts:
        found = _new_gaps(old, new, draft)
        touched += bool(found)
        lacking.update({gap.message for gap in found})
    return FormChange(
        revision=after,
        number=after.number,
        effects=[
            Effect(one.sentence, _answered(drafts, one.question)) for one in compare.differences(old, new)
        ],
        faults=[fault.message for fault in formkit.problems(after.definition)],
        drafts=len(drafts),
        drafts_lacking=touched,
        lacking=lacking.most_common(50),
        mark=digest(after.definition),
    )


def gaps_by_new_form(draft: Version) -> list[Gap]:
    """What a draft lacks by the revision in use that it did not lack by its own; none when it has moved on already."""
    if draft.form_revision.superseded_at is None:
        return []
    call = draft.application.call
    new = form_of(call.current_form())
    return _new_gaps(form_of(draft.form_revision), new, _loaded([draft])[0])


def what_changed(draft: Version) -> list[str]:
    """The differences between the form a draft was begun with and the one in use, in words."""
    if draft.form_revision.superseded_at is None:
        return []
    old, new = form_of(draft.form_revision), form_of(draft.application.call.current_form())
    return [one.sentence for one in compare.differences(old, new)]


def _new_gaps(old: formkit.FormDefinition, new: formkit.FormDefinition, draft: _Draft) -> list[Gap]:
    parties = form_parties(draft.partners)
    before = {_place(gap) for gap in formkit.gaps(old, draft.answers, draft.files, parties)}
    moved = compare.regroup(draft.answers, new)
    after = formkit.gaps(new, moved, draft.files, parties)
    return [gap for gap in after if _place(gap) not in before]


def _place(gap: Gap) -> tuple[str, str]:
    """A gap is the same one wherever its section is now."""
    return gap.target.rpartition("/")[2], gap.message


def _answered(drafts: Sequence[_Draft], question: str) -> int:
    def has(draft: _Draft) -> bool:
        names = (name for row in draft.answers.values() for name, value in row.items() if value is not None)
        return draft.files.get(question, 0) > 0 or any(name.partition("-")[0] == question for name in names)

    return sum(1 for draft in drafts if question and has(draft))


def _drafts(call: Call) -> list[_Draft]:
    versions = Version.objects.filter(application__call=call, status=VersionStatus.DRAFT).defer("payload")
    return _loaded(list(versions))


def _loaded(versions: Sequence[Version]) -> list[_Draft]:
    answers: dict[int, dict[str, dict[str, Any]]] = {}
    for row in SectionAnswers.objects.filter(version__in=versions):
        answers.setdefault(row.version_id, {})[row.section] = row.answers
    files: dict[int, dict[str, int]] = {}
    counted: Any = (
        Attachment.objects.filter(version__in=versions, removed_at=None)
        .order_by()
        .values_list("version", "question")
        .annotate(n=Count("pk"))
    )
    for version, question, n in counted:
        files.setdefault(version, {})[question] = n
    partners: dict[int, list[Partner]] = {}
    for partner in Partner.objects.filter(version__in=versions).select_related("organisation"):
        partners.setdefault(partner.version_id, []).append(partner)
    return [_of(version, answers, files, partners) for version in versions]


def _of(
    version: Version,
    answers: Mapping[int, dict[str, dict[str, Any]]],
    files: Mapping[int, dict[str, int]],
    partners: Mapping[int, list[Partner]],
) -> _Draft:
    return _Draft(
        version, answers.get(version.pk, {}), files.get(version.pk, {}), partners.get(version.pk, [])
    )
