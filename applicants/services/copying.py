"""Taking answers over from an earlier application of the same organisation (A35)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import copying, merging, queries
from applicants.models import Application, SectionAnswers, Version
from applicants.services._drafts import locked_draft
from applicants.services.revisions import move_on
from core import clock
from core.audit import record
from core.errors import DomainError


@dataclass
class Copied:
    """What came of it: the answers taken, and those that somebody changed since the page was made."""

    taken: list[copying.Offer] = field(default_factory=list)
    changed_meanwhile: list[copying.Offer] = field(default_factory=list)

    @property
    def to_check(self) -> list[copying.Offer]:
        """What was taken and carries dates, amounts or figures."""
        return [one for one in self.taken if one.check]


@transaction.atomic(durable=True)
def copy_answers(
    application: Application,
    *,
    source: Application,
    chosen: Mapping[str, int],
    by: Any,
    arrived: datetime | None = None,
) -> Copied:
    """Put the chosen answers of `source` into the draft. `chosen`: "section/question" to the number of the field that
    the writer saw; what was changed since is left alone and told. Raises DomainError when nothing can be taken."""
    draft = locked_draft(application, at=arrived)
    move_on(draft, by=by)
    offered = _offered(draft, source, by)
    wanted = [one for one in offered if one.key in chosen]
    if not wanted:
        raise DomainError(_("Nothing was chosen that can be taken over. Tick at least one answer."))
    copied = Copied()
    rows = {row.section: row for row in draft.answers.all()}
    for section in dict.fromkeys(one.section for one in wanted):
        row = rows.get(section) or SectionAnswers(version=draft, section=section)
        _take(row, [one for one in wanted if one.section == section], chosen, copied, by)
    data = {"version": draft.number, "from": source.ref, "answers": [one.key for one in copied.taken]}
    record(draft.application, "application.answers_copied", by=by, data=data)
    return copied


def _offered(draft: Version, source: Application, by: Any) -> list[copying.Offer]:
    found = queries.sources(queries.content_of(draft), by)
    return next((one.offers for one in found if one.application == source), [])


def _take(
    row: SectionAnswers, offers: list[copying.Offer], chosen: Mapping[str, int], copied: Copied, by: Any
) -> None:
    values = {one.name: one.value for one in offers}
    bases = {one.name: chosen[one.key] for one in offers}
    merged = merging.merge(row.answers, row.field_versions, values, bases)
    copied.taken += [one for one in offers if one.name in merged.changed]
    copied.changed_meanwhile += [one for one in offers if one.name in merged.conflicts]
    if merged.changed:
        row.answers, row.field_versions = merged.values, merged.numbers
        row.changed_at, row.changed_by = clock.now(), by
        row.save()
