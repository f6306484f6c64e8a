"""Earlier applications of the same organisation from which a draft may take answers."""

from dataclasses import dataclass
from typing import Any

from accounts.queries import entries_of
from applicants import copying
from applicants.models import Application, SectionAnswers, Version
from applicants.queries.content import Content
from applicants.states import VersionStatus
from calls.models import long_texts
from calls.queries import forms_of

MOST_SOURCES = 20
"""So many earlier applications are looked at, the newest."""


@dataclass(frozen=True)
class Source:
    """An earlier application, and what of it could be taken over."""

    version: Version
    offers: list[copying.Offer]

    @property
    def application(self) -> Application:
        return self.version.application

    @property
    def sections(self) -> set[str]:
        return {one.section for one in self.offers}


def sources(content: Content, user: Any) -> list[Source]:
    """The organisation's other applications with something to take over, newest first: at most four queries."""
    versions = _newest(content.application, user)
    forms = forms_of(version.form_revision for version in versions)
    answers: dict[int, dict[str, dict[str, Any]]] = {}
    for row in SectionAnswers.objects.filter(version__in=versions).order_by("pk"):
        answers.setdefault(row.version_id, {})[row.section] = row.answers
    found = [
        Source(
            version,
            copying.offers(
                forms[version.form_revision_id],
                answers.get(version.pk, {}),
                content.definition,
                content.answers,
                content.parties,
            ),
        )
        for version in versions
    ]
    return [source for source in found if source.offers]


def _earlier(application: Application, user: Any) -> Any:
    return (
        Application.objects.visible_to(user)
        .filter(organisation__in=entries_of([application.organisation_id])[application.organisation_id])
        .exclude(pk=application.pk)
    )


def _newest(application: Application, user: Any) -> list[Version]:
    """The last version of each that was not thrown away: what was submitted last, or the draft that came after it."""
    chosen = list(_earlier(application, user).order_by("-pk").values_list("pk", flat=True)[:MOST_SOURCES])
    rows = (
        Version.objects.filter(application__in=chosen)
        .exclude(status=VersionStatus.DISCARDED)
        .select_related("application", "application__call", "form_revision")
        .defer("payload", "declarations", "form_revision__definition", *long_texts("application__call__"))
        .order_by("-application", "number")
    )
    last: dict[int, Version] = {row.application_id: row for row in rows}
    return list(last.values())
