"""Catalogues made of accepted entries: what was selected in one call may be chosen in another (registered at start)."""

from applicants.models import Application, Version
from applicants.states import ApplicationState, VersionStatus
from calls.formkit.catalogues import Item

PREFIX = "call:"


def accepted_entries(name: str) -> list[Item]:
    """The entries selected in the call with this code, by name: organisation and title of what counts. Two queries."""
    if not name.startswith(PREFIX):
        return []
    selected = Application.objects.filter(
        call__code=name.removeprefix(PREFIX), state=ApplicationState.SELECTED, removal__isnull=True
    )
    titles = dict(
        Version.objects.filter(application__in=selected, status=VersionStatus.FINAL)
        .order_by("number")
        .values_list("application", "title")
    )
    rows = selected.select_related("organisation").order_by("organisation__legal_name", "pk")
    return [Item(row.ref, f"{row.organisation.legal_name}: {titles.get(row.pk, row.ref)}") for row in rows]
