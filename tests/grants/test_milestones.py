"""Reports: handed in, accepted, returned, refused."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Membership
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage, StoredFile
from funding import queries as funding
from funding.models import Account
from grants import services
from tests.grants import factories as make

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    """A real PNG of one pixel."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


def books(w: make.World) -> dict[str, int]:
    names = [Account.RESERVED, Account.COMMITTED, Account.ACCRUED, Account.PAID]
    return {name.value: funding.line_balance(w.call.budget_line, name) for name in names}


def subjects(kind: str) -> list[tuple[str, str]]:
    rows = OutgoingMessage.objects.filter(kind=kind).order_by("pk")
    return [(row.to, row.subject.replace("\u00a0", " ")) for row in rows]


def test_report_milestone_keeps_text_and_file_and_tells_managers(now) -> None:
    w = make.world()
    milestone = make.final(make.in_force(w))
    upload = SimpleUploadedFile("results.png", picture(), content_type="text/plain")
    report = services.report_milestone(milestone, by=w.bob, text="  Line one.\r\nLine two. ", file=upload)
    assert (report.text, report.submitted_by, report.file.name) == (
        "Line one.\nLine two.",
        w.bob,
        "results.png",
    )
    assert report.file.media_type == "image/png"
    assert make.again(milestone).state == "reported"
    assert [to for to, _subject in subjects("report_received")] == [w.team.mia.email, w.team.luc.email]


def test_report_milestone_twice_is_refused(now) -> None:
    w = make.world()
    milestone = make.final(make.in_force(w))
    services.report_milestone(milestone, by=w.alice, text="Done.")
    with pytest.raises(InvalidTransition):
        services.report_milestone(milestone, by=w.alice, text="Done again.")
    assert milestone.reports.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  \n ", "Write what was done"),
        ("x" * 10_001, "10001 characters; at most 10000"),
    ],
)
def test_report_milestone_with_a_wrong_text_is_refused(now, text: str, sentence: str) -> None:
    w = make.world()
    milestone = make.final(make.in_force(w))
    with pytest.raises(DomainError, match=sentence) as refused:
        services.report_milestone(milestone, by=w.alice, text=text)
    assert (refused.value.field, make.again(milestone).state) == ("text", "planned")


@pytest.mark.parametrize(
    ("name", "content"), [("report.exe", b"MZ"), ("report.pdf", b""), ("report.pdf", b"no pdf at all")]
)
def test_report_milestone_with_a_wrong_file_is_refused(now, name: str, content: bytes) -> None:
    w = make.world()
    milestone = make.final(make.in_force(w))
    with pytest.raises(DomainError) as refused:
        services.report_milestone(milestone, by=w.alice, text="Done.", file=SimpleUploadedFile(name, content))
    assert (refused.value.field, make.again(milestone).state, milestone.reports.count()) == (
        "file",
        "planned",
        0,
    )
    assert StoredFile.objects.filter(name=name).count() == 0


def test_report_milestone_before_the_agreement_is_in_force_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition, match="only one in force has reports"):
        services.report_milestone(make.final(make.signed(w)), by=w.alice, text="Done.")


def test_report_milestone_that_needs_none_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(DomainError, match="Nothing has to be reported for “Advance”"):
        services.report_milestone(make.advance(make.in_force(w)), by=w.alice, text="Done.")


def reported(w: make.World):
    milestone = make.final(make.in_force(w))
    services.report_milestone(milestone, by=w.alice, text="Done.")
    return make.again(milestone)


def test_accept_milestone_owes_its_money(now) -> None:
    w = make.world()
    milestone = reported(w)
    services.accept_milestone(milestone, by=w.team.mia, note="Well done.")
    assert make.again(milestone).state == "accepted"
    assert books(w) == {"reserved": 80_000_00, "committed": 0, "accrued": 20_000_00, "paid": 0}
    review = milestone.reports.get()
    assert (review.reviewed_at, review.reviewed_by, review.review_note) == (now, w.team.mia, "Well done.")
    ref = milestone.agreement.ref
    assert subjects("report_reviewed") == [
        (w.alice.email, f"Accepted: Final report, {ref}"),
        (w.bob.email, f"Accepted: Final report, {ref}"),
    ]


