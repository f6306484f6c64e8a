"""What anybody may check of a receipt: only who holds its fingerprint, or the file itself, hears that it is genuine."""

from django.db.models import QuerySet

from applicants.models import Version
from applicants.states import VersionStatus


def proven_by_fingerprint(ref: str, sha256: str) -> Version | None:
    """The submitted version with this fingerprint, of the application with this number; None when either is wrong."""
    return _final().filter(application__ref=ref, sha256=sha256).first()


def proven_by_file(sha256: str) -> Version | None:
    """The submitted version whose receipt is this very file, or whose data file it is; None for any other file."""
    return _final().filter(receipt__sha256=sha256).first() or _final().filter(sha256=sha256).first()


def _final() -> QuerySet[Version]:
    found = Version.objects.filter(status=VersionStatus.FINAL)
    return found.select_related("application__call").defer("payload")
