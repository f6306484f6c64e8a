"""The visibility texts of a project: what stands beside the EU emblem on pages, in mails and in documents. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from funding.models import Project


@dataclass(frozen=True)
class Visibility:
    """The funding statement (without a full stop) and the disclaimer, in the active language."""

    statement: str
    disclaimer: str


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
    )
