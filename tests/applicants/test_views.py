"""Pages of applicants: what one sees, does, and gets back when one errs."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applicants import services
from applicants.models import Application, SectionAnswers
from core import clock
from core.middleware import is_trusted
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew)


@pytest.fixture
def alice(client):
    person = people.user("Alice Bianchi")
    client.force_login(person)
    return person


@pytest.fixture
def draft(call, alice):
    return steps.start(call, alice)


def url(application, page=""):
    return f"{application.get_absolute_url()}{page}"


def text(response):
    """The page with each run of white space as one space, as a reader sees it."""
    return re.sub("[ \t\r\n]+", " ", response.content.decode())


def all_declared(**more):
    return {"key": str(uuid.uuid4()), **dict.fromkeys(steps.ALL, "on"), **more}


# --- starting ----------------------------------------------------------------------------------------------
def test_start_page_creates_nothing_and_shows_the_room(client, call, alice):
    firm = people.organisation(members=[alice])
    response = client.get(f"/calls/{call.slug}/apply/")
    assert (response.status_code, Application.objects.count()) == (200, 0)
    assert "60\u00a0000.00\u00a0EUR" in text(response) and "Start the draft" in text(response)
    started = client.post(f"/calls/{call.slug}/apply/", {"organisation": firm.ref})
    assert (started.status_code, started.url) == (302, f"/applications/{call.code}-0001/")
    assert "Continue your draft" in text(client.get(f"/calls/{call.slug}/apply/"))


def test_start_page_without_an_organisation_leads_to_entering_one(client, call, alice):
    page = text(client.get(f"/calls/{call.slug}/apply/"))
    assert f"/organisations/new/?next=/calls/{call.slug}/apply/" in page
    assert "Start the draft" not in page


def test_start_for_a_foreign_organisation_is_refused_in_words(client, call, alice):
    people.organisation(members=[alice])
    foreign = people.organisation("Foreign")
    response = client.post(f"/calls/{call.slug}/apply/", {"organisation": foreign.ref})
    assert (response.status_code, Application.objects.count()) == (422, 0)


def test_start_page_of_a_closed_or_unpublished_call(client, call, crew, alice):
    people.organisation(members=[alice])
    with clock.stopped_at(call.closes_at + timedelta(milliseconds=1)):
        page = text(client.get(f"/calls/{call.slug}/apply/"))
    assert "does not take applications now" in page and "Start the draft" not in page
    secret = calls.call(crew, published=False)
    assert client.get(f"/calls/{secret.slug}/apply/").status_code == 404


def test_start_page_tells_staff_of_the_consortium_why_not(client, call, crew):
    client.force_login(crew.mia)
    page = text(client.get(f"/calls/{call.slug}/apply/"))
    assert "You cannot apply to this call" in page and "Start the draft" not in page


def test_visitor_is_asked_to_sign_in_and_comes_back(client, call):
    response = client.get(f"/calls/{call.slug}/apply/")
    assert response.url == f"/account/login/?next=%2Fcalls%2F{call.slug}%2Fapply%2F"


# --- foreign and unknown -----------------------------------------------------------------------------------
PAGES = ["", "about/", "partners/", "partners/add/", "sections/idea/", "check/", "submit/", "discard/"]
PAGES += ["withdraw/", "versions/1/", "versions/1/receipt/", "versions/1/receipt.pdf", "versions/1/data.json"]


@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_application_is_not_found(client, draft, crew, page):
    for stranger in (people.user("Charlie"), crew.mia):
        client.force_login(stranger)
        assert client.get(url(draft, page)).status_code == 404


def test_what_a_stranger_sends_by_itself_or_submits_finds_nothing(client, draft, crew):
    before = {row.section: row.answers for row in draft.draft().answers.all()}
    data = {"changed": "problem", "problem": "Mine now", "v.problem": "0"}
    for stranger in (people.user("Charlie"), crew.mia):
        client.force_login(stranger)
        assert client.post(url(draft, "sections/idea/"), data, headers=HTMX).status_code == 404
        assert client.post(url(draft, "submit/"), {}).status_code == 404
    assert {row.section: row.answers for row in draft.draft().answers.all()} == before


@pytest.mark.parametrize("page", ["sections/nowhere/", "versions/9/", "versions/1/receipt/", "files/NOPE/"])
def test_what_does_not_exist_is_not_found(client, draft, page):
    assert client.get(url(draft, page)).status_code == 404
    assert client.get(url(draft, "versions/99999999999999999999/")).status_code == 404


# --- saving ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rules", "asked"),
    [([], False), ([{"id": "r1", "kind": "cost", "settings": {"cents": 86_000_00}}], True)],
    ids=["nothing looks at costs", "a rule does"],
)
def test_costs_are_asked_where_something_looks_at_them(client, crew, alice, rules, asked):
    lump = calls.call(crew, award_unit="lump", rules=rules)
    draft = steps.start(lump, alice)
    client.force_login(alice)
    page, further = text(client.get(url(draft, "partners/"))), text(client.get(url(draft, "partners/add/")))
    assert ["Costs, EUR" in page, "Costs, EUR" in further] == [asked, asked]
    assert ("Partners and support" in page) is not asked
    ref = draft.organisation.ref
    client.post(url(draft, "partners/"), {f"cost-{ref}": "90 000", f"asked-{ref}": "30 000"})
    partner = draft.draft().partners.get()
    assert (partner.cost_cents, partner.requested_cents) == (90_000_00 if asked else 0, 30_000_00)


def test_section_is_saved_by_its_button_and_goes_on(client, draft):
    data = {"problem": "Parts", "trl": "5", "field": "ai", "do.go": "next"}
    response = client.post(url(draft, "sections/idea/"), data)
    assert (response.status_code, response.url) == (302, url(draft, "sections/files/"))
    assert SectionAnswers.objects.get().answers == {"problem": "Parts", "trl": 5, "field": "ai"}
    back = client.post(url(draft, "sections/idea/"), {**data, "do.go": "list", "v.problem": "1"})
    assert back.url == url(draft)


def test_wrong_shape_is_told_beside_its_field_and_the_rest_is_saved(client, draft):
    data = {"problem": "Parts", "trl": "around five", "field": ""}
    response = client.post(url(draft, "sections/idea/"), data)
    page = text(response)
    assert response.status_code == 422
    assert "“around five” is not a whole number" in page and 'value="around five"' in page
    assert SectionAnswers.objects.get().answers == {"problem": "Parts"}


def test_too_long_a_text_is_told_and_kept_in_the_page(client, draft):
    response = client.post(url(draft, "sections/idea/"), {"problem": "ä" * 501, "trl": "5"})
    assert response.status_code == 422
    assert "ä" * 501 in text(response)
    assert SectionAnswers.objects.get().answers == {"trl": 5}


def test_length_counts_a_line_break_once_as_the_browser_does(client, draft):
    client.post(url(draft, "sections/idea/"), {"problem": "a\r\n" * 250, "trl": "5"})
    assert SectionAnswers.objects.get().answers["problem"] == "a\n" * 250


def test_autosave_saves_only_what_changed_and_gives_the_new_number(client, draft):
    data = {"changed": "problem", "problem": "Parts", "trl": "never sent", "v.problem": "0", "v.trl": "0"}
    response = client.post(url(draft, "sections/idea/"), data, headers=HTMX)
    assert response.status_code == 200
    assert '<input type="hidden" name="v.problem" value="1">' in text(response)
    assert "<html" not in text(response)
    assert SectionAnswers.objects.get().answers == {"problem": "Parts"}


def test_autosave_of_a_wrong_shape_is_422_and_says_that_it_is_not_saved(client, draft):
    data = {"changed": "trl", "trl": "ten", "v.trl": "0"}
    response = client.post(url(draft, "sections/idea/"), data, headers=HTMX)
    assert response.status_code == 422
    assert "“ten” is not a whole number" in text(response) and "not saved yet" in text(response)


def save_twice(draft, alice):
    services.save_answers(draft, section="idea", values={"problem": "first"}, bases={}, by=alice)
    services.save_answers(draft, section="idea", values={"problem": "theirs"}, bases={"problem": 1}, by=alice)


def test_stale_tab_sees_both_texts_and_chooses(client, draft, alice):
    save_twice(draft, alice)
    stale = {"problem": "mine", "trl": "5", "v.problem": "1", "v.trl": "0"}
    response = client.post(url(draft, "sections/idea/"), stale)
    page = text(response)
    assert response.status_code == 409
    assert "mine</textarea>" in page and "theirs" in page
    assert 'name="v.problem" value="1"' in page and 'value="problem:2"' in page
    assert SectionAnswers.objects.get().answers == {"problem": "theirs", "trl": 5}
    again = client.post(url(draft, "sections/idea/"), stale)
    assert again.status_code == 409
    mine = client.post(url(draft, "sections/idea/"), {**stale, "do.mine": "problem:2", "v.trl": "1"})
    assert (mine.status_code, SectionAnswers.objects.get().answers["problem"]) == (302, "mine")


def test_stale_tab_may_give_way(client, draft, alice):
    save_twice(draft, alice)
    stale = {"problem": "mine", "trl": "5", "v.problem": "1", "do.theirs": "problem"}
    response = client.post(url(draft, "sections/idea/"), stale)
    assert response.status_code == 302
    assert SectionAnswers.objects.get().answers == {"problem": "theirs", "trl": 5}


def test_autosave_of_a_stale_tab_is_409_with_the_stored_text(client, draft, alice):
    save_twice(draft, alice)
    data = {"changed": "problem", "problem": "mine", "v.problem": "1"}
    response = client.post(url(draft, "sections/idea/"), data, headers=HTMX)
    assert response.status_code == 409
    assert "theirs" in text(response) and 'name="v.problem" value="1"' in text(response)
    assert SectionAnswers.objects.get().answers == {"problem": "theirs"}


def test_a_tab_that_saved_another_field_has_still_not_seen_the_new_text(client, draft, alice):
    """Its next save of that field is a conflict: a page may not replace what it never showed."""
    services.save_answers(draft, section="idea", values={"problem": "theirs"}, bases={}, by=alice)
    other = {"changed": "trl", "trl": "5", "v.problem": "0", "v.trl": "0"}
    page = text(client.post(url(draft, "sections/idea/"), other, headers=HTMX))
    seen = dict(re.findall(r'name="v\.(\w+)" value="(\d+)"', page))
    assert seen == {"problem": "0", "trl": "1", "field": "0"}
    wrong = text(client.post(url(draft, "sections/idea/"), {"problem": "mine", "trl": "x", "v.problem": "0"}))
    assert dict(re.findall(r'name="v\.(\w+)" value="(\d+)"', wrong))["problem"] == "0"
    assert SectionAnswers.objects.get().answers == {"problem": "theirs", "trl": 5}


def test_late_save_says_so_and_keeps_what_was_typed(client, draft, call):
    with clock.stopped_at(call.closes_at + timedelta(milliseconds=1)):
        response = client.post(url(draft, "sections/idea/"), {"problem": "late text", "trl": "5"})
    assert response.status_code == 422
    assert "The deadline has passed." in text(response) and "late text" in text(response)
    assert SectionAnswers.objects.count() == 0


def test_pages_of_a_draft_lead_to_reading_after_the_deadline(client, draft, call, alice):
    steps.fill(draft, alice)
    with clock.stopped_at(call.closes_at + timedelta(days=1)):
        for page in ["about/", "partners/", "sections/idea/", "check/", "submit/"]:
            assert client.get(url(draft, page)).url == url(draft, "versions/1/")
        readable = text(client.get(url(draft, "versions/1/")))
        overview = text(client.get(url(draft)))
    assert "Parts are checked by hand." in readable and "was not submitted" in readable
    assert "Version 1 was not submitted" in overview and "Nothing of this application counts" in overview


def test_title_is_kept_when_it_is_too_long(client, draft):
    response = client.post(url(draft, "about/"), {"title": "x" * 141, "v.title": "0"})
    assert (response.status_code, draft.draft().title) == (422, "")
    assert "x" * 141 in text(response)
    client.post(url(draft, "about/"), {"title": "Vision", "v.title": "0"})
    assert draft.draft().title == "Vision"
    stale = client.post(url(draft, "about/"), {"title": "Other", "v.title": "0"})
    assert (stale.status_code, draft.draft().title) == (409, "Vision")


# --- partners and money ------------------------------------------------------------------------------------
def test_amounts_are_judged_at_once_with_the_way_out(client, draft):
    ref = draft.organisation.ref
    data = {f"cost-{ref}": "48 000,00", f"asked-{ref}": "34560", f"task-{ref}": "All", f"v.cost-{ref}": "0"}
    client.post(url(draft, "partners/"), data)
    page = text(client.get(url(draft, "partners/")))
    assert "70\u00a0% of its cost of 48\u00a0000.00 is 33\u00a0600.00" in page
    assert f'name="do.take" value="{ref}:3000000"' in page
    numbers = {f"v.{name}-{ref}": "1" for name in ("cost", "asked", "task")}
    client.post(url(draft, "partners/"), {**data, **numbers, "do.take": f"{ref}:3000000"})
    assert draft.draft().partners.get().requested_cents == 30_000_00
    assert "All amounts keep the rules" in text(client.get(url(draft, "partners/")))


def test_an_amount_that_is_none_is_told_and_kept(client, draft):
    ref = draft.organisation.ref
    data = {f"cost-{ref}": "forty", f"asked-{ref}": "20 000"}
    response = client.post(url(draft, "partners/"), data)
    assert response.status_code == 422
    assert "“forty” is not an amount" in text(response) and 'value="forty"' in text(response)
    assert draft.draft().partners.get().requested_cents == 20_000_00


def test_autosave_of_an_amount_brings_the_sums(client, draft):
    ref = draft.organisation.ref
    data = {"changed": f"asked-{ref}", f"asked-{ref}": "20 000", f"v.asked-{ref}": "0"}
    response = client.post(url(draft, "partners/"), data, headers=HTMX)
    assert response.status_code == 200
    assert 'id="money"' in text(response) and "20\u00a0000.00\u00a0EUR" in text(response)
    assert "The cost of Rossi Meccanica S.r.l. is missing" in text(response)
    stale = client.post(url(draft, "partners/"), {**data, f"asked-{ref}": "1 000"}, headers=HTMX)
    assert stale.status_code == 409 and "20\u00a0000.00" in text(stale)


def test_partner_is_added_and_removed_without_script(client, draft):
    data = {
        "legal_name": "Politehnica Cluj",
        "country": "RO",
        "registration_number": "J12/9",
        "town": "Cluj",
        "size": "other",
        "cost_cents": "",
        "requested_cents": "",
    }
    wrong = client.post(url(draft, "partners/add/"), {**data, "vat": "RO123", "town": ""})
    assert wrong.status_code == 422
    assert "is not a valid VAT number" in text(wrong) and "Politehnica Cluj" in text(wrong)
    assert client.post(url(draft, "partners/add/"), data).status_code == 302
    added = draft.draft().partners.get(is_lead=False)
    assert "Politehnica Cluj" in text(client.get(url(draft, "partners/")))
    client.post(url(draft, f"partners/{added.organisation.ref}/remove/"))
    assert draft.draft().partners.count() == 1
    gone = client.post(url(draft, f"partners/{added.organisation.ref}/remove/"))
    assert gone.status_code == 409 and "does not take part any more" in text(gone)


def test_cap_28_partner_typed_under_another_name_is_recognised_by_its_number(client, draft):
    known = people.organisation("ACME SRL", country="RO", registration_number="J40/1", vat="RO18547290")
    data = {"legal_name": "Acme S.R.L.", "country": "RO", "town": "Cluj", "size": "micro"}
    response = client.post(url(draft, "partners/add/"), {**data, "registration_number": "j40/1"}, follow=True)
    assert "ACME SRL takes part now." in text(response)
    assert draft.draft().partners.get(is_lead=False).organisation == known
    again = client.post(
        url(draft, "partners/add/"), {**data, "registration_number": "?", "vat": "RO18547290"}
    )
    assert again.status_code == 422 and "takes part already" in text(again)


# --- files -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "upload, sentence",
    [
        (lambda: SimpleUploadedFile("empty.pdf", b""), "is empty (0 bytes)"),
        (lambda: SimpleUploadedFile("photo.gif", b"GIF89a"), "not a kind of file"),
        (lambda: SimpleUploadedFile("bad.pdf", b"<html>"), "not really a PDF"),
    ],
)
def test_a_file_that_is_refused_takes_nothing_with_it(client, crew, alice, now, upload, sentence):
    definition = {
        "sections": [
            {
                "key": "all",
                "title": {"en": "All"},
                "questions": [
                    {"key": "note", "type": "short_text", "label": {"en": "Note"}},
                    {"key": "offer", "type": "file", "label": {"en": "Offer"}},
                ],
            }
        ]
    }
    call = calls.call(crew, published=False)
    call.form_revisions.update(definition=definition)
    draft = steps.start(calls.publish(call, crew), alice)
    services.add_attachment(draft, question="offer", upload=steps.pdf(), by=alice)
    response = client.post(url(draft, "sections/all/"), {"note": "kept", "file.offer": upload()})
    page = text(response)
    assert response.status_code == 422
    assert sentence in page and "offer.pdf" in page and 'value="kept"' in page
    assert draft.draft().answers.get().answers == {"note": "kept"}


def test_files_are_uploaded_read_and_removed(client, draft):
    page = url(draft, "sections/files/")
    assert client.post(page, {"file.offer": steps.pdf("Angebot für uns.pdf")}).status_code == 302
    attachment = draft.draft().attachments.get()
    read = client.get(url(draft, f"files/{attachment.ref}/"))
    assert (read.headers["Content-Type"], read.headers["X-Content-Type-Options"]) == (
        "application/pdf",
        "nosniff",
    )
    assert read.headers["Content-Disposition"].startswith("attachment")
    client.post(page, {"file.offer": steps.pdf("second.pdf", words="2"), "replaces.offer": attachment.ref})
    names = [a.file.name for a in draft.draft().attachments.filter(removed_at=None)]
    assert names == ["second.pdf"]
    client.post(page, {"do.remove": draft.draft().attachments.get(removed_at=None).ref})
    assert draft.draft().attachments.filter(removed_at=None).count() == 0
    assert client.post(page, {"do.remove": "\0"}).status_code == 302
    again = client.post(page, {"do.remove": attachment.ref})
    assert again.status_code == 422 and "not in the draft any more" in text(again)


# --- check, submit, receipt --------------------------------------------------------------------------------
def test_check_lists_every_gap_with_a_link(client, draft):
    page = text(client.get(url(draft, "check/")))
    assert "4 things are missing" in page
    for target in ("about/#div_id_title", "partners/#money", "sections/idea/#div_id_trl"):
        assert f'href="{url(draft, target)}"' in page
        place, _sep, anchor = target.partition("#")
        assert f'id="{anchor}"' in text(client.get(url(draft, place)))


def test_submit_with_gaps_brings_them_back_with_the_declarations_kept(client, draft):
    response = client.post(url(draft, "submit/"), all_declared())
    page = text(response)
    assert response.status_code == 422
    assert f'href="{url(draft, "sections/idea/#div_id_trl")}"' in page
    assert len(re.findall(r'<input type="checkbox"[^>]*checked', page)) == len(steps.ALL)


def test_submit_without_a_declaration_is_told_beside_it(client, draft, alice):
    steps.fill(draft, alice)
    data = all_declared()
    del data["truth"]
    response = client.post(url(draft, "submit/"), data)
    assert response.status_code == 422 and "This has to be declared" in text(response)
    assert draft.valid_version() is None


def test_submit_twice_is_one_submission_with_one_answer(client, draft, alice):
    steps.fill(draft, alice)
    data = all_declared()
    first, second = (client.post(url(draft, "submit/"), data) for _click in range(2))
    assert (first.status_code, first.url, second.url) == (302, url(draft, "versions/1/receipt/"), first.url)
    assert draft.versions.count() == 1


def test_submit_with_a_broken_key_is_refused_in_words(client, draft, alice):
    steps.fill(draft, alice)
    response = client.post(url(draft, "submit/"), all_declared(key="not a key"))
    assert (response.status_code, draft.valid_version()) == (422, None)


def test_receipt_page_says_number_time_and_fingerprint(
    client, draft, alice, django_capture_on_commit_callbacks
):
    steps.fill(draft, alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url(draft, "submit/"), all_declared())
    version = draft.valid_version()
    page = text(client.get(answer.url))
    for part in (
        f"{draft.ref} is submitted. Version 1 counts.",
        "18 February 2027, 10:00:00.000 Brussels time",
        "18 February 2027, 09:00:00.000 UTC",
        version.sha256,
        "What happens next",
        url(draft, "versions/1/receipt.pdf"),
    ):
        assert part in page
    pdf = client.get(url(draft, "versions/1/receipt.pdf"))
    assert (pdf.status_code, pdf.headers["Content-Type"]) == (200, "application/pdf")
    data = client.get(url(draft, "versions/1/data.json"))
    import hashlib

    assert hashlib.sha256(data.content).hexdigest() == version.sha256


def test_receipt_without_its_pdf_says_that_it_is_being_made(client, draft, alice):
    steps.submit(steps.fill(draft, alice), alice)
    assert "is being made" in text(client.get(url(draft, "versions/1/receipt/")))
    assert client.get(url(draft, "versions/1/receipt.pdf")).status_code == 404


def test_who_only_writes_reads_who_signs(client, draft, alice):
    steps.fill(draft, alice)
    bob = people.user("Bob Ferri")
    draft.organisation.membership_set.create(user=bob, role="member")
    client.force_login(bob)
    assert "Alice Bianchi" in text(client.get(url(draft, "check/")))
    refused = client.post(url(draft, "submit/"), all_declared())
    assert (refused.status_code, draft.valid_version()) == (403, None)
    assert "Only a signatory" in text(refused)
    steps.submit(draft, alice)
    assert client.post(url(draft, "withdraw/")).status_code == 403


@pytest.mark.parametrize(
    "address, header, status",
    [
        ("10.0.0.1", "on time", 302),
        ("10.0.0.1", "a millisecond late", 422),
        ("203.0.113.9", "on time", 422),  # nobody else may tell when something arrived
        ("10.0.0.1", "", 422),
    ],
)
def test_arrival_is_told_by_the_trusted_proxy_to_the_millisecond(
    client, draft, call, alice, settings, address, header, status
):
    steps.fill(draft, alice)
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    is_trusted.cache_clear()
    stamps = {"on time": call.closes_at, "a millisecond late": call.closes_at + timedelta(milliseconds=1)}
    headers = {"X-Request-Start": f"t={stamps[header].timestamp():.3f}"} if header else {}
    with clock.stopped_at(call.closes_at + timedelta(seconds=20)):
        response = client.post(url(draft, "submit/"), all_declared(), headers=headers, REMOTE_ADDR=address)
    is_trusted.cache_clear()
    assert response.status_code == status
    assert (draft.valid_version() is not None) == (status == 302)
    if header == "a millisecond late":
        assert "11:00:00.001 Brussels time; the deadline was" in text(response)


# --- changing and withdrawing ------------------------------------------------------------------------------
def test_change_discard_and_withdraw_are_told_on_the_page(client, call, alice):
    application = steps.submitted(call, alice)
    assert "Version 1 is submitted and counts" in text(client.get(url(application)))
    assert client.get(url(application, "change/")).status_code == 405
    page = text(client.post(url(application, "change/"), follow=True))
    assert "Version 1 is submitted and counts" in page
    assert "You are changing it: version 2 is a draft" in page
    assert "Version 1 stays valid until you submit version 2." in page
    assert "goes on counting" in text(client.get(url(application, "discard/")))
    client.post(url(application, "discard/"))
    assert "You are changing it" not in text(client.get(url(application)))
    gone = text(client.post(url(application, "withdraw/"), {"reason": "Later"}, follow=True))
    assert "You withdrew this application: nothing counts" in gone and "Apply again" in gone
    assert "does not count any more" in text(client.get(url(application, "versions/1/receipt/")))


def test_withdraw_with_too_long_a_reason_keeps_it(client, call, alice):
    application = steps.submitted(call, alice)
    response = client.post(url(application, "withdraw/"), {"reason": "x" * 501})
    application.refresh_from_db()
    assert (response.status_code, application.state, "x" * 501 in text(response)) == (422, "open", True)


def test_nothing_of_the_outcome_shows_before_it_is_released(client, call, crew, alice):
    application = steps.submitted(call, alice)
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    with clock.stopped_at(call.closes_at + timedelta(days=30)):
        before = text(client.get(url(application)))
    for word in ("elected", "reserve list", "The letter"):
        assert word not in before
    with clock.stopped_at(call.closes_at + timedelta(days=30)):
        services.record_outcome(application, outcome="selected", text="We are glad.", by=crew.mia)
        after = text(client.get(url(application)))
    assert "Your project is selected for support" in after and "We are glad." in after


def test_list_shows_state_next_step_and_deadline(client, call, alice):
    assert "No application yet" in text(client.get("/applications/"))
    steps.submitted(call, alice)
    steps.start(call, alice)
    page = text(client.get("/applications/"))
    assert ("Submitted" in page, "Draft" in page, "in 60 days" in page) == (True, True, True)


# --- the staff's door --------------------------------------------------------------------------------------
def test_staff_reads_what_was_submitted_and_counts_drafts(client, call, crew, alice):
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    steps.submit(steps.fill(application, alice), alice)
    dora = people.user("Dora")
    secret = steps.fill(steps.start(call, dora), dora, title="A secret draft")
    client.force_login(crew.mia)
    base = f"/calls/{call.slug}/applications/"
    page = text(client.get(base))
    assert "Vision control" in page and "1 draft is being written" in page and "A secret draft" not in page
    detail = text(client.get(f"{base}{application.ref}/"))
    assert "Parts are checked by hand." in detail and "Draft started" in detail
    attachment = application.valid_version().attachments.get()
    assert client.get(f"{base}{application.ref}/files/{attachment.ref}/").status_code == 200
    assert client.get(f"{base}{secret.ref}/").status_code == 404


def test_staff_cannot_open_a_file_of_a_draft(client, call, crew, alice):
    application = steps.submitted(call, alice)
    services.change_application(application, by=alice)
    new = services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    client.force_login(crew.mia)
    assert (
        client.get(f"/calls/{call.slug}/applications/{application.ref}/files/{new.ref}/").status_code == 404
    )


def test_staffs_pages_are_closed_to_everybody_else(client, call, alice, crew):
    application = steps.submitted(call, alice)
    base = f"/calls/{call.slug}/applications/"
    for person, wanted in [(alice, 404), (team().mia, 404), (crew.ann, 200), (crew.fred, 200)]:
        client.force_login(person)
        assert client.get(base).status_code == wanted
        assert client.get(f"{base}{application.ref}/").status_code == wanted


def test_staffs_list_with_nothing_or_a_strange_filter(client, call, crew):
    client.force_login(crew.mia)
    base = f"/calls/{call.slug}/applications/"
    assert "Nothing was submitted yet" in text(client.get(base))
    strange = client.get(base, {"state": "x", "country": "??", "after": "99999999999", "text": "%_'\0"})
    assert strange.status_code == 200 and "No file fits this filter" in text(strange)
