"""QS17: what got no money goes after its term, announced; what is evidence of public money stays."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from applicants import services as applicants
from applicants.jobs import render_missing_receipts
from applicants.models import Application, Attachment, Message, SectionAnswers, Version
from core import clock
from core.models import AuditEvent, OutgoingMessage, StoredFile
from desk.erasure import terms
from desk.jobs import keep_terms
from evaluation.models import Decision, Score, Screening
from funding import services as funding
from tests.desk.test_personal import signed_in
from tests.evaluation import factories as evaluation
from tests.samples import pdf

pytestmark = pytest.mark.django_db

CANARY = "qzx-loser-canary"


@pytest.fixture
def scene(now):
    """One file is funded, one is not; the second says a canary in texts, files and messages."""
    made = evaluation.scene(files=2, evaluators=2, budget_cents=20_000_00)
    loser = made.files[1]
    evaluation.released(made)
    loser.refresh_from_db()
    assert loser.state in ("rejected", "reserve")
    applicants.write_to_office(
        loser, text=CANARY, by=loser.created_by, file=SimpleUploadedFile("more.pdf", pdf())
    )
    render_missing_receipts()
    return made, loser


def at(instant) -> int:
    """Two beats."""
    with clock.stopped_at(instant):
        return keep_terms() + keep_terms()


def contents(file: Application) -> tuple[int, ...]:
    found = {"version__application": file}
    return (
        SectionAnswers.objects.filter(**found).count(),
        Attachment.objects.filter(**found).count(),
        Message.objects.filter(application=file).count(),
        Version.objects.filter(application=file).exclude(title="").count(),
        Score.objects.filter(assignment__application=file).exclude(reason="").count(),
        Decision.objects.filter(application=file).exclude(letter="").count(),
        Version.objects.filter(application=file, receipt__isnull=False).count(),
    )


def test_losers_go_after_their_term_and_thirty_days_after_the_managers_were_told(scene, now):
    made, loser = scene
    winner = made.files[0]
    funding.set_losers_term(made.team.project, losers_years=2, by=made.team.mia)
    made.team.project.refresh_from_db()
    kept = contents(winner)
    end = now.replace(year=now.year + 2) + timedelta(days=1)  # 19 February 2029, in the morning of Brussels
    end = end.replace(hour=0, minute=0) - timedelta(hours=1)  # 00:00 there
    assert terms.terms_of(made.team.project)[0].losers_from == (now + timedelta(days=1)).date().replace(
        year=now.year + 2
    )
    assert at(end - terms.ANNOUNCED - timedelta(seconds=1)) == 0
    assert at(end - terms.ANNOUNCED) == 1
    mails = OutgoingMessage.objects.filter(kind="deletion_announced").order_by("pk")
    assert [one.recipient for one in mails] == [made.team.mia, made.team.luc]
    assert "The term of 1 application without money" in " ".join(mails[0].text.split())
    assert AuditEvent.objects.filter(verb="call.deletion_announced").count() == 1
    assert at(end - timedelta(seconds=1)) == 0
    assert all(contents(loser)[index] for index in (0, 2, 3, 4, 5, 6))

    files = StoredFile.objects.count()
    asked, state = loser.asked_cents, loser.state
    assert at(end) == 1
    assert contents(loser) == (0,) * 7
    assert StoredFile.objects.count() < files
    loser.refresh_from_db()
    assert (loser.asked_cents, loser.state, loser.outcome_text) == (asked, state, "")
    assert loser.deleted_at == end
    assert Score.objects.filter(assignment__application=loser).count() > 0  # points stay
    assert Screening.objects.filter(application=loser).count() == 1
    assert contents(winner) == kept
    assert at(end + timedelta(days=4000)) == 0  # the funded one is never deleted by itself
    assert render_missing_receipts() == 0  # and no receipt is made anew
    row = terms.terms_of(made.team.project)[0]
    assert (row.funded, row.losers, row.deleted, row.funded_from) == (1, 0, 1, None)


def test_after_a_pause_the_announcement_comes_first(scene, now):
    late = now + timedelta(days=365 * 9)
    assert at(late) == 1
    assert at(late + terms.ANNOUNCED - timedelta(seconds=1)) == 0
    assert at(late + terms.ANNOUNCED) == 1


def test_a_longer_term_set_after_the_announcement_keeps_them(scene, now):
    made, loser = scene
    end = now + timedelta(days=365 * 5 + 3)
    assert at(end - terms.ANNOUNCED) == 1
    with clock.stopped_at(end - timedelta(days=5)):
        funding.set_losers_term(made.team.project, losers_years=9, by=made.team.mia)
    assert at(end) == 0
    assert contents(loser)[0]


def test_postgresql_keeps_what_was_submitted_outside_of_that(scene):
    _made, loser = scene
    for rows in (
        SectionAnswers.objects.filter(version__application=loser),
        Message.objects.filter(application=loser),
        Screening.objects.filter(application=loser),
        Score.objects.filter(assignment__application=loser),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()


def test_the_pages_of_a_deleted_file_open_and_the_list_says_what_goes_when(scene, now):
    made, loser = scene
    mia = made.team.mia
    end = now + timedelta(days=365 * 6)
    at(end)
    at(end + terms.ANNOUNCED)
    loser.refresh_from_db()
    assert loser.deleted_at is not None
    own, staff = signed_in(loser.created_by), signed_in(mia)
    assert own.get(loser.get_absolute_url()).status_code == 200
    assert staff.get(f"/calls/{loser.call.slug}/applications/{loser.ref}/").status_code == 200
    page = staff.get(f"/projects/{made.team.project.slug}/retention/").content.decode()
    assert "no end is known" in page and "1 application was deleted after its term" in page


def test_managers_enter_and_approve_the_day_on_the_page_and_an_auditor_reads_it(scene, now):
    made, _loser = scene
    url = f"/projects/{made.team.project.slug}/retention/"
    typed = {"paid_on": "2027-02-01", "evidence": "Letter of EISMEA"}
    assert signed_in(made.team.ann).post(url, typed).status_code == 403
    assert signed_in(made.team.mia).post(url, {**typed, "paid_on": "2031-01-01"}).status_code == 422
    assert signed_in(made.team.mia).post(url, typed).status_code == 302
    (entered,) = made.team.project.final_payments.all()
    signed_in(made.team.mia).post(url, {"approve": entered.pk})
    assert "No end" in signed_in(made.team.ann).get(url).content.decode()
    signed_in(made.team.luc).post(url, {"approve": entered.pk})
    page = signed_in(made.team.ann).get(url).content.decode()
    assert "Records of beneficiaries: not before 2 February 2032" in page
    assert terms.terms_of(made.team.project)[0].funded_from.isoformat() == "2032-02-02"
