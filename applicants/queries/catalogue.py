"""The public catalogue of a call without money: its accepted entries, as far as the form makes their answers public."""

from dataclasses import dataclass

from django.db.models import QuerySet

from applicants.models import Application, CatalogueRemoval
from applicants.states import ApplicationState
from calls import formkit
from calls.countries import name_of
from calls.models import Call
from calls.queries import form_of


@dataclass(frozen=True)
class Entry:
    """One entry: who, where, under which title, and the answers that the form marks as public."""

    ref: str
    name: str
    country: str
    website: str
    title: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Listing:
    """How an accepted file stands in the catalogue; `reason` when it was taken out."""

    removed: bool = False
    reason: str = ""


def accepted(call: Call) -> QuerySet[Application]:
    """The files that stand in the call's catalogue: selected, and not taken out."""
    found = Application.objects.filter(call=call, state=ApplicationState.SELECTED, removal__isnull=True)
    return found.exclude(last_final=None).order_by("organisation__legal_name", "pk")


def catalogue(call: Call) -> list[Entry]:
    """The entries by name: one query, and one for the form."""
    rows = accepted(call).select_related("organisation", "last_final__form_revision")
    return [_entry(row) for row in rows]


def listing_of(application: Application) -> Listing | None:
    """None for a file that stands in no catalogue: no query unless it was accepted in a call without money."""
    if application.call.gives_money or application.state != ApplicationState.SELECTED:
        return None
    removal = CatalogueRemoval.objects.filter(application=application).first()
    return Listing(True, removal.reason) if removal else Listing()


def _entry(row: Application) -> Entry:
    version, organisation = row.last_final, row.organisation
    assert version is not None
    given = (version.payload or {}).get("sections") or {}
    answers = []
    for section, question in form_of(version.form_revision).questions():
        value = (given.get(section.key) or {}).get(question.key)
        if question.listed and not question.per_partner and value not in (None, "", [], {}):
            answers.append((str(question.label), formkit.display(question, value)))
    return Entry(
        row.ref,
        organisation.legal_name,
        name_of(str(organisation.country)),
        organisation.website,
        version.title,
        answers,
    )