def test_accept_milestone_without_a_report_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition, match="Nothing was reported for “Final report” yet"):
        services.accept_milestone(make.final(make.in_force(w)), by=w.team.mia)
    assert books(w)["accrued"] == 8_000_00


@pytest.mark.parametrize(
    "verb", [services.accept_milestone, services.return_milestone, services.refuse_milestone]
)
def test_review_by_the_author_of_the_report_is_refused(now, verb) -> None:
    w = make.world()
    Membership.objects.create(user=w.team.mia, organisation=w.application.organisation)
    milestone = make.final(make.in_force(w))
    services.report_milestone(milestone, by=w.team.mia, text="Done by myself.")
    with pytest.raises(FourEyesRequired):
        verb(milestone, by=w.team.mia, note="Fine.")


@pytest.mark.parametrize(
    "verb", [services.accept_milestone, services.return_milestone, services.refuse_milestone]
)
def test_review_twice_is_refused(now, verb) -> None:
    w = make.world()
    milestone = reported(w)
    services.accept_milestone(milestone, by=w.team.mia)
    with pytest.raises(InvalidTransition):
        verb(milestone, by=w.team.luc, note="Again.")
    assert books(w)["accrued"] == 20_000_00


def test_return_milestone_lets_the_beneficiary_report_again(now) -> None:
    w = make.world()
    milestone = reported(w)
    services.return_milestone(milestone, by=w.team.mia, note="The photo is missing.")
    assert make.again(milestone).state == "returned"
    assert books(w)["committed"] == 12_000_00
    services.report_milestone(milestone, by=w.bob, text="With photo.")
    notes = list(milestone.reports.order_by("pk").values_list("text", "review_note"))
    assert notes == [("Done.", "The photo is missing."), ("With photo.", "")]
    services.accept_milestone(milestone, by=w.team.luc)
    assert make.again(milestone).state == "accepted"


@pytest.mark.parametrize("verb", [services.return_milestone, services.refuse_milestone])
def test_return_and_refuse_need_reasons(now, verb) -> None:
    w = make.world()
    milestone = reported(w)
    with pytest.raises(DomainError) as refused:
        verb(milestone, by=w.team.mia, note="   ")
    assert (refused.value.field, make.again(milestone).state) == ("note", "reported")


def test_refuse_milestone_gives_its_money_back_to_the_call(now) -> None:
    w = make.world()
    milestone = reported(w)
    services.refuse_milestone(milestone, by=w.team.mia, note="Nothing was built.")
    assert make.again(milestone).state == "refused"
    assert books(w) == {"reserved": 92_000_00, "committed": 0, "accrued": 8_000_00, "paid": 0}
    assert funding.held_cents(w.team.project, w.application.organisation) == 8_000_00
    assert make.again(milestone.agreement).state == "in_force"


def test_refuse_last_milestone_after_the_advance_was_paid_waits_for_a_word_on_the_advance(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    payment = make.approved(w, agreement)
    services.mark_payment_paid(payment, by=w.team.fred, paid_on=date(2027, 2, 18))
    services.report_milestone(make.final(agreement), by=w.alice, text="Nothing.")
    services.refuse_milestone(make.final(agreement), by=w.team.mia, note="Nothing was built.")
    assert make.again(agreement).state == "in_force"


def test_review_milestone_by_a_word_that_is_none_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        services.review_milestone(reported(w), by=w.team.mia, verdict="perhaps", note="")
    assert refused.value.field == "verdict"


def test_milestone_is_overdue_after_its_day_alone(now) -> None:
    w = make.world()
    milestone = make.final(make.in_force(w))
    assert milestone.due_on == date(2027, 12, 31)
    assert [milestone.is_overdue(date(2027, 12, 31)), milestone.is_overdue(date(2028, 1, 1))] == [False, True]
    assert make.advance(milestone.agreement).is_overdue(date(2028, 1, 1)) is False
