"""The verb that changes how a project looks."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import contrast
from core.audit import record
from core.errors import DomainError
from core.files import store_upload
from core.locks import lock_row
from funding.models import Project


@transaction.atomic(durable=True)
def change_look(
    project: Project, *, accent: str, by: Any, logo: UploadedFile | None = None, remove_logo: bool = False
) -> Project:
    """Give the project its colour and logo (feature D9). Raises DomainError for what is no colour, for one that cannot be
    read (with its contrast and the nearest one that can: WCAG 2.2, 1.4.3), and for a file that is no picture.
    """
    project = lock_row(project)
    before = {"accent": project.accent, "logo": project.logo_id}
    project.accent = _readable(accent)
    if logo is not None:
        project.logo = store_upload(logo, by=by, allowed=("image/png", "image/jpeg"), max_mb=1)
    elif remove_logo:
        project.logo = None
    after = {"accent": project.accent, "logo": project.logo_id}
    if after != before:
        project.save(update_fields=["accent", "logo"])
        record(project, "project.look_changed", by=by, data={"before": before, "after": after})
    return project


def _readable(typed: str) -> str:
    """The colour as `#rrggbb`, or empty. Raises DomainError unless it can be read."""
    if not typed.strip():
        return ""
    accent = contrast.read(typed)
    if accent is None:
        raise DomainError(
            _("“%(typed)s” is no colour. Give six digits such as #1d4f91.") % {"typed": typed}, field="accent"
        )
    better = contrast.nearest(accent)
    if better != accent:
        sentence = _(
            "%(accent)s cannot be read well: its contrast is %(ratio)s to 1, and text needs 4.5 to 1. The nearest colour "
            "that can be read is %(better)s."
        )
        told = {"accent": accent, "ratio": f"{contrast.weakest(accent):.1f}", "better": better}
        raise DomainError(sentence % told, field="accent")
    return accent
