"""The story of one voucher, played by clicking, in every role: from the draft of a call to the last payment."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.person import Person
from tests.journeys.stack import Stack
from tests.samples import pdf

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
Sit = Callable[..., Person]
SLUG = "smart-factories"


def _today() -> date:
    """The day in the call's zone: the machine's own may be another one around midnight."""
    return datetime.now(ZoneInfo("Europe/Brussels")).date()


def the_coordinator_makes_a_call(stack: Stack, sit: Sit) -> None:
    """Step 1: Mia makes a call from the voucher type; it takes Luc to publish it."""
    mia = sit("mia")
    mia.sign_in("mia@dream.example")
    mia.open("/projects/dream/")
    assert mia.sees("1 050 000.00 EUR") and mia.sees("Pôle Mecatech") and mia.sees("of 35")
    mia.look("project")
    mia.open("/our-calls/new/")
    mia.page.get_by_label("Voucher type").select_option(index=1)
    mia.fill("Title", "Smart factories")
    mia.fill("Code in references", "SMART")
    mia.look("new-call")
    mia.click("Make the draft")
    _write_dates(mia)
    _write_money(mia)
    _add_a_section(mia)
    mia.open(f"/calls/{SLUG}/edit/documents/")
    mia.fill("Title", "Guide for applicants")
    mia.page.get_by_label("File").set_input_files(
        {"name": "guide.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    mia.click("Add it")
    mia.open(f"/calls/{SLUG}/edit/")
    mia.look("workshop")
    mia.open(f"/calls/{SLUG}/edit/publication/")
    mia.look("publication-check")
    mia.click("Propose publication")
    mia.open(f"/calls/{SLUG}/edit/publication/")
    assert mia.misses("Publish …")
    luc = sit("luc")
    luc.sign_in("luc@dream.example")
    luc.open(f"/calls/{SLUG}/edit/publication/")
    luc.click("Publish …")
    luc.look("publish")
    luc.click("Publish")
    luc.open("/projects/dream/")
    assert luc.sees("110 000.00")


def _write_dates(mia: Person) -> None:
    """From tomorrow for a hundred days; a deadline before the opening is refused beside its field, and kept."""
    opens, closes = _today() + timedelta(days=1), _today() + timedelta(days=100)
    mia.open(f"/calls/{SLUG}/edit/dates/")
    mia.put("opens_day", opens.isoformat())
    mia.put("opens_hour", "09:00")
    mia.put("closes_day", (opens - timedelta(days=9)).isoformat())
    mia.put("closes_hour", "17:00")
    mia.click("Save")
    assert mia.sees("The call would close before it opens")
    mia.look("dates-refused")
    mia.put("closes_day", closes.isoformat())
    mia.put("decision_by", (closes + timedelta(days=45)).isoformat())
    mia.put("agreement_by", (closes + timedelta(days=75)).isoformat())
    mia.click("Save")


def _write_money(mia: Person) -> None:
    mia.open(f"/calls/{SLUG}/edit/money/")
    mia.fill("Largest amount per SME", "70 000")
    mia.click("Save")
    assert mia.sees("70 000") and mia.sees("60 000")
    mia.fill("Largest amount per SME", "30 000")
    mia.click("Save")
    mia.open(f"/calls/{SLUG}/edit/criteria/")
    mia.look("criteria")
    mia.open(f"/calls/{SLUG}/edit/instalments/")
    mia.look("instalments")


def _add_a_section(mia: Person) -> None:
    mia.open(f"/calls/{SLUG}/edit/form/")
    mia.click("Add a section")
    mia.fill("Title", "Your plant")
    mia.click("Add", exact=True)
    mia.open(f"/calls/{SLUG}/edit/form/")
    mia.look("form")
    mia.press(mia.page.locator("a", has_text="Add a question").last)
    mia.fill("Question", "How many people work there?")
    mia.choose("Answer", "Number")
    mia.page.get_by_label("Has to be answered before one submits").check()
    mia.click("Add", exact=True)
    assert mia.sees("How many people work there?")


def a_visitor_reads_the_call(stack: Stack, sit: Sit) -> None:
    """Step 2: before it opens, then when it is open."""
    visitor = sit("visitor")
    visitor.open("/")
    assert visitor.sees("Smart factories") and visitor.sees("Upcoming")
    visitor.look("landing")
    stack.move_clock(days=2)
    visitor.open("/calls/")
    visitor.click("Smart factories")
    assert visitor.sees("Brussels time") and visitor.sees("Excellence")
    told_here = "where you are"
    assert visitor.sees(told_here) if visitor.javascript else visitor.misses(told_here)
    assert visitor.sees("Guide for applicants") and visitor.sees("What happens after the deadline")
    visitor.look("call")


def a_company_registers(stack: Stack, sit: Sit) -> None:
    """Step 3: an account with a verified address, the organisation once, a draft by a button."""
    nina = sit("nina")
    _sign_up(nina)
    nina.open(f"/calls/{SLUG}/")
    nina.click("Start an application")
    nina.look("start")
    nina.click("Enter your organisation")
    nina.fill("Legal name", "Werkzeug Huber GmbH")
    nina.choose("Country", "Austria")
    nina.fill("Registration number", "FN 123456a")
    nina.fill("VAT number", "AT-nonsense")
    nina.fill("Town", "Linz")
    nina.choose("Size", "small enterprise")
    nina.press(nina.page.get_by_role("main").locator("form button.btn-primary"))
    assert nina.sees("AT-nonsense") and nina.page.get_by_label("Town").input_value() == "Linz"
    nina.look("organisation-refused")
    nina.fill("VAT number", "")
    nina.press(nina.page.get_by_role("main").locator("form button.btn-primary"))
    nina.click("Start the draft")
    assert nina.sees("Not submitted yet")
    nina.look("draft-empty")


ANSWERS = {
    "problem": "Short series are checked by hand today; four in a hundred faults reach the customer.",
    "solution": "A camera station that learns a new part from twenty good samples.",
    "trl_now": "5",
    "trl_end": "7",
    "abstract": "Inspection of short series by machine vision.",
    "customers": "Two makers of valves, each with a few thousand parts a year.",
    "turnover": "250 000",
    "europe": "Customers in three member states.",
    "steps": "Station, four series, training of six operators.",
    "months": "12",
    "risks": "Reflecting surfaces; a second supplier of lights is named.",
}


FILE = "/applications/SMART-0001/"
FORM = {
    "idea": ["problem", "solution", "trl_now", "trl_end", "abstract"],
    "impact": ["customers", "turnover", "europe"],
    "work": ["steps", "months", "risks"],
}


def a_company_writes(stack: Stack, sit: Sit) -> None:
    """Sections with autosave, a partner, a file that is refused and one that is not, and what is still missing."""
    nina = sit("nina", width=390)
    nina.sign_in("nina@werkzeug.example", NINA)
    nina.open(f"{FILE}about/")
    nina.fill("Title of the project", "Vision control for short series")
    nina.click("Save", exact=True)
    for section, questions in FORM.items():
        nina.open(f"{FILE}sections/{section}/")
        for question in questions:
            nina.put(question, ANSWERS[question])
        nina.look(f"section-{section}")
        nina.click("Save", exact=True)
    _autosave(nina)
    _partner_and_money(nina)
    nina.open(f"{FILE}sections/files/")
    _upload(nina, "../../x.pdf", b"not a pdf")
    assert nina.sees("not really a PDF")
    nina.look("file-refused")
    _upload(nina, "offer.pdf", pdf())
    assert nina.sees("“offer.pdf” is here and checked" if nina.javascript else "offer.pdf")
    nina.open(f"{FILE}check/")
    assert nina.sees("How many people work there?")
    nina.look("gaps")
    nina.open(f"{FILE}sections/your_plant/")
    nina.page.get_by_role("main").get_by_label("How many people work there?").fill("48")
    nina.click("Save", exact=True)
    nina.open(FILE)
    nina.look("task-list")


def _upload(nina: Person, name: str, content: bytes) -> None:
    """Choosing a file is enough; without JavaScript a button sends it."""
    upload = nina.page.get_by_role("main").locator("input[type=file]").first
    upload.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    if not nina.javascript:
        nina.click("Upload the chosen file")


def _autosave(nina: Person) -> None:
    """An answer is kept without a button; without JavaScript, by the button."""
    nina.open(f"{FILE}sections/funding/")
    nina.page.get_by_role("main").get_by_label("No", exact=True).check()
    if nina.javascript:
        nina.page.locator("[data-saved]", has_text=re.compile(r"^\s*Saved")).wait_for()
    else:
        nina.click("Save", exact=True)
    nina.open(f"{FILE}sections/funding/")
    assert nina.page.get_by_role("main").get_by_label("No", exact=True).is_checked()


def _partner_and_money(nina: Person) -> None:
    nina.open(f"{FILE}partners/")
    nina.click("Add an organisation")
    nina.fill("Legal name", "Lichtwerk Wels GmbH")
    nina.choose("Country", "Austria")
    nina.fill("Registration number", "FN 654321b")
    nina.fill("Town", "Wels")
    nina.choose("Size", "micro enterprise")
    nina.look("partner")
    nina.click("Add it")
    nina.open(f"{FILE}partners/")
    costs, asked = (nina.page.get_by_role("main").get_by_label(label) for label in ("Costs", "Support asked"))
    for number, (cost, support) in enumerate([("40 000", "28 000"), ("10 000", "7 000")]):
        costs.nth(number).fill(cost)
        asked.nth(number).fill(support)
    nina.click("Save", exact=True)
    assert nina.sees("30 000") and nina.sees("35 000")
    nina.look("too-much")
    nina.page.get_by_role("main").get_by_label("Support asked").nth(0).fill("20 000")
    nina.click("Save", exact=True)


def a_company_submits(stack: Stack, sit: Sit) -> None:
    """Submit, read the receipt in the answer, change and submit again, withdraw and come back."""
    nina = sit("nina")
    nina.sign_in("nina@werkzeug.example", NINA)
    _submit(nina)
    assert nina.sees("SMART-0001") and re.search(r"[0-9a-f]{64}", nina.text)
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3}", nina.text)
    nina.look("receipt")
    nina.open("/_mail/?to=nina@werkzeug.example")
    assert nina.sees("SMART-0001")
    nina.open(FILE)
    nina.click("Change it")
    nina.look("two-versions")
    _submit(nina)
    nina.open(FILE)
    assert nina.sees("Version 2")
    nina.open(f"{FILE}withdraw/")
    nina.look("withdraw")
    nina.click("Withdraw it")
    nina.open(FILE)
    nina.look("withdrawn")
    nina.click("Apply again")
    _submit(nina)
    nina.open(FILE)
    assert nina.sees("Version 3")


def _submit(nina: Person) -> None:
    nina.open(f"{FILE}check/")
    nina.click("Go on to the declarations")
    for box in nina.page.get_by_role("main").locator("input[type=checkbox]").all():
        box.check()
    nina.look("declarations")
    nina.press(nina.page.get_by_role("main").locator("form button.btn-primary"))


NINA = "a long enough sentence"


def _sign_up(nina: Person) -> None:
    nina.open("/account/signup/")
    nina.fill("Your full name", "Nina Huber")
    nina.put("email", "nina@werkzeug.example")
    nina.put("password1", NINA)
    nina.put("password2", NINA)
    nina.look("sign-up")
    nina.press(nina.page.get_by_role("main").locator("form button").first)
    nina.look("verify")
    nina.open("/_mail/?to=nina@werkzeug.example")
    nina.press(nina.page.get_by_role("main").locator("ul.rows a").first)
    nina.press(nina.page.get_by_role("main").locator("a[href*='confirm-email']").first)
    nina.press(nina.page.get_by_role("main").locator("form button").first)
    nina.sign_in("nina@werkzeug.example", NINA)


EVALUATION = f"/calls/{SLUG}/evaluation/"
EVALUATORS = (("vera", "Vera Prokop", "vera@experts.example"), ("odo", "Odo Lang", "odo@experts.example"))


def the_file_is_screened_and_assigned(stack: Stack, sit: Sit) -> None:
    """Step 4: after the deadline; eligibility with reasons, evaluators by invitation, two for each file."""
    stack.move_clock(days=102)
    late = sit("nina")
    late.sign_in("nina@werkzeug.example", NINA)
    late.open(FILE)
    assert late.misses("Change it")
    mia = sit("mia")
    mia.sign_in("mia@dream.example")
    mia.open(EVALUATION)
    if not mia.misses("Begin the evaluation"):
        mia.click("Begin the evaluation")
    mia.look("round")
    mia.open(f"{EVALUATION}screening/SMART-0001/")
    mia.click("Record and go on")
    assert mia.page.get_by_role("alert").count() == 1
    mia.page.get_by_role("main").locator("input[name=is_eligible]").first.check()
    mia.look("screening")
    mia.click("Record and go on")
    for _key, name, email in EVALUATORS:
        mia.open(f"{EVALUATION}evaluators/")
        mia.fill("Full name", name)
        mia.fill("E-mail address", email)
        mia.fill("Works for", "Institute of Metrology")
        mia.choose("Country", "Czechia")
        mia.click("Send the invitation")
    mia.look("evaluators")
    for key, name, email in EVALUATORS:
        _accept(sit(key), name, email)
    _assign(mia)


def _assign(mia: Person) -> None:
    mia.open(f"{EVALUATION}assign/proposal/")
    mia.look("assignment")
    mia.click("Assign these pairs")
    mia.open(f"{EVALUATION}scoring/")
    day = (_today() + timedelta(days=116)).isoformat()
    mia.page.get_by_role("main").locator("input[type=date]").first.fill(day)
    mia.page.get_by_role("main").locator("input[type=time]").first.fill("18:00")
    mia.click("Start the scoring")
    mia.look("scoring")


def _accept(evaluator: Person, name: str, email: str) -> None:
    evaluator.open(f"/_mail/?to={email}")
    evaluator.press(evaluator.page.get_by_role("main").locator("ul.rows a").last)
    evaluator.press(evaluator.page.get_by_role("main").locator("a[href*='/invitations/']").first)
    evaluator.look("invitation")
    evaluator.put("password", NINA)
    evaluator.put("password_again", NINA)
    evaluator.click("Make my account and accept")
    assert evaluator.sees("Your account is ready")


def evaluators_score_without_seeing_each_other(stack: Stack, sit: Sit) -> None:
    """Absence of conflict first; then each criterion with words; the other's scores only after one's own."""
    first, second = sit("vera"), sit("odo")
    for person, email in ((first, EVALUATORS[0][2]), (second, EVALUATORS[1][2])):
        person.sign_in(email, NINA)
        person.open("/evaluation/assignments/")
        person.look("to-score")
        person.click("Vision control")
        assert person.misses("Short series are checked by hand")
        person.look("declaration")
        person.page.get_by_role("main").locator("input[type=checkbox]").first.check()
        person.click("Declare and open the file")
        assert person.sees("Short series are checked by hand")
    _score(first, "4.5", hurried=True)
    second.page.reload()
    assert second.misses(WORDS) and second.misses("Another evaluator")
    _score(second, "4")
    second.open("/evaluation/assignments/")
    second.click("Vision control")
    assert second.sees("Another evaluator")


WORDS = "A clear step for the company, with figures from the plant and a plan that fits."


def _score(person: Person, value: str, *, hurried: bool = False) -> None:
    main = person.page.get_by_role("main")
    if hurried:
        person.click("Submit and next")
        assert main.get_by_role("alert").count() >= 1
        person.look("score-incomplete")
    for code in ("excellence", "impact", "implementation"):
        _press(person, f"score_{code}", value)
        main.locator(f"[name=reason_{code}]").fill(WORDS)
    person.look("score")
    person.click("Submit and next")


def _press(person: Person, name: str, value: str) -> None:
    """Choose one of a scale by the keyboard: its buttons are drawn over radios that only a keyboard reaches."""
    radio = person.page.get_by_role("main").locator(f"input[name={name}][value='{value}']")
    radio.focus()
    person.page.keyboard.press("Space")
    assert radio.is_checked()


def two_managers_decide_and_release(stack: Stack, sit: Sit) -> None:
    """Step 5: rank, propose, confirm by the other, preview, release; the applicant sees nothing before."""
    mia, luc, nina = sit("mia"), sit("luc"), sit("nina")
    mia.sign_in("mia@dream.example")
    luc.sign_in("luc@dream.example")
    nina.sign_in("nina@werkzeug.example", NINA)
    mia.open(f"{EVALUATION}ranking/")
    mia.click("Close the scoring and fix this list")
    mia.click("Propose these decisions")
    mia.look("ranking")
    mia.open(f"{EVALUATION}decisions/confirm/")
    assert mia.sees("Another manager has to confirm")
    luc.open(f"{EVALUATION}decisions/confirm/")
    luc.look("confirm")
    luc.click("Confirm the decisions")
    luc.open(f"{EVALUATION}letters/")
    assert luc.sees("SMART-0001")
    luc.look("letters")
    nina.open(FILE)
    assert nina.misses("selected")
    luc.open(f"{EVALUATION}release/")
    luc.click("Release all decisions")
    nina.open(FILE)
    assert nina.sees("Your project is selected for support")
    nina.look("selected")
    mia.open("/projects/dream/")
    assert mia.sees("27 000.00")


GRANTS = f"/calls/{SLUG}/grants/"


def both_sign_the_agreement(stack: Stack, sit: Sit) -> None:
    """Step 6: drafted from the frozen data, made into a PDF by the worker, signed and countersigned."""
    mia, luc, nina = sit("mia"), sit("luc"), sit("nina")
    mia.sign_in("mia@dream.example")
    luc.sign_in("luc@dream.example")
    nina.sign_in("nina@werkzeug.example", NINA)
    mia.open(GRANTS)
    mia.fill("Projects start on", (_today() + timedelta(days=130)).isoformat())
    mia.look("draft-agreements")
    mia.click("Draft the agreements")
    _wait_for(mia, f"{GRANTS}SMART-0001-GA/", "SHA-256")
    mia.look("agreement")
    mia.press(mia.page.get_by_role("main").locator("form[action$='/send/'] button"))
    nina.open("/home/")
    nina.look("home")
    for number in range(2):
        nina.open(AGREEMENT)
        nina.press(nina.page.get_by_role("main").locator("a[href*='/bank/']").nth(number))
        nina.fill("Account holder", "Holder of the account")
        nina.fill("IBAN", "AT61 1904 3002 3457 3202" if number else "AT61 1904 3002 3457 3201")
        if number:
            nina.click("Keep this account")
            assert nina.page.get_by_role("main").get_by_role("alert").count() == 1
            nina.look("iban-refused")
            nina.fill("IBAN", "AT02 2050 3021 0102 3600")
        nina.click("Keep this account")
    nina.open(f"{AGREEMENT}sign/")
    nina.look("sign")
    _sign(nina, "Nina Huber")
    luc.open(f"{GRANTS}SMART-0001-GA/countersign/")
    luc.look("countersign")
    _sign(luc, "Luc Peeters")
    luc.open(f"{GRANTS}SMART-0001-GA/")
    assert luc.sees("In force")
    luc.look("in-force")
    luc.open("/projects/dream/")
    assert luc.sees("27 000.00")


AGREEMENT = "/agreements/SMART-0001-GA/"


def a_milestone_is_reported_accepted_and_paid(stack: Stack, sit: Sit) -> None:
    """Step 7: the advance is proposed by one person and approved by another; a report is accepted; the books are right."""
    mia, fred, nina = sit("mia"), sit("fred"), sit("nina")
    mia.sign_in("mia@dream.example")
    fred.sign_in("fred@dream.example")
    nina.sign_in("nina@werkzeug.example", NINA)
    for number in range(2):
        fred.open(f"{GRANTS}SMART-0001-GA/")
        fred.press(fred.page.get_by_role("main").locator("a[href*='/bank/']").nth(number))
        fred.look("bank-account")
        fred.fill("How you checked it", "Called the number of the business register.")
        fred.click("The account is right")
    _milestone(mia, 0)
    mia.click("Propose the payment")
    mia.open("/payments/")
    mia.look("payments")
    for _payment in range(2):
        fred.open("/payments/?state=proposed")
        fred.press(fred.page.get_by_role("main").locator("table a[href*='/payments/']").first)
        fred.click("Approve")
        fred.look("approve")
        fred.click("Approve")
    for _payment in range(2):
        fred.open("/payments/?state=approved")
        fred.press(fred.page.get_by_role("main").locator("table a[href*='/payments/']").first)
        fred.click("Mark as paid")
        fred.put("paid_on", (_today() + timedelta(days=102)).isoformat())
        fred.click("Mark as paid")
    fred.look("paid")
    fred.open("/projects/dream/")
    assert fred.sees("Paid 8 100.00") and fred.sees("18 900.00")
    fred.look("project")
    nina.open(AGREEMENT)
    nina.press(nina.page.get_by_role("main").locator("a[href*='/milestones/']").first)
    nina.fill("What was done and reached", "The station runs; two series are in daily use.")
    nina.look("report")
    nina.click("Hand in the report")
    _milestone(mia, 1)
    mia.look("review")
    mia.page.get_by_role("main").locator("input[type=radio]").first.check()
    mia.click("Decide")
    mia.open("/projects/dream/")
    assert mia.sees("10 800.00")


def _milestone(person: Person, position: int) -> None:
    person.open(f"{GRANTS}SMART-0001-GA/")
    person.press(person.page.get_by_role("main").locator("a[href*='/milestones/']").nth(position))


def _sign(person: Person, name: str) -> None:
    person.page.get_by_role("main").locator("input[type=checkbox]").first.check()
    person.fill("Your full name", name)
    person.press(person.page.get_by_role("main").locator("form button.btn-primary"))


def _wait_for(person: Person, path: str, text: str) -> None:
    """Until the worker has made it."""
    _wait_until(person, path, lambda: text in person.text)


def _wait_until(person: Person, path: str, done: Callable[[], bool]) -> None:
    """Open the page again and again, for at most a minute."""
    for _ in range(120):
        person.open(path)
        if done():
            return
        person.page.wait_for_timeout(500)
    raise AssertionError(f"{path} does not get there: {person.text[:2000]}")


def test_a_voucher_from_the_call_to_the_last_payment(stack: Stack, person: Sit) -> None:
    """Steps 1 to 7, each person in a browser of their own; axe on every page looked at."""
    stack.manage("set_stage")
    the_coordinator_makes_a_call(stack, person)
    a_visitor_reads_the_call(stack, person)
    a_company_registers(stack, person)
    a_company_writes(stack, person)
    a_company_submits(stack, person)
    the_file_is_screened_and_assigned(stack, person)
    evaluators_score_without_seeing_each_other(stack, person)
    two_managers_decide_and_release(stack, person)
    both_sign_the_agreement(stack, person)
    a_milestone_is_reported_accepted_and_paid(stack, person)


def test_steps_3_and_4_work_without_javascript_and_without_redis(stack: Stack, person: Sit) -> None:
    """From the open call on; the mail waits in the outbox meanwhile, and leaves when Redis is back (QR12, QA7)."""

    def sit(name: str, **options: Any) -> Person:
        return person(name, **{**options, "javascript": False})

    stack.run("tests.journeys.opened")
    a_visitor_reads_the_call(stack, sit)
    stack.redis.stop()
    a_company_registers(stack, sit)
    a_company_writes(stack, sit)
    a_company_submits(stack, sit)
    the_file_is_screened_and_assigned(stack, sit)
    evaluators_score_without_seeing_each_other(stack, sit)
    reader = sit("reader")
    reader.open("/_mail/")
    assert reader.sees("Waiting")
    stack.redis.start()
    _wait_until(reader, "/_mail/", lambda: reader.misses("Waiting"))
