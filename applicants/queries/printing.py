"""Drafts on paper: which are kept."""

from django.db.models import QuerySet

from applicants.models import DraftPrint, Version
from applicants.states import VersionStatus
from core.models import StoredFile


def kept_print(version: Version, language: str, fingerprint: str) -> StoredFile | None:
    """The PDF of the draft in this language, if it still says what the draft says."""
    found = DraftPrint.objects.filter(version=version, language=language, fingerprint=fingerprint)
    row = found.select_related("file").first()
    return row.file if row else None


def prints_of_no_draft() -> QuerySet[DraftPrint]:
    """PDFs of versions that were submitted or thrown away since."""
    return DraftPrint.objects.exclude(version__status=VersionStatus.DRAFT)
