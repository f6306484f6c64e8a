"""What we print: the receipt of a submission. Called from the worker only."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from applicants import words
from applicants.models import Version
from applicants.queries.dossier import dossier
from core.pdf import render_pdf
from funding.visibility import visibility_of


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
