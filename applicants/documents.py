"""What we print: a draft, the receipt of a submission, and a test submission. Printed by the worker only."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django_countries import countries

from applicants import rehearsing, words
from applicants.models import Rehearsal, Version
from applicants.queries.content import content_of, gaps
from applicants.queries.dossier import dossier
from applicants.queries.mandates import prepared_by
from applicants.queries.rehearsal import read_rehearsal
from core.pdf import compose, render_pdf
from funding.visibility import visibility_of


def draft_html(version: Version, language: str) -> str:
    """The HTML of a draft with what is missing in it, in this language: DRAFT stands on every page, and there is no seal, no
    number of a receipt and no fingerprint. It depends on what is saved, not on the hour it is made."""
    application = version.application
    with translation.override(language):
        content = content_of(version)
        context = {
            "application": application,
            "call": application.call,
            "dossier": dossier(application, version),
            "gaps": gaps(content),
            "saved": words.exact(content.saved_at, application.call.zone),
            "visibility": visibility_of(application.call.project),
        }
        title = translation.gettext("DRAFT %(ref)s: not submitted") % {"ref": application.ref}
        return compose("applicants/pdf/draft.html", context, title=title)


def receipt(version: Version) -> bytes:
    """The receipt of a submitted version as PDF, in the language of who submitted it: what arrived, when, and the
    fingerprint by which anyone can check it. Made of what was frozen, so that it is the same whenever it is made."""
    application, by = version.application, version.submitted_by
    if version.arrived_at is None or by is None:
        raise ValueError(f"{version} was not submitted")
    with translation.override(by.language or None):
        context = {
            "version": version,
            "application": application,
            "call": application.call,
            "dossier": dossier(application, version),
            "prepared": prepared_by(application, up_to=version.number),
            "arrived": words.exact(version.arrived_at, application.call.zone),
            "arrived_utc": words.exact_utc(version.arrived_at),
            "verify_url": f"{settings.SITE_URL}{reverse('applicants:receipt_check')}",
            "visibility": visibility_of(application.call.project),
        }
        title = translation.gettext("Receipt %(ref)s, version %(n)d") % {
            "ref": application.ref,
            "n": version.number,
        }
        return render_pdf("applicants/pdf/receipt.html", context, title=title)


def rehearsal(test: Rehearsal) -> bytes:
    """A test submission as PDF, in the language of who made it: TEST stands on every page; it has no seal, no receipt
    number and no fingerprint that anything could be checked by."""
    with translation.override(test.language or None):
        context = {
            "test": test,
            "call": test.call,
            "made": words.exact(test.made_at, test.call.zone),
            "organisations": [
                (one, countries.name(one.country)) for one in rehearsing.restored(test.organisations)
            ],
            "read": read_rehearsal(test),
            "visibility": visibility_of(test.call.project),
        }
        title = translation.gettext("TEST %(ref)s: nothing here counts") % {"ref": test.ref}
        return render_pdf("applicants/pdf/rehearsal.html", context, title=title)
