"""The visibility texts of a project: what stands beside the EU emblem on pages, in mails and in documents."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.models import StoredFile
from funding.models import Project


@dataclass(frozen=True)
class Visibility:
    """The funding statement (without a full stop) and the disclaimer, in the active language. `project`: whose they are."""

    statement: str
    disclaimer: str
    project: Project

    @property
    def logo(self) -> dict[str, str]:
        """What documents show beside the emblem and not larger than it; empty without a logo. Read when it is printed."""
        return logo_of(self.project)


def visibility_of(project: Project) -> Visibility:
    """The texts with the project's own granting authority (model grant agreement, Article 17.2 and 17.3)."""
    return Visibility(
        statement=_("Co-funded by the European Union"),
        disclaimer=_(
            "Views and opinions expressed are however those of the author(s) only and do not necessarily reflect "
            "those of the European Union or %(authority)s. Neither the European Union nor the granting authority "
            "can be held responsible for them."
        )
        % {"authority": project.granting_authority},
        project=project,
    )


def logo_of(project: Project) -> dict[str, str]:
    """The project's logo for a document: the SHA-256 of its picture, and the words for who cannot see it."""
    if project.logo is None or project.logo.scan in (StoredFile.Scan.WAITING, StoredFile.Scan.REFUSED):
        return {}
    return {"sha256": project.logo.sha256, "words": project.acronym}
