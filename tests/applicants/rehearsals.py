"""Test submissions for tests: made by the verb."""

from dataclasses import replace
from typing import Any

from applicants import queries, services
from applicants.models import Rehearsal
from calls import formkit
from calls.models import Call

GOOD = {"problem": ["Parts are checked by hand."], "trl": ["5"]}


def rehearse(
    call: Call, *, by: Any, number: int = 1, title: str = "Test project", typed: Any = None, **changes: Any
) -> Rehearsal:
    """A test of so many invented organisations; `changes` are about the first of them."""
    definition = formkit.parse(queries.rehearsal_form(call).definition)
    organisations = [queries.invented(call, definition, n, number) for n in range(1, number + 1)]
    organisations[0] = replace(organisations[0], **changes)
    return services.submit_rehearsal(
        call, title=title, organisations=organisations, typed=GOOD if typed is None else typed, by=by
    )
