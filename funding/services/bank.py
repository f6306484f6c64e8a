"""The verb about the account to which money is repaid."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import record
from core.errors import DomainError
from core.locks import lock_row
from funding.bank import AccountError, clean_bic, clean_iban
from funding.models import Project


@transaction.atomic(durable=True)
def change_bank(project: Project, *, holder: str, iban: str, by: Any, bic: str = "") -> Project:
    """Say to which account of ours money is repaid; a recovery order keeps the one of the day on which it is confirmed.

    Raises DomainError for an IBAN or BIC that is none, with its field.
    """
    project = lock_row(project)
    holder = " ".join(holder.split())
    if not 1 <= len(holder) <= 70:
        raise DomainError(_("Name the account holder in at most 70 characters."), field="holder")
    found = {"bank_holder": holder}
    for name, clean, typed in (("iban", clean_iban, iban), ("bic", clean_bic, bic)):
        try:
            found[f"bank_{name}"] = clean(typed)
        except AccountError as error:
            raise DomainError(error.message, field=name) from error
    before = {name: getattr(project, name) for name in found}
    if before != found:
        for name, value in found.items():
            setattr(project, name, value)
        project.save(update_fields=list(found))
        record(project, "project.bank_changed", by=by, data={"before": before, "after": found})
    return project
