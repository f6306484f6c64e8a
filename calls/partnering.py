"""What the partners of an applicant do themselves before a submission: a setting of the call. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PartnerPart(TextChoices):
    """How far the organisations beside the applicant take part in the application."""

    NAMED = "named", gettext_lazy("The applicant names them and writes for them")
    CONFIRM = "confirm", gettext_lazy("Each confirms here that it takes part, with its amounts")
    OWN = "own", gettext_lazy("Each confirms, and fills in its own part")


def sentence(part: str) -> str:
    """What it means for those who apply together; empty where the applicant does all of it."""
    if part == PartnerPart.CONFIRM:
        return _(
            "Every partner confirms here, before the submission, that it takes part and with which amounts."
        )
    if part == PartnerPart.OWN:
        return _(
            "Every partner confirms here, before the submission, that it takes part, and may fill in its own amounts and "
            "answers; no other partner sees them."
        )
    return ""
