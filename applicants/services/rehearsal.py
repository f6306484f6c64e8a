"""Test submissions of a call: made, printed, thrown away. Nobody is told, and nothing of a real application is touched."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants import queries, rehearsing
from applicants.models import Rehearsal, RehearsalCount
from applicants.rehearsing import MadeUp
from applicants.tasks import print_rehearsal
from calls import formkit
from calls.models import Call
from calls.parts import digest
from core.audit import record
from core.erasing import forget_files
from core.errors import DomainError
from core.models import StoredFile
from core.tasks import enqueue

MOST_TESTS = 200
"""Test submissions that one call keeps."""


@transaction.atomic(durable=True)
def submit_rehearsal(
    call: Call, *, title: str, organisations: Sequence[MadeUp], typed: Mapping[str, Sequence[str]], by: Any
) -> Rehearsal:
    """Try to submit what was typed for these made-up organisations, and keep how it ended, well or not.

    `typed` is what the boxes of the form held, by name. The rules, the money and the form are those of the call now.
    Raises DomainError when the form is empty, there is no organisation, or the call keeps too many tests already.
    """
    count = RehearsalCount.objects.select_for_update().get_or_create(call=call)[0]
    if Rehearsal.objects.filter(call=call).count() >= MOST_TESTS:
        raise DomainError(
            _("This call keeps %d test submissions already: delete some of them first.") % MOST_TESTS
        )
    revision = queries.rehearsal_form(call)
    definition = formkit.parse(revision.definition)
    if not definition.sections:
        raise DomainError(_("The form is empty: give it a section with questions first."))
    _check_organisations(call, organisations)
    boxes = {name: [text.replace("\0", "") for text in values] for name, values in typed.items()}
    tried = queries.try_submission(
        call,
        definition,
        title=title,
        organisations=organisations,
        typed=queries.boxes_of(boxes),
    )
    count.last += 1
    count.save(update_fields=["last"])
    made = Rehearsal.objects.create(
        call=call,
        number=count.last,
        ref=rehearsing.REF % {"code": call.code, "number": count.last},
        title=title.strip(),
        organisations=rehearsing.kept(organisations),
        form=revision.definition,
        form_mark=digest(revision.definition),
        rules_mark=queries.rules_mark(call),
        typed=boxes,
        answers=tried.answers,
        requested_cents=sum(one.requested_cents for one in organisations),
        stops=len(tried.stops),
        outcome=tried.as_data(),
        language=get_language() or "",
        made_by=by,
    )
    record(made, "rehearsal.submitted", by=by, data={"stops": made.stops})
    return made


def _check_organisations(call: Call, organisations: Sequence[MadeUp]) -> None:
    """Their number, and the keys by which the form knows them."""
    _least, most = queries.organisations_possible(call)
    keys = [one.key for one in organisations]
    if (
        keys != [rehearsing.key_of(number) for number in range(1, len(keys) + 1)]
        or not 1 <= len(keys) <= most
    ):
        raise DomainError(_("A test of this call has from 1 to %d organisations.") % most)


def ask_for_rehearsal_document(test: Rehearsal) -> StoredFile | None:
    """The test as PDF, marked on every page; None while the worker still makes it. Asking again rings the bell again."""
    if test.document is None:
        enqueue(print_rehearsal, test.pk)
        test.refresh_from_db(fields=["document"])
    return test.document


@transaction.atomic(durable=True)
def delete_rehearsal(test: Rehearsal, *, by: Any) -> None:
    """Throw one test submission away, with its PDF. Recorded about the call, because the test is gone."""
    found = (
        Rehearsal.objects.select_for_update(of=("self",)).select_related("call").filter(pk=test.pk).first()
    )
    if found is None:
        raise DomainError(_("This test submission is deleted already."))
    record(found.call, "rehearsal.deleted", by=by, data={"ref": found.ref})
    _throw_away([found])


@transaction.atomic(durable=True)
def delete_rehearsals(call: Call, *, by: Any) -> int:
    """Throw all test submissions of a call away: one event. Returns how many. Raises DomainError when there is none."""
    found = list(Rehearsal.objects.select_for_update(of=("self",)).filter(call=call))
    if not found:
        raise DomainError(_("This call has no test submissions."))
    record(call, "rehearsal.all_deleted", by=by, data={"number": len(found)})
    _throw_away(found)
    return len(found)


def _throw_away(tests: Sequence[Rehearsal]) -> None:
    """Delete the rows, and the PDFs that were made of them."""
    Rehearsal.objects.filter(pk__in=[test.pk for test in tests]).delete()
    forget_files(test.document_id for test in tests if test.document_id)
