"""Whether a draft waits to be signed, or was sent back."""

from collections.abc import Collection
from typing import Any

from django.db.models.functions import Coalesce

from accounts.models import Membership
from applicants.models import SignatureRequest, Version


def signature_of(draft: Version) -> SignatureRequest | None:
    """The newest request to sign the draft that waits or was sent back; None when it was taken back. One query."""
    found = (
        SignatureRequest.objects.filter(version=draft)
        .select_related("sent_by", "answered_by")
        .order_by("-pk")
        .first()
    )
    return None if found and found.answer == SignatureRequest.Answer.TAKEN_BACK else found


def waiting_signatures(drafts: Collection[Version], user: Any) -> dict[int, bool]:
    """Which of the drafts wait to be signed, by primary key: whether by this person. One query, two if any waits."""
    found = SignatureRequest.objects.filter(version__in=drafts, answer="").order_by("pk")
    firm = Coalesce("version__application__organisation__merged_into", "version__application__organisation")
    waiting = dict(found.values_list("version", firm))
    if not waiting:
        return {}
    signs = set(
        Membership.objects.filter(
            user=user, role=Membership.Role.SIGNATORY, ended_at=None, organisation__in=waiting.values()
        ).values_list("organisation", flat=True)
    )
    return {version: organisation in signs for version, organisation in waiting.items()}
