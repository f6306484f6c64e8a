"""The pages: the way through them, and what they answer to what is wrong."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import AuditEvent
from grants import services
from grants.models import Agreement, BankAccount, Payment
from grants.tasks import render_agreement, render_payment_order
from tests.evaluation.browsing import sign_in
from tests.grants import factories as make
from tests.grants.test_milestones import picture

pytestmark = pytest.mark.django_db


def text(response) -> str:
    """What a page says, without markup."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(bare).replace("\u00a0", " ").split())


def staff(w: make.World, agreement: Agreement, page: str = "") -> str:
    return f"/calls/{w.call.slug}/grants/{agreement.ref}/{page}"


def own(agreement: Agreement, page: str = "") -> str:
    return f"/agreements/{agreement.ref}/{page}"


def draft(w: make.World, client: Client, **changes):
    data = {"starts_on": "2027-04-01", "months": "9", "files": [w.application.ref], **changes}
    return client.post(f"/calls/{w.call.slug}/grants/draft/", data)


# --- the whole way ----------------------------------------------------------------------------------------
def test_the_whole_way_by_pages_alone(now, django_capture_on_commit_callbacks) -> None:
    w = make.world()
    mia, luc, fred, alice = (sign_in(person) for person in (w.team.mia, w.team.luc, w.team.fred, w.alice))
    with django_capture_on_commit_callbacks(execute=True):
        assert draft(w, mia).status_code == 302
    agreement = Agreement.objects.get()
    assert agreement.document is not None
    assert mia.get(staff(w, agreement, "document/")).headers["Content-Type"] == "application/pdf"
    assert alice.get(own(agreement)).status_code == 404
    mia.post(staff(w, agreement, "send/"))
    assert "Read the agreement, then sign it" in text(alice.get(own(agreement)))
    assert alice.get(own(agreement, "document/")).status_code == 200

    bank = own(agreement, f"bank/{w.application.organisation.ref}/")
    assert alice.post(bank, {"holder": "Rossi", "iban": make.IBAN, "bic": ""}).status_code == 302
    signature = {"sha256": agreement.document.sha256, "agree": "on", "name": "Alice Bianchi"}
    assert alice.post(own(agreement, "sign/"), signature).status_code == 302
    signature["name"] = "Luc Peeters"
    assert luc.post(staff(w, agreement, "countersign/"), signature).status_code == 302
    assert make.again(agreement).state == "in_force"

    verify = staff(w, agreement, f"bank/{w.application.organisation.ref}/")
    assert "The holder is not the legal name" in text(fred.get(verify))
    assert fred.post(verify, {"how": "Called the register's number"}).status_code == 302

    for milestone in agreement.milestones.all():
        page = f"milestones/{milestone.ref}/"
        if milestone.needs_report:
            assert alice.post(own(agreement, page), {"text": "Done."}).status_code == 302
            assert "Done." in text(mia.get(staff(w, agreement, page)))
            assert mia.post(staff(w, agreement, page), {"verdict": "accept", "note": ""}).status_code == 302
        assert mia.post(staff(w, agreement, page + "payments/")).status_code == 302
        payment = Payment.objects.get(milestone=milestone)
        with django_capture_on_commit_callbacks(execute=True):
            assert fred.post(f"/payments/{payment.ref}/approve/", {"note": "Fine"}).status_code == 302
        assert fred.get(f"/payments/{payment.ref}/order/").headers["Content-Type"] == "application/pdf"
        assert fred.post(f"/payments/{payment.ref}/paid/", {"paid_on": "2027-02-18"}).status_code == 302
        assert "The money has left the account" in text(mia.get(f"/payments/{payment.ref}/"))
    assert make.again(agreement).state == "completed"
    assert "Everything is decided and paid" in text(alice.get(own(agreement)))


# --- drafting ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts_on": "soon"}, "Enter a valid date"),
        ({"starts_on": ""}, "This field is required"),
        ({"starts_on": "2020-01-01"}, "itself runs from 1 September 2026"),
        ({"months": "0"}, "greater than or equal to 1"),
        ({"months": "13"}, "lasts 1 to 12 months, not 13"),
        ({"files": []}, "Choose at least one file"),
        ({"files": ["X-9"]}, "X-9 waits for no agreement any more."),
    ],
)
def test_draft_with_wrong_input_keeps_what_was_typed(now, changes, sentence: str) -> None:
    w = make.world()
    answer = draft(w, sign_in(w.team.mia), **changes)
    assert (answer.status_code, Agreement.objects.count()) == (422, 0)
    assert sentence in text(answer)
    typed = changes.get("months", changes.get("starts_on", "2027-04-01"))
    assert f'value="{typed}"' in answer.content.decode() or typed == ""


