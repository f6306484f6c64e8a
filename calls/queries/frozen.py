"""The form that people fill: read once for each process, because a frozen revision never changes."""

from collections.abc import Iterable

from calls import formkit
from calls.formkit import FormDefinition
from calls.models import FormRevision

MOST_FORMS = 128
_known: dict[int, FormDefinition] = {}


def form_of(revision: FormRevision) -> FormDefinition:
    """The revision's form; its `definition` may be deferred. No query for a frozen one that this process knows."""
    return forms_of([revision])[revision.pk]


def forms_of(revisions: Iterable[FormRevision]) -> dict[int, FormDefinition]:
    """The forms of several revisions by primary key: at most one query."""
    wanted = {revision.pk: revision.frozen_at for revision in revisions}
    found = {pk: _known[pk] for pk, frozen_at in wanted.items() if frozen_at and pk in _known}
    missing = wanted.keys() - found.keys()
    if missing:
        rows = FormRevision.objects.filter(pk__in=missing).values_list("pk", "definition")
        read = {pk: formkit.parse(definition) for pk, definition in rows}
        found |= read
        if len(_known) + len(read) > MOST_FORMS:
            _known.clear()
        _known.update((pk, form) for pk, form in read.items() if wanted[pk])
    return found
