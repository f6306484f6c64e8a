"""Comparing the texts of what was submitted, started by the clock: nothing is decided by it (A23)."""

from django.db import transaction
from django.db.models import F

from applicants import resemblance
from applicants.models import Resemblance, Sketch, Version
from applicants.states import VersionStatus
from core.locks import lock_exclusive


def versions_to_compare(limit: int = 20) -> list[int]:
    """Versions that count and were not compared yet, at most `limit`, oldest first."""
    counting = Version.objects.filter(
        status=VersionStatus.FINAL, emptied_at=None, application__last_final=F("pk"), sketch=None
    )
    return list(counting.order_by("arrived_at").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def compare_version(pk: int) -> bool:
    """Keep the sketch of a submitted version, and what it has in common with the versions that count of other applications,
    in any call of this site; once, also with two workers: one compares at a time, so that no pair is missed. Returns whether
    this call did it."""
    lock_exclusive("applicants.compare", 0)
    version = (
        Version.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, status=VersionStatus.FINAL, emptied_at=None, sketch=None)
        .first()
    )
    if version is None or version.payload is None:
        return False
    numbers = resemblance.sketch(resemblance.texts_of(version.payload))
    Sketch.objects.create(version=version, numbers=numbers)
    others = Sketch.objects.filter(
        numbers__overlap=numbers, version__application__last_final=F("version")
    ).exclude(version__application=version.application_id)
    alike = [
        Resemblance(later=version, earlier_id=other, percent=percent)
        for other, their in (others.values_list("version", "numbers") if numbers else ())
        if (percent := resemblance.percent_alike(numbers, their)) >= resemblance.TOLD_FROM
    ]
    Resemblance.objects.bulk_create(alike, ignore_conflicts=True)
    return True
