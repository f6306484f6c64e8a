"""What everybody who applies declares, in every call: read in the guide, confirmed at submission. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Declaration:
    """One sentence to be confirmed. `key` never changes."""

    key: str
    text: Any


DECLARATIONS = [
    Declaration(
        "truth",
        _("Everything in this application is true and complete, and I may sign for the organisation."),
    ),
    Declaration(
        "exclusion",
        _(
            "None of the organisations is in a situation of exclusion under Articles 138 to 143 of Regulation "
            "(EU, Euratom) 2024/2509 or under EU restrictive measures."
        ),
    ),
    Declaration("double_funding", _("The same costs are not paid by any other EU or public grant.")),
    Declaration(
        "conflict",
        _(
            "Neither I nor the organisations have a conflict of interest with the consortium that runs this call."
        ),
    ),
    Declaration(
        "checks",
        _(
            "The consortium, the granting authority, OLAF, the European Court of Auditors and the EPPO may check "
            "this application and what follows from it."
        ),
    ),
    Declaration("privacy", _("I have read the call and how personal data are used.")),
]
