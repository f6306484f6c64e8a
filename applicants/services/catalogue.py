"""Taking an accepted entry out of a public catalogue, and putting it back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications
from applicants.models import Application, CatalogueRemoval
from applicants.states import ApplicationState
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row


@transaction.atomic(durable=True)
def remove_entry(application: Application, *, reason: str, by: Any) -> CatalogueRemoval:
    """Take an entry out of its catalogue: nobody can choose it any more; files that chose it keep it. It is told why.

    Raises DomainError without a reason, InvalidTransition when it does not stand in a catalogue.
    """
    application = lock_row(application)
    removed = CatalogueRemoval.objects.filter(application=application).exists()
    if application.call.gives_money or application.state != ApplicationState.SELECTED or removed:
        raise InvalidTransition(_("%(ref)s does not stand in a catalogue.") % {"ref": application.ref})
    if not reason.strip():
        raise DomainError(_("Give the reason: the expert or company reads it."), field="reason")
    removal = CatalogueRemoval.objects.create(application=application, reason=reason.strip(), by=by)
    record(application, "application.taken_out", by=by, note=removal.reason)
    notifications.entry_removed(application, reason=removal.reason)
    return removal


@transaction.atomic(durable=True)
def restore_entry(application: Application, *, by: Any) -> Application:
    """Put an entry back into its catalogue. Raises InvalidTransition when it was not taken out."""
    application = lock_row(application)
    found = CatalogueRemoval.objects.filter(application=application)
    if not found.exists():
        raise InvalidTransition(_("%(ref)s was not taken out of the catalogue.") % {"ref": application.ref})
    record(application, "application.put_back", by=by, data={"reason": found.get().reason})
    found.delete()
    return application
