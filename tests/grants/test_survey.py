"""How were the reports and the payments? Asked once after the last payment, free to answer, told without names."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from core import clock
from core.audit import history
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from core.surveys import Answers, Mark
from desk.queries import agenda
from grants import queries, services
from grants.models import Agreement, PaymentAnswer, SurveyDeclined
from tests.accounts import factories as people
from tests.evaluation.browsing import sign_in
from tests.grants import factories as make

pytestmark = pytest.mark.django_db

PAID_ON = date(2027, 2, 18)


def pay(w, milestone):
    for payment in services.propose_payments(milestone, by=w.team.mia):
        services.approve_payment(payment, by=w.team.fred)
        services.mark_payment_paid(payment, by=w.team.fred, paid_on=PAID_ON)


def paid_off(w, agreement=None):
    agreement = agreement or make.in_force(w)
    final = make.final(agreement)
    services.report_milestone(final, by=w.alice, text="Done.")
    services.accept_milestone(final, by=w.team.mia, note="Thanks.")
    pay(w, make.advance(agreement))
    pay(w, final)
    return make.again(agreement)


def said(w, agreement, clarity=4, speed=2, hours=12, words="", by=None):
    return services.answer_payment_survey(
        agreement, clarity=clarity, speed=speed, hours=hours, words=words, by=by or w.alice
    )


def asked(agreement):
    rows = OutgoingMessage.objects.filter(kind="payment_survey", about_id=agreement.pk)
    return sorted(rows.values_list("to", flat=True))


def lines(user, now):
    return [line.url for line in agenda(user, now).free]


def test_people_of_the_beneficiary_are_asked_once_when_the_last_payment_is_made(now):
    w = make.world(partners=[1_000_00], partners_max=2)
    w.application.refresh_from_db()
    partner = w.application.last_final.partners.get(is_lead=False).organisation
    paula = people.user("Paula Partner")
    Membership.objects.create(user=paula, organisation=partner)
    agreement = make.in_force(w)
    final = make.final(agreement)
    services.report_milestone(final, by=w.alice, text="Done.")
    services.accept_milestone(final, by=w.team.mia, note="Thanks.")
    pay(w, make.advance(agreement))
    first, second = services.propose_payments(final, by=w.team.mia)
    for payment in (first, second):
        services.approve_payment(payment, by=w.team.fred)
    services.mark_payment_paid(first, by=w.team.fred, paid_on=PAID_ON)
    assert asked(agreement) == []
    assert lines(w.alice, now) == []
    with pytest.raises(InvalidTransition):
        said(w, agreement)
    services.mark_payment_paid(second, by=w.team.fred, paid_on=PAID_ON)
    assert asked(agreement) == sorted([w.alice.email, w.bob.email])
    assert lines(w.bob, now) == [f"/agreements/{agreement.ref}/survey/"]
    assert lines(paula, now) == lines(w.charlie, now) == lines(w.team.mia, now) == []


def test_an_agreement_that_ended_early_is_asked_about_when_nothing_is_left_to_pay(now):
    w = make.world()
    agreement = make.in_force(w)
    pay(w, make.advance(agreement))
    services.report_milestone(make.final(agreement), by=w.alice, text="Done.")
    services.accept_milestone(make.final(agreement), by=w.team.mia, note="Thanks.")
    owed = agreement.amount_cents
    services.terminate_agreement(
        agreement, by=w.team.mia, side="coordinator", reason="No report came.", notice_on=PAID_ON,
        ended_on=PAID_ON, accepted={w.application.organisation.ref: owed}, days_to_pay=30,
    )  # fmt: skip
    assert asked(agreement) == []
    assert not queries.takes_payment_survey(agreement)
    pay(w, make.final(agreement))
    assert asked(agreement) == sorted([w.alice.email, w.bob.email])
    assert queries.takes_payment_survey(agreement)


def test_an_agreement_that_is_closed_by_hand_is_asked_about_at_its_closing(now):
    w = make.world()
    agreement = make.in_force(w)
    pay(w, make.advance(agreement))
    services.report_milestone(make.final(agreement), by=w.alice, text="Done.")
    services.refuse_milestone(make.final(agreement), by=w.team.mia, note="Nothing was done.")
    assert asked(agreement) == []
    services.close_agreement(
        agreement, by=w.team.mia, reason="Half of it.", accepted={w.application.organisation.ref: 1},
        days_to_pay=30,
    )  # fmt: skip
    assert asked(agreement) == sorted([w.alice.email, w.bob.email])


def test_an_agreement_has_one_answer_that_colleagues_change_and_its_history_is_silent(now):
    w = make.world()
    agreement = paid_off(w)
    before = history(agreement).count()
    first = said(w, agreement, 2, 5, None, " Slow.\r\nReally. ")
    assert (first.clarity, first.speed, first.hours, first.words) == (2, 5, None, "Slow.\nReally.")
    said(w, agreement, 3, 5, 0, by=w.bob)
    said(w, agreement, 3, 5, 0, by=w.bob)
    only = PaymentAnswer.objects.get()
    assert (only.agreement, only.clarity, only.hours, only.words) == (agreement, 3, 0, "")
    assert [(one.verb, one.actor) for one in history(only)] == [
        ("survey.answered", w.alice),
        ("survey.answered", w.bob),
    ]
    assert history(agreement).count() == before
    assert lines(w.alice, now) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [("clarity", {"clarity": 0}), ("clarity", {"clarity": 6}), ("speed", {"speed": 0}), ("speed", {"speed": 6}),
     ("hours", {"hours": -1}), ("hours", {"hours": 10_001}), ("words", {"words": "x" * 1001})],
)  # fmt: skip
def test_what_is_out_of_range_is_refused_beside_its_field(now, field, typed):
    w = make.world()
    agreement = paid_off(w)
    with pytest.raises(DomainError) as caught:
        said(w, agreement, **typed)
    assert (caught.value.field, PaymentAnswer.objects.count()) == (field, 0)


def test_who_declines_is_not_asked_again_and_colleagues_are(now):
    w = make.world()
    agreement = paid_off(w)
    page = f"/agreements/{agreement.ref}/survey/"
    bob, alice = sign_in(w.bob), sign_in(w.alice)
    home = bob.get(reverse("desk:home")).content.decode()
    assert f'action="{page}decline/"' in home
    assert "Nothing waits for you." in home
    assert bob.get(f"{page}decline/").status_code == 405
    for _time in range(2):
        assert bob.post(f"{page}decline/").url == reverse("desk:home")
    assert SurveyDeclined.objects.get().user == w.bob
    assert page not in bob.get(reverse("desk:home")).content.decode()
    assert bob.get(page).status_code == 200
    assert page in alice.get(reverse("desk:home")).content.decode()
    assert sign_in(w.charlie).post(f"{page}decline/").status_code == 404


def test_home_pages_stop_asking_two_months_after_the_last_payment(now):
    w = make.world()
    paid_off(w)
    assert lines(w.alice, now) != []
    for days, is_asked in ((60, True), (61, False)):
        with clock.stopped_at(now + timedelta(days=days)):
            assert bool(lines(w.alice, now)) is is_asked


def test_page_keeps_what_is_typed_and_is_open_after_the_last_payment_alone(now):
    w = make.world()
    agreement = make.in_force(w)
    page = f"/agreements/{agreement.ref}/survey/"
    alice = sign_in(w.alice)
    early = alice.get(page).content.decode()
    assert "These questions are open after the last payment." in early
    assert 'name="clarity"' not in early
    assert page not in alice.get(f"/agreements/{agreement.ref}/").content.decode()
    assert alice.post(page, {"clarity": "3", "speed": "3"}).status_code == 422
    agreement = paid_off(w, agreement)
    assert page in alice.get(f"/agreements/{agreement.ref}/").content.decode()
    refused = alice.post(page, {"clarity": "3", "hours": "about 8", "words": "Less <b>text</b>."})
    shown = refused.content.decode()
    assert (refused.status_code, PaymentAnswer.objects.count()) == (422, 0)
    assert 'value="about 8"' in shown
    assert "Less &lt;b&gt;text&lt;/b&gt;." in shown
    sent = alice.post(page, {"clarity": "3", "speed": "5", "hours": "", "words": "Less <b>text</b>."})
    assert (sent.status_code, sent.url) == (302, page)
    assert sign_in(w.bob).get(page).context["form"].initial == {
        "clarity": 3, "speed": 5, "hours": None, "words": "Less <b>text</b>.",
    }  # fmt: skip
    stranger = sign_in(w.charlie)
    assert stranger.get(page).status_code == stranger.post(page, {"clarity": "1"}).status_code == 404


def several(w, *answers):
    for index, (clarity, speed, hours, words) in enumerate(answers):
        person = people.user(f"Person {index}")
        file = make.award(w.call, w.team, by=person, cents=1_000_00)
        agreement = Agreement.objects.create(
            ref=f"A-{index}", application=file, decision=file.decisions.get(), amount_cents=1_000_00,
            starts_on=make.STARTS_ON, ends_on=make.STARTS_ON + timedelta(days=90), data={}, drafted_by=w.team.mia,
        )  # fmt: skip
        PaymentAnswer.objects.create(
            agreement=agreement, clarity=clarity, speed=speed, hours=hours, words=words
        )


def test_below_five_answers_managers_see_their_number_alone(now):
    w = make.world()
    several(w, (1, 1, 40, "Awful."), (5, 5, 2, ""), (5, 5, 2, ""), (4, 5, 2, ""))
    assert queries.payment_survey_of(w.call) == Answers(4)
    page = sign_in(w.team.mia).get(f"/calls/{w.call.slug}/grants/survey/").content.decode()
    assert "Nothing is shown before 5 beneficiaries answered" in page
    assert "Answers so far: 4." in page
    assert "Awful" not in page
    assert 'class="bars"' not in page


def test_from_five_answers_on_they_are_told_together_and_exactly(now):
    w = make.world()
    several(
        w, (5, 1, 10, "Well <i>done</i>"), (5, 1, 5, ""), (4, 1, 40, "A shorter form"), (4, 1, None, ""), (2, 2, 8, "")
    )  # fmt: skip
    assert queries.payment_survey_of(w.call) == Answers(
        5,
        marks=[
            Mark(
                "clarity", "4.0", [("1", 0, "0"), ("2", 1, "1"), ("3", 0, "0"), ("4", 2, "2"), ("5", 2, "2")]
            ),
            Mark("speed", "1.2", [("1", 4, "4"), ("2", 1, "1"), ("3", 0, "0"), ("4", 0, "0"), ("5", 0, "0")]),
        ],
        words=["A shorter form", "Well <i>done</i>"],
    )
    mia = sign_in(w.team.mia)
    url = f"/calls/{w.call.slug}/grants/survey/"
    assert url in mia.get(f"/calls/{w.call.slug}/grants/").content.decode()
    page = mia.get(url).content.decode()
    assert '<b class="num">1.2</b>' in page
    assert "Well &lt;i&gt;done&lt;/i&gt;" in page
    assert "Person" not in page


def test_managers_of_the_project_alone_open_the_answers(now):
    w = make.world()
    url = f"/calls/{w.call.slug}/grants/survey/"
    assert sign_in(w.team.fred).get(url).status_code == 404
    assert url not in sign_in(w.team.fred).get(f"/calls/{w.call.slug}/grants/").content.decode()
    assert sign_in(make.world().team.mia).get(url).status_code == 404
    assert sign_in(w.alice).get(url).status_code == 404