def test_draft_leaves_boxes_as_they_were_ticked(now) -> None:
    w = make.world()
    second = make.award(w.call, w.team, cents=1_000_00)
    page = draft(w, sign_in(w.team.mia), months="99").content.decode()
    ticked = {
        ref for ref in (w.application.ref, second.ref) if re.search(rf'value="{ref}"[^>]* checked', page)
    }
    assert ticked == {w.application.ref}


def test_draft_of_one_that_was_drafted_meanwhile_says_so(now) -> None:
    w = make.world()
    make.drafted(w)
    answer = draft(w, sign_in(w.team.mia))
    assert (answer.status_code, Agreement.objects.count()) == (422, 1)
    assert f"{w.application.ref} waits for no agreement any more." in text(answer)


def test_list_tells_what_to_do_when_there_is_nothing(now) -> None:
    w = make.world()
    empty = make.calls.call(w.team)
    page = text(sign_in(w.team.mia).get(f"/calls/{empty.slug}/grants/"))
    assert "No file of this call is selected yet." in page


def test_list_offers_drafting_to_managers_alone(now) -> None:
    w = make.world()
    pages = [text(sign_in(p).get(f"/calls/{w.call.slug}/grants/")) for p in (w.team.mia, w.team.ann)]
    assert ["Draft the agreements" in page for page in pages] == [True, False]
    assert draft(w, sign_in(w.team.fred)).status_code == 404
    assert Agreement.objects.count() == 0


# --- an agreement of somebody else, of nobody, by the wrong person ----------------------------------------
def test_foreign_unknown_and_wrong_role_are_404_or_403(now) -> None:
    w, other = make.world(), make.world()
    agreement = make.sent(w)
    foreign = make.sent(other)
    alice, bob, mia, fred = (sign_in(p) for p in (w.alice, w.bob, w.team.mia, w.team.fred))
    answers = {
        "foreign agreement": alice.get(own(foreign)).status_code,
        "foreign document": alice.get(own(foreign, "document/")).status_code,
        "foreign staff page": mia.get(staff(other, foreign)).status_code,
        "own agreement under a foreign call": mia.get(f"/calls/{other.call.slug}/grants/{agreement.ref}/").status_code,
        "unknown": alice.get("/agreements/NO-SUCH-GA/").status_code,
        "unknown milestone": alice.get(own(agreement, "milestones/XXXXXXXX/")).status_code,
        "milestone without a report": alice.get(own(agreement, f"milestones/{make.advance(agreement).ref}/")).status_code,
        "unknown payment": fred.get("/payments/NO-P1/").status_code,
        "unknown organisation": alice.get(own(agreement, "bank/XXXXXXXX/")).status_code,
        "colleague signs": bob.get(own(agreement, "sign/")).status_code,
        "colleague's account": bob.get(own(agreement, f"bank/{w.application.organisation.ref}/")).status_code,
        "finance sends": fred.post(staff(w, agreement, "send/")).status_code,
        "send by GET": mia.get(staff(w, agreement, "send/")).status_code,
    }  # fmt: skip
    assert answers == {
        **dict.fromkeys(answers, 404),
        "colleague signs": 403,
        "colleague's account": 403,
        "send by GET": 405,
    }


