"""What the agreement and the payment order say, and that they are the same whenever they are made (QR15)."""

import hashlib
import io
import re
from unittest.mock import patch

import pytest
from pypdf import PdfReader

from core.files import read_verified
from core.models import StoredFile
from funding.services import change_look
from grants import documents, services
from grants.jobs import render_missing_documents
from grants.tasks import render_agreement, render_payment_order
from tests.applicants.steps import png
from tests.grants import factories as make

pytestmark = pytest.mark.django_db


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages).replace("\u00a0", " "))


def drafted(w: make.World):
    return services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON, months=9)


def test_agreement_says_what_was_agreed(now) -> None:
    w = make.world(partners=[5_000_01])
    agreement = drafted(w)
    text = text_of(documents.agreement_pdf(agreement))
    for fact in [
        f"Grant agreement {agreement.ref}",
        "Vision control for short steel series",
        "25 000.01 EUR",
        "9 months, from 1 April 2027 to 31 December 2027",
        w.team.coordinator.legal_name,
        "Rossi Meccanica S.r.l.",
        "Partner 1 SARL",
        "10 000.00",
        "15 000.01",
        "at most 70 % of the costs",
        "Parts are checked by hand.",
        w.application.valid_version().sha256,
    ]:
        assert fact in text, fact


@pytest.mark.parametrize(
    "duty",
    [
        "(Article 12)",
        "(Article 13)",
        "(Article 14)",
        "(Article 17.2)",
        "(Article 18)",
        "(Article 19)",
        "(Article 20)",
        "(Article 25)",
        "OLAF",
        "European Court of Auditors",
        "EPPO",
        "for 5 years after the final payment of the EU grant",
        "may not be funded twice from the budget of the European Union",
        "Co-funded by the European Union",
        "European Innovation Council and SMEs Executive Agency (EISMEA)",
        "Annex 1. The project",
        "Annex 2. Organisations and budget",
        "Annex 3. Milestones",
        "Annex 4. Conditions of the call",
        "Annex 5. Declarations",
    ],
)
def test_agreement_binds_the_beneficiary_to_what_article_9_4_asks(
    now, agreement_text: str, duty: str
) -> None:
    assert duty in agreement_text


@pytest.fixture
def agreement_text(now, request) -> str:
    """The text of one agreement, made once for all duties."""
    cache = request.session.stash.setdefault(_text_key, {})
    if "text" not in cache:
        cache["text"] = text_of(documents.agreement_pdf(drafted(make.world())))
    return cache["text"]


_text_key = pytest.StashKey[dict]()


def test_agreement_made_again_is_the_same_to_the_byte(now) -> None:
    w = make.world()
    agreement = drafted(w)
    render_agreement(agreement.pk)
    stored = make.again(agreement).document
    w.application.organisation.legal_name = "Another name"
    w.application.organisation.save()
    w.team.project.acronym = "OTHER"
    w.team.project.save()
    w.call.title = {"en": "Renamed"}
    w.call.save()
    again = documents.agreement_pdf(make.again(agreement))
    assert hashlib.sha256(again).hexdigest() == stored.sha256


def test_payment_order_says_to_whom_and_who_stands_for_it(now) -> None:
    w = make.world()
    payment = make.approved(w)
    text = text_of(documents.payment_order_pdf(payment))
    for fact in [
        f"Payment order {payment.ref}",
        "8 000.00 EUR",
        "IT60 X054 2811 1010 0000 0123 456",
        "Rossi Meccanica S.r.l.",
        "1. Advance, 40 % of the grant",
        "Payment proposed Mia Laurent",
        "Payment approved Fred Martin",
        "Thursday 18 February 2027, 10:00 Brussels time",
    ]:
        assert fact in text, fact
    assert documents.payment_order_pdf(payment) == documents.payment_order_pdf(make.again(payment))


def test_render_missing_documents_makes_each_once(now) -> None:
    w = make.world()
    agreement = drafted(w)
    make.award(w.call, w.team, cents=10_000_00)
    assert [render_missing_documents(), render_missing_documents()] == [1, 0]
    stored = make.again(agreement).document
    assert (stored.name, stored.media_type, stored.created_by) == (
        f"{agreement.ref}.pdf",
        "application/pdf",
        None,
    )
    assert hashlib.sha256(read_verified(stored)).hexdigest() == stored.sha256


def test_render_missing_documents_finds_orders_and_stops_at_its_limit(now) -> None:
    w = make.world(partners=[5_000_00])
    agreement = make.in_force(w)
    payments = services.propose_payments(make.advance(agreement), by=w.team.mia)
    for payment in payments:
        services.approve_payment(payment, by=w.team.fred)
    assert [render_missing_documents(limit=1), render_missing_documents(limit=5)] == [1, 1]
    assert StoredFile.objects.filter(name__in=[f"{p.ref}.pdf" for p in payments]).count() == 2


def test_draft_and_approve_ring_the_bell(now, django_capture_on_commit_callbacks) -> None:
    w = make.world()
    with django_capture_on_commit_callbacks(execute=True):
        agreement = drafted(w)
    assert make.again(agreement).document is not None
    payment = make.proposed(w, make.in_force(make.world()))
    with django_capture_on_commit_callbacks(execute=True):
        services.approve_payment(payment, by=_fred(payment))
    assert make.again(payment).order is not None
    assert render_payment_order(payment.pk) is False


def _fred(payment):
    project = payment.milestone.agreement.application.call.project
    return project.members.get(role="finance").user


def test_agreement_drawn_up_before_these_annexes_is_printed_without_them(now) -> None:
    agreement = drafted(make.world())
    for key in ("conditions", "declarations", "declared_by", "sizes"):
        del agreement.data[key]
    text = text_of(documents.agreement_pdf(agreement))
    assert ("Annex 3. Milestones" in text, "Annex 4" in text, "Annex 5" in text) == (True, False, False)


def test_agreement_keeps_the_logo_it_was_drafted_with(now) -> None:
    """Beside the emblem, on every page, and not the one the project has by then."""
    w = make.world()
    plain = drafted(w)
    project = w.application.call.project
    change_look(project, accent="", by=w.team.mia, logo=png("logo.png"))
    assert "stored/" not in html_of(plain)
    other = make.world()
    change_look(other.application.call.project, accent="", by=other.team.mia, logo=png("logo.png"))
    agreement = drafted(other)
    logo = make.again(agreement).application.call.project.logo
    change_look(other.application.call.project, accent="", by=other.team.mia, remove_logo=True)
    assert f'src="bundle:stored/{logo.sha256}"' in html_of(agreement)
    pages = PdfReader(io.BytesIO(documents.agreement_pdf(agreement))).pages
    assert {len(page.images) for page in pages} == {1}


def html_of(agreement) -> str:
    seen = []
    with patch("core.pdf.print_html", side_effect=lambda html: seen.append(html) or b""):
        documents.agreement_pdf(make.again(agreement))
    return seen[0]
