"""Buttons and forms of evaluation, without JavaScript, and the autosave with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Assignment, Decision, Evaluator, Promotion, Round, Score
from funding.models import Account
from funding.queries import line_balance
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.evaluation.test_promotion import after_withdrawal
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"HX-Request": "true"}}


def url(name: str, made: make.Scene, *args: str) -> str:
    return reverse(f"evaluation:{name}", args=[made.call.slug, *args])


def post(user, address: str, data: dict | None = None) -> int:
    return sign_in(user).post(address, data or {}).status_code


def sheet(score: str = "4", words: str = make.WORDS) -> dict[str, str]:
    return {
        "score_excellence": score,
        "score_impact": score,
        "reason_excellence": words,
        "reason_impact": words,
    }


def test_a_round_goes_from_the_deadline_to_the_release_by_forms_alone() -> None:
    team = funding.team()
    call = make.closed_call(team)
    made = make.Scene(team, call, Round(call=call))
    made.files = [make.applications.application(call, title=f"Project {n}") for n in range(2)]
    mia, luc = team.mia, team.luc

    assert post(mia, url("round_open", made)) == 302
    made.round = Round.objects.get()
    for file in made.files:
        assert post(mia, url("screen", made, file.ref), {"is_eligible": "yes", "reasons": ""}) == 302
    for name in ("Eva Novak", "Ed Horvat"):
        typed = {"name": name, "email": f"{name[:2]}@example.eu", "organisation_name": "Uni", "country": "SI"}
        assert post(mia, url("evaluator_list", made), typed) == 302
    clients = []
    for evaluator in Evaluator.objects.order_by("pk"):
        client = sign_in(mia).__class__()
        typed = {
            "full_name": evaluator.name,
            "password": "quiet green horses",
            "password_again": "quiet green horses",
        }
        client.post(reverse("evaluation:invitation_register", args=[evaluator.token]), typed)
        clients.append(client)
    proposal = sign_in(mia).get(url("assign_proposal", made)).context["proposal"]
    assert post(mia, url("assign_proposal", made), {"digest": proposal.digest}) == 302
    due = (make.clock.now() + timedelta(days=5)).date().isoformat()
    assert post(mia, url("scoring_start", made), {"due_at_date": due, "due_at_time": "18:00"}) == 302
    for client in clients:
        for pair in Assignment.objects.filter(evaluator__user=client.session["_auth_user_id"]):
            one = [pair.ref]
            client.post(reverse("evaluation:assignment_declare", args=one), {"agreed": "on"})
            client.post(reverse("evaluation:assignment_save", args=one), sheet("3"))
            client.post(reverse("evaluation:assignment_submit", args=one), {**sheet("4.5"), "then": "next"})
    assert post(mia, url("rank", made)) == 302
    assert post(mia, url("decisions_propose", made)) == 302
    assert post(luc, url("decisions_confirm", made)) == 302
    assert post(mia, url("release", made)) == 302

    made.reload()
    assert [file.state for file in made.files] == ["selected", "selected"]
    assert set(Decision.objects.values_list("total", flat=True)) == {Decimal("90.000")}
    assert OutgoingMessage.objects.filter(kind="outcome_released").count() == 2


def test_screening_keeps_what_was_typed_when_reasons_are_missing() -> None:
    made = make.scene(files=1)

    page = sign_in(made.team.mia).post(
        url("screen", made, made.files[0].ref), {"is_eligible": "no", "reasons": " "}
    )

    assert page.status_code == 422
    assert "Give the reasons" in page.content.decode()
    assert page.context["form"]["is_eligible"].value() == "no"


def test_screening_refuses_an_answer_nobody_offered() -> None:
    made = make.scene(files=1)

    assert post(made.team.mia, url("screen", made, made.files[0].ref), {"is_eligible": "maybe"}) == 422
    assert post(made.team.mia, url("screen", made, "NO-SUCH-FILE"), {"is_eligible": "yes"}) == 404
    assert made.reload().files[0].state == "open"


def test_screening_goes_on_to_the_next_file() -> None:
    made = make.scene(files=2)

    answer = sign_in(made.team.mia).post(url("screen", made, made.files[0].ref), {"is_eligible": "yes"})

    assert answer.url == url("screen", made, made.files[1].ref)


def test_assign_by_hand_stores_the_choices() -> None:
    made = make.screened(make.scene(files=1))
    ref = made.files[0].ref
    keys = [str(person.pk) for person in made.evaluators]

    assert post(made.team.mia, url("assign", made), {f"{ref}_1": keys[0], f"{ref}_2": keys[1]}) == 302

    assert Assignment.objects.filter(round=made.round).count() == 2


def test_assign_by_hand_shows_the_reason_beside_the_file_and_keeps_the_rest() -> None:
    made = make.screened(make.scene(files=2))
    one, two = (file.ref for file in made.files)
    eva, ed = (str(person.pk) for person in made.evaluators)

    page = sign_in(made.team.mia).post(
        url("assign", made), {f"{one}_1": eva, f"{one}_2": eva, f"{two}_1": ed, f"{two}_2": ""}
    )

    assert page.status_code == 422
    text = page.content.decode()
    assert "the same evaluator stands there twice" in text
    kept = text.split(f'name="{two}_1"')[1].split("</select>")[0]
    assert f'value="{ed}" selected' in kept
    assert not Assignment.objects.exists()


def test_assign_refuses_an_evaluator_of_another_round() -> None:
    made = make.screened(make.scene(files=1))
    other = make.scene(files=0, evaluators=1)
    ref = made.files[0].ref

    assert post(made.team.mia, url("assign", made), {f"{ref}_1": str(other.evaluators[0].pk)}) == 422
    assert not Assignment.objects.filter(round=made.round).exists()


def test_proposal_that_is_no_longer_true_is_shown_anew() -> None:
    made = make.screened(make.scene(files=1))

    page = sign_in(made.team.mia).post(url("assign_proposal", made), {"digest": "stale"})

    assert page.status_code == 422
    assert "Something changed" in page.content.decode()


@pytest.mark.parametrize(
    ("day", "at", "words"),
    [
        ("2020-01-01", "18:00", "This date has passed"),
        ("", "18:00", "required"),
        ("2027-13-45", "18:00", "valid date"),
        ("2027-03-28", "02:30", "02:30"),
    ],
)
def test_start_of_scoring_refuses_a_date_in_words(now, day, at, words) -> None:
    made = make.assigned(make.scene(files=1))

    page = sign_in(made.team.mia).post(url("scoring_start", made), {"due_at_date": day, "due_at_time": at})

    assert page.status_code == 422
    assert words in page.content.decode()
    assert made.reload().round.state == "setup"


def test_due_date_is_meant_on_the_clocks_of_the_call(now) -> None:
    made = make.assigned(make.scene(files=1))

    post(made.team.mia, url("scoring_start", made), {"due_at_date": "2027-07-01", "due_at_time": "18:00"})

    assert made.reload().round.scoring_due_at.isoformat() == "2027-07-01T16:00:00+00:00"


def test_declaration_needs_the_tick() -> None:
    made = make.scoring(make.scene(files=1))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])

    page = sign_in(pair.evaluator.user).post(reverse("evaluation:assignment_declare", args=[pair.ref]))

    assert page.status_code == 422
    assert "Tick the box" in page.content.decode()
    assert Assignment.objects.get(pk=pair.pk).state == "invited"


def test_declaration_of_a_conflict_by_its_button() -> None:
    made = make.scoring(make.scene(files=1))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    address = reverse("evaluation:assignment_declare", args=[pair.ref])

    assert post(pair.evaluator.user, address, {"has_conflict": "1", "details": ""}) == 422
    assert post(pair.evaluator.user, address, {"has_conflict": "1", "details": "Cousin"}) == 302
    assert Assignment.objects.get(pk=pair.pk).state == "declined"


def open_pair(files: int = 1) -> Assignment:
    made = make.declared(make.scene(files=files))
    return Assignment.objects.filter(evaluator=made.evaluators[0]).order_by("ref").first()


def test_autosave_keeps_the_changed_field_and_answers_with_the_running_total() -> None:
    pair = open_pair()
    client = sign_in(pair.evaluator.user)
    address = reverse("evaluation:assignment_save", args=[pair.ref])
    client.post(address, {"reason_impact": "Typed before", "changed": "reason_impact"}, **HTMX)

    answer = client.post(address, {"score_excellence": "4", "changed": "score_excellence"}, **HTMX)

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "48 of 100 so far" in text
    assert "hx-swap-oob" in text
    assert "<form" not in text
    rows = Score.objects.filter(assignment=pair).values_list("criterion__code", "value", "reason")
    assert list(rows) == [("excellence", Decimal("4.00"), ""), ("impact", None, "Typed before")]


def test_autosave_refuses_a_score_that_is_not_offered() -> None:
    pair = open_pair()
    address = reverse("evaluation:assignment_save", args=[pair.ref])

    answer = sign_in(pair.evaluator.user).post(
        address, {"score_excellence": "4.25", "changed": "score_excellence"}, **HTMX
    )

    assert answer.status_code == 422
    assert "is not a score for Excellence: give 0 to 5 in steps of 0.5" in answer.content.decode()
    assert not Score.objects.exists()


def test_save_button_keeps_all_and_goes_on_to_the_next_file() -> None:
    pair = open_pair(files=2)
    address = reverse("evaluation:assignment_save", args=[pair.ref])

    answer = sign_in(pair.evaluator.user).post(address, {**sheet("2", "half a"), "then": "next"})

    following = Assignment.objects.filter(evaluator=pair.evaluator).exclude(pk=pair.pk).get()
    assert answer.url == following.get_absolute_url()
    assert set(Score.objects.filter(assignment=pair).values_list("value", "reason")) == {
        (Decimal("2.00"), "half a")
    }


def test_submission_with_gaps_shows_each_beside_its_field_and_keeps_what_was_typed() -> None:
    pair = open_pair()
    typed = {**sheet("3.5"), "reason_impact": "two words"}
    del typed["score_excellence"]

    page = sign_in(pair.evaluator.user).post(reverse("evaluation:assignment_submit", args=[pair.ref]), typed)

    assert page.status_code == 422
    form = page.context["form"]
    assert list(form.errors) == ["__all__", "score_excellence", "reason_impact"]
    text = page.content.decode()
    assert "two words</textarea>" in text
    assert 'value="3.5" class="form-check-input" id="id_score_impact_7" data-scale="1" checked' in text or (
        "checked" in text.split('id="id_score_impact"')[1].split("</fieldset>")[0]
    )


def test_submission_twice_by_a_stale_tab_is_refused_in_words() -> None:
    pair = open_pair()
    client = sign_in(pair.evaluator.user)
    address = reverse("evaluation:assignment_submit", args=[pair.ref])
    client.post(address, sheet())

    page = client.post(address, sheet("1"))

    assert page.status_code == 422
    assert "You have submitted this sheet" in page.content.decode()
    assert page.context["form"]["score_impact"].value() == "4"
    assert Assignment.objects.get(pk=pair.pk).total == Decimal("80.000")


def test_words_are_escaped_wherever_they_are_shown() -> None:
    made = make.declared(make.scene(files=1))
    bad = "<script>alert(1)</script> three words"
    for pair in Assignment.objects.all():
        codes = ["excellence", "impact"]
        services.submit_scores(
            pair,
            scores=dict.fromkeys(codes, Decimal(4)),
            reasons=dict.fromkeys(codes, bad),
            by=pair.evaluator.user,
        )
    services.rank_round(made.round, by=made.team.mia)
    services.propose_decisions(made.round, by=made.team.mia)
    client = sign_in(made.team.mia)

    for address in (url("letters", made), url("file_detail", made, made.files[0].ref)):
        assert "<script>alert" not in client.get(address).content.decode()
    eva = made.evaluators[0].user
    page = sign_in(eva).get(Assignment.objects.get(evaluator__user=eva).get_absolute_url())
    assert "<script>alert" not in page.content.decode()


def test_ranking_refused_shows_what_is_missing() -> None:
    made = make.declared(make.scene(files=1))

    page = sign_in(made.team.mia).post(url("rank", made))

    assert page.status_code == 422
    assert f"{made.files[0].ref} has 0 of 2 scores" in page.content.decode()


@pytest.mark.parametrize(
    ("stage", "name", "after"),
    [
        (make.ranked, "scoring_reopen", "scoring"),
        (make.proposed, "decisions_withdraw", "ranked"),
        (make.confirmed, "decisions_reopen", "ranked"),
    ],
)
def test_steps_back_need_a_reason(stage, name, after) -> None:
    made = stage(make.scene(files=1))
    before = made.round.state

    assert post(made.team.mia, url(name, made), {"reason": ""}) == 422
    assert made.reload().round.state == before
    assert post(made.team.mia, url(name, made), {"reason": "A mistake"}) == 302
    assert made.reload().round.state == after


def test_decision_is_changed_by_the_form_and_bad_amounts_stay_typed() -> None:
    made = make.proposed(make.scene(files=1))
    file = made.files[0]
    address = url("decision_change", made, file.ref)
    amount = f"amount_{file.organisation_id}"
    client = sign_in(made.team.mia)

    page = client.post(
        address, {"outcome": "fund", amount: "25 000.00", "reason": "Too much", "feedback": "F"}
    )
    assert page.status_code == 422
    assert "25 000.00" in page.content.decode()
    assert "above the limit of 20\u00a0000.00" in page.content.decode()

    done = client.post(address, {"outcome": "fund", amount: "12 000.00", "reason": "Costs", "feedback": "F"})
    assert done.status_code == 302
    assert Decision.objects.get().amount_cents == 12_000_00


def test_proposer_who_confirms_is_refused_in_words() -> None:
    made = make.proposed(make.scene(files=1))

    page = sign_in(made.team.mia).post(url("decisions_confirm", made))

    assert page.status_code == 422
    assert "Another manager of the project has to confirm" in page.content.decode()


def test_confirmation_over_a_ceiling_names_the_firm_on_the_page() -> None:
    made = make.scene(files=0)
    firm = make.people.organisation("ACME S.r.l.", members=[alice := make.people.user("Alice Bianchi")])
    made.files = [
        make.applications.application(made.call, by=alice, organisation=firm, requested_cents=40_000_00)
        for _n in "ab"
    ]
    make.proposed(made)

    page = sign_in(made.team.luc).post(url("decisions_confirm", made))

    assert page.status_code == 422
    assert "ACME S.r.l. already holds" in page.content.decode()


def test_release_before_the_confirmation_is_refused_in_words() -> None:
    made = make.proposed(make.scene(files=1))

    page = sign_in(made.team.luc).post(url("release", made))

    assert page.status_code == 422
    assert "this is not possible now" in page.content.decode()


def test_decisions_pages_before_there_are_decisions_are_refused() -> None:
    made = make.ranked(make.scene(files=1))

    for name in ("decisions_confirm", "release", "reserve"):
        assert sign_in(made.team.luc).get(url(name, made)).status_code == 403


def test_reserve_moves_up_by_forms() -> None:
    made = after_withdrawal()
    mia, luc = made.team.mia, made.team.luc

    assert post(mia, url("award_take_back", made, made.files[1].ref)) == 302
    assert post(mia, url("promotion_propose", made)) == 302
    assert post(mia, url("promotion_confirm", made)) == 422
    assert Promotion.objects.filter(confirmed_at__isnull=False).count() == 0
    assert post(luc, url("promotion_confirm", made)) == 302

    assert line_balance(made.call.budget_line, Account.AWARDED) == 90_000_00


def test_sheet_is_given_back_by_its_form() -> None:
    made = make.scored(make.scene(files=1))
    pair = Assignment.objects.first()
    address = url("sheet_return", made, made.files[0].ref, pair.ref)

    assert post(made.team.mia, address, {"reason": " "}) == 422
    assert post(made.team.mia, address, {"reason": "Say more"}) == 302
    assert Assignment.objects.get(pk=pair.pk).state == "accepted"


def test_page_of_a_call_that_is_still_open_says_when_it_begins(now) -> None:
    team = funding.team()
    call = make.calls.call(team)
    page = sign_in(team.mia).get(reverse("evaluation:round_detail", args=[call.slug]))

    assert page.status_code == 200
    assert "begins after the deadline" in page.content.decode()
    assert sign_in(team.mia).post(reverse("evaluation:round_open", args=[call.slug])).status_code == 302
    assert not Round.objects.exists()


def test_page_of_a_closed_call_without_a_round_offers_to_begin() -> None:
    team = funding.team()
    call = make.closed_call(team)
    address = reverse("evaluation:round_detail", args=[call.slug])

    assert "Begin the evaluation" in sign_in(team.mia).get(address).content.decode()
    assert "Begin the evaluation" not in sign_in(team.ann).get(address).content.decode()