def test_agreement_page_leads_staff_to_their_own(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    answer = sign_in(w.team.ann).get(own(agreement))
    assert (answer.status_code, answer.headers["Location"]) == (302, staff(w, agreement))


def test_send_before_the_document_is_made_says_so(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    mia = sign_in(w.team.mia)
    assert "it can be sent in a moment" in text(mia.get(staff(w, agreement)))
    assert mia.get(staff(w, agreement, "document/")).status_code == 404
    page = text(mia.post(staff(w, agreement, "send/"), follow=True))
    assert "The document is still being made." in page
    assert make.again(agreement).state == "drafted"


def test_withdraw_asks_for_a_reason_and_shows_it_to_the_beneficiary(now) -> None:
    w = make.world()
    agreement, mia = make.sent(w), sign_in(w.team.mia)
    assert mia.post(staff(w, agreement, "withdraw/"), {"reason": ""}).status_code == 422
    mia.post(staff(w, agreement, "withdraw/"), {"reason": "The start is wrong."})
    assert "The start is wrong." in text(sign_in(w.alice).get(own(agreement)))
    assert "The start is wrong." in text(mia.get(staff(w, agreement)))


# --- signing ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agree": ""}, "Confirm this before you sign."),
        ({"name": ""}, "This field is required"),
        ({"name": "Somebody Else"}, "Type your full name as it stands in your account: Alice Bianchi."),
        ({"sha256": "0" * 64}, "This is not the document you opened."),
        ({"sha256": ""}, "This field is required"),
    ],
)
def test_sign_with_wrong_input_does_not_sign(now, changes, sentence: str) -> None:
    w = make.world()
    agreement = make.sent(w)
    data = {"sha256": agreement.document.sha256, "agree": "on", "name": "Alice Bianchi", **changes}
    answer = sign_in(w.alice).post(own(agreement, "sign/"), data)
    assert (answer.status_code, make.again(agreement).state) == (422, "sent")
    assert sentence in text(answer)


def test_sign_page_in_a_stale_tab_says_who_signed(now) -> None:
    w = make.world()
    agreement = make.signed(w)
    alice = sign_in(w.alice)
    data = {"sha256": agreement.document.sha256, "agree": "on", "name": "Alice Bianchi"}
    for answer in (alice.get(own(agreement, "sign/")), alice.post(own(agreement, "sign/"), data)):
        assert "Alice Bianchi signed" in text(answer)
    assert AuditEvent.objects.filter(verb="agreement.signed").count() == 1


