"""What staff read of questions about their calls: the text and when it came, never who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from calls.models import Call, Enquiry


@dataclass(frozen=True)
class Enquiries:
    """The questions of a call: what waits first, the oldest on top."""

    waiting: list[Enquiry]
    answered: list[Enquiry]
    aside: list[Enquiry]


def enquiries_of(call: Call) -> Enquiries:
    """All questions asked about a call: one query."""
    found = list(_unnamed(call).select_related("answer"))
    return Enquiries(
        waiting=[one for one in found if one.is_open],
        answered=[one for one in found if one.answer_id is not None],
        aside=[one for one in found if one.aside_at is not None],
    )


def waiting_enquiries(call: Call, refs: Sequence[str]) -> list[Enquiry]:
    """Those of these questions that still wait, oldest first."""
    return list(_unnamed(call).filter(ref__in=refs, answer=None, aside_at=None))


def _unnamed(call: Call) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(call=call).defer("asked_by", "email")
