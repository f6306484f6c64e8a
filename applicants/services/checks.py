"""Counting how checks before an account end."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from applicants import checking
from applicants.models import CheckTally
from calls.models import Call
from core import clock


@transaction.atomic(durable=True)
def count_check(call: Call, *, reasons: Sequence[str]) -> None:
    """Count one check of a call under each kind of rule that stood in its way, or as one that could apply.

    Only counts are kept, by the day of the call's zone.
    """
    day = clock.now().astimezone(call.zoneinfo).date()
    for reason in sorted(reasons) or [checking.MAY_APPLY]:
        CheckTally.objects.get_or_create(call=call, day=day, reason=reason)
        CheckTally.objects.filter(call=call, day=day, reason=reason).update(count=F("count") + 1)