def test_countersign_page_before_the_beneficiary_signed_offers_nothing(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    page = text(sign_in(w.team.mia).get(staff(w, agreement, "countersign/")))
    assert "Nothing to countersign now" in page


# --- bank accounts ----------------------------------------------------------------------------------------
def test_bank_account_with_a_wrong_iban_keeps_what_was_typed(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    path = own(agreement, f"bank/{w.application.organisation.ref}/")
    data = {"holder": "Rossi & Figli", "iban": "IT60 X054 2811 1010 0000 0123 457", "bic": "BCITITMM"}
    answer = sign_in(w.alice).post(path, data)
    assert (answer.status_code, BankAccount.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert all(f'value="{typed}"' in page for typed in ("Rossi &amp; Figli", data["iban"], "BCITITMM"))
    assert "its check digits do not fit" in text(answer)


def test_bank_account_number_is_whole_for_finance_and_auditors_alone(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    payment = make.proposed(w, agreement)
    people = {"mia": w.team.mia, "fred": w.team.fred, "ann": w.team.ann}
    for path in (staff(w, agreement), f"/payments/{payment.ref}/"):
        shown = {n for n, p in people.items() if "IT60 X054 2811" in text(sign_in(p).get(path))}
        assert shown == {"fred", "ann"}
    assert "IT60 … 3456" in text(sign_in(w.alice).get(own(agreement)))


def test_verify_page_warns_of_a_change(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    make.account(w, agreement, w.application.organisation, iban=make.OTHER_IBAN, verified=False)
    path = staff(w, agreement, f"bank/{w.application.organisation.ref}/")
    page = text(sign_in(w.team.fred).get(path))
    assert "This account replaces another one" in page
    assert "IT60 … 3456 (verified)" in page
    assert sign_in(w.team.mia).get(path).status_code == 404


# --- reports ----------------------------------------------------------------------------------------------
def test_report_with_a_wrong_file_keeps_the_text(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    path = own(agreement, f"milestones/{make.final(agreement).ref}/")
    data = {"text": "We built <b>it</b>.", "file": SimpleUploadedFile("report.exe", b"MZ")}
    answer = sign_in(w.bob).post(path, data)
    assert (answer.status_code, make.final(agreement).state) == (422, "planned")
    assert "We built &lt;b&gt;it&lt;/b&gt;." in answer.content.decode()
    assert "not a kind of file we can take here" in text(answer)


def test_report_with_an_empty_file_says_so(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    path = own(agreement, f"milestones/{make.final(agreement).ref}/")
    answer = sign_in(w.alice).post(path, {"text": "Done.", "file": SimpleUploadedFile("report.pdf", b"")})
    assert (answer.status_code, make.final(agreement).state) == (422, "planned")
    assert "empty" in text(answer)


def test_report_twice_is_told_kindly(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    alice, milestone = sign_in(w.alice), make.final(agreement)
    path = own(agreement, f"milestones/{milestone.ref}/")
    alice.post(path, {"text": "Done."})
    answer = alice.post(path, {"text": "Done again."})
    assert (answer.status_code, milestone.reports.count()) == (422, 1)
    assert "this is no longer possible" in text(answer)
    assert "Handed in; the coordinator reads it" in text(answer)


def test_report_file_opens_for_both_sides_and_nobody_else(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    milestone = make.final(agreement)
    upload = SimpleUploadedFile("results.png", picture())
    services.report_milestone(milestone, by=w.alice, text="Done.", file=upload)
    page = f"milestones/{milestone.ref}/"
    assert 'href="files/1/"' in sign_in(w.alice).get(own(agreement, page)).content.decode()
    answer = sign_in(w.bob).get(own(agreement, page + "files/1/"))
    assert (
        answer.status_code,
        answer.headers["Content-Disposition"],
        b"".join(answer.streaming_content),
    ) == (
        200,
        'attachment; filename="results.png"',
        picture(),
    )
    codes = [
        sign_in(w.team.ann).get(staff(w, agreement, page + "files/1/")).status_code,
        sign_in(w.charlie).get(own(agreement, page + "files/1/")).status_code,
        sign_in(w.alice).get(own(agreement, page + "files/2/")).status_code,
        sign_in(w.alice).get(own(agreement, page + "files/0/")).status_code,
    ]
    assert codes == [200, 404, 404, 404]


def test_act_pages_in_a_stale_tab_say_that_it_moved_on(now) -> None:
    w = make.world()
    payment, fred = make.approved(w), sign_in(w.team.fred)
    assert "has moved on since" in text(fred.get(f"/payments/{payment.ref}/approve/"))
    assert "The books show it as paid" in text(fred.get(f"/payments/{payment.ref}/paid/"))


def test_review_without_a_choice_or_reasons_says_what_is_missing(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    milestone = make.final(agreement)
    services.report_milestone(milestone, by=w.alice, text="Done.")
    mia, path = sign_in(w.team.mia), staff(w, agreement, f"milestones/{milestone.ref}/")
    cases = [
        ({}, "Choose what becomes of the report."),
        ({"verdict": "maybe"}, "not one of the available choices"),
        ({"verdict": "return", "note": ""}, "Give the reasons: the beneficiary reads them."),
    ]
    for data, sentence in cases:
        answer = mia.post(path, data)
        assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert make.again(milestone).state == "reported"
    assert sign_in(w.team.ann).post(path, {"verdict": "accept"}).status_code == 403


# --- payments ---------------------------------------------------------------------------------------------
def test_propose_without_an_account_says_whose_is_missing(now) -> None:
    w = make.world()
    agreement = make.in_force(w, accounts=False)
    path = staff(w, agreement, f"milestones/{make.advance(agreement).ref}/payments/")
    page = text(sign_in(w.team.mia).post(path, follow=True))
    assert "There is no bank account yet of Rossi Meccanica S.r.l." in page
    assert Payment.objects.count() == 0


def test_propose_twice_makes_one_payment(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    path = staff(w, agreement, f"milestones/{make.advance(agreement).ref}/payments/")
    mia = sign_in(w.team.mia)
    mia.post(path)
    assert "are proposed already" in text(mia.post(path, follow=True))
    assert Payment.objects.count() == 1


def test_approve_by_the_proposer_is_told_why_not(now) -> None:
    w = make.world()
    (payment,) = services.propose_payments(make.advance(make.in_force(w)), by=w.team.fred)
    fred = sign_in(w.team.fred)
    page = text(fred.get(f"/payments/{payment.ref}/"))
    assert "You proposed it; another finance officer approves." in page
    answer = fred.post(f"/payments/{payment.ref}/approve/", {"note": "Mine"})
    assert (answer.status_code, make.again(payment).state) == (422, "proposed")
    assert "You proposed this payment yourself" in text(answer)
    assert "Mine</textarea>" in answer.content.decode()


def test_approve_twice_by_a_double_click_approves_once(now) -> None:
    w = make.world()
    payment, fred = make.proposed(w), sign_in(w.team.fred)
    codes = [fred.post(f"/payments/{payment.ref}/approve/").status_code for _ in range(2)]
    assert codes == [302, 422]
    assert AuditEvent.objects.filter(verb="payment.approved").count() == 1


@pytest.mark.parametrize("typed", ["", "tomorrow", "2027-02-30", "2027-02-19", "2020-01-01"])
def test_paid_on_a_wrong_day_keeps_the_payment_open(now, typed: str) -> None:
    w = make.world()
    payment = make.approved(w)
    answer = sign_in(w.team.fred).post(f"/payments/{payment.ref}/paid/", {"paid_on": typed})
    assert (answer.status_code, make.again(payment).state) == (422, "approved")


def test_failed_and_cancel_by_pages(now) -> None:
    w = make.world()
    payment, fred = make.approved(w), sign_in(w.team.fred)
    assert fred.post(f"/payments/{payment.ref}/failed/", {"reason": ""}).status_code == 422
    fred.post(f"/payments/{payment.ref}/failed/", {"reason": "Account closed"})
    assert "Account closed" in text(fred.get(f"/payments/{payment.ref}/"))
    fred.post(f"/payments/{payment.ref}/cancel/", {"reason": "New account follows"})
    assert "New account follows" in text(fred.get(f"/payments/{payment.ref}/"))
    assert make.again(payment).state == "cancelled"


def test_manager_does_not_approve_and_does_not_cancel_what_is_approved(now) -> None:
    w = make.world()
    payment, mia = make.approved(w), sign_in(w.team.mia)
    pages = ("approve", "paid", "failed", "cancel", "order")
    codes = {
        page: mia.post(f"/payments/{payment.ref}/{page}/", {"reason": "x"}).status_code for page in pages
    }
    assert codes == {"approve": 404, "paid": 404, "failed": 404, "cancel": 403, "order": 404}


def test_payment_list_filters_by_state_and_shrugs_at_nonsense(now) -> None:
    w = make.world()
    payment, fred = make.proposed(w), sign_in(w.team.fred)
    for query in (
        "",
        "?state=proposed",
        "?state=nonsense",
        "?before=x",
        "?before=99999999999999999999",
        "?state=%00",
    ):
        assert payment.ref in text(fred.get(f"/payments/{query}")), query
    assert "No payment is in this state." in text(fred.get("/payments/?state=paid"))
    assert payment.ref not in text(fred.get("/payments/?before=1"))


def test_payment_order_is_for_finance_and_auditors(now) -> None:
    w = make.world()
    payment = make.approved(w)
    assert sign_in(w.team.fred).get(f"/payments/{payment.ref}/order/").status_code == 404
    render_payment_order(payment.pk)
    codes = [sign_in(p).get(f"/payments/{payment.ref}/order/").status_code for p in (w.team.fred, w.team.ann)]
    assert codes == [200, 200]


# --- the applicant's panel --------------------------------------------------------------------------------
def test_panel_shows_the_agreement_once_it_is_sent(now) -> None:
    w = make.world()
    path, alice = f"/applications/{w.application.ref}/agreement/", sign_in(w.alice)
    assert "The coordinator is drafting the grant agreement" in text(alice.get(path))
    agreement = make.drafted(w)
    assert agreement.ref not in text(alice.get(path))
    services.send_agreement(agreement, by=w.team.mia)
    whole, part = alice.get(path), alice.get(path, headers={"HX-Request": "true"})
    assert agreement.ref in text(whole)
    assert agreement.ref in text(part)
    assert ("<html" in whole.content.decode(), "<html" in part.content.decode()) == (True, False)
    assert part.content.decode().strip() in whole.content.decode()
    assert sign_in(w.charlie).get(path).status_code == 404


def test_document_that_was_tampered_with_is_not_served(now) -> None:
    w = make.world()
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    render_agreement(agreement.pk)
    with open(make.again(agreement).document.content.path, "ab") as handle:
        handle.write(b"x")
    answer = sign_in(w.team.mia).get(staff(w, agreement, "document/"))
    assert (answer.status_code, "no longer has the content" in text(answer)) == (409, True)
