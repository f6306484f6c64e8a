"""Objections: their time (time-36), who examines them, what comes of them, and what stays."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from applicants.models import Application, Recusal
from core import clock
from core.audit import history
from core.errors import BudgetExceeded, DeadlinePassed, DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from evaluation import queries, redress, services
from evaluation.models import Decision, Objection, Procedure, Reexamination
from evaluation.queries.redress import objections_of, possible_handlers, procedure_of, standing_of
from funding.models import Account, ProjectMember
from funding.queries import line_balance
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.samples import pdf

pytestmark = pytest.mark.django_db
WORDS = "The rule on partners was read otherwise than the call says."


def objected(made: make.Scene, index: int = 1, **fields) -> Objection:
    """The applicant of a file objects."""
    file = made.files[index]
    return services.file_objection(
        file, **{"ground": "procedure", "text": WORDS, "by": file.created_by, **fields}
    )


def handled(made: make.Scene, index: int = 1) -> Objection:
    """Mia gives it to Fred, who took no part."""
    objection = objected(made, index)
    return services.name_handler(objection, handler=made.team.fred.pk, by=made.team.mia)


def upheld(made: make.Scene, index: int = 1, remedy: str = "scores") -> Objection:
    objection = handled(made, index)
    return services.answer_objection(
        objection, verdict="upheld", remedy=remedy, answer="A criterion was missed.", by=made.team.fred
    )


def two(budget: int = 60_000_00) -> make.Scene:
    """A released round: the first file funded with 20 000, the second below the threshold."""
    return make.released(make.scene(files=2, budget_cents=budget), sheets=[("5", "5"), ("1", "1")])


def anew(made: make.Scene, **fields) -> dict:
    codes = [item.code for item in made.call.criteria.all()]
    return {
        "verdict": "fund",
        "reason": "The second expert read the wrong annex.",
        "amount_cents": 15_000_00,
        "scores": dict.fromkeys(codes, Decimal("4")),
        "words": dict.fromkeys(codes, "Read again, it is convincing."),
        "experts": "Dr Nova and Dr Stella",
        "by": made.team.fred,
        **fields,
    }


def test_time_36_seven_days_from_notification() -> None:
    sent = datetime(2026, 12, 22, 22, 30, tzinfo=UTC)  # 23:30 in Brussels

    last = redress.last_moment(sent, 7, "Europe/Brussels")

    assert last == datetime(2026, 12, 29, 22, 59, 59, tzinfo=UTC)  # 29 December, 23:59:59 in Brussels
    assert redress.is_in_time(last + timedelta(microseconds=999_999), last)
    assert not redress.is_in_time(last + timedelta(seconds=1), last)


def test_days_are_counted_on_the_clocks_of_the_call() -> None:
    sent = datetime(2026, 12, 22, 22, 30, tzinfo=UTC)  # the 23rd already in Helsinki
    assert redress.last_moment(sent, 7, "Europe/Helsinki") == datetime(2026, 12, 30, 21, 59, 59, tzinfo=UTC)
    before_summer = datetime(2027, 3, 25, 12, tzinfo=UTC)
    assert redress.last_moment(before_summer, 7, "Europe/Brussels") == datetime(
        2027, 4, 1, 21, 59, 59, tzinfo=UTC
    )


def test_place_among_others_that_stay() -> None:
    others = [Decimal(90), Decimal(80), Decimal(80), Decimal(70)]
    assert [redress.place_among(Decimal(n), others) for n in (95, 80, 75, 10)] == [1, 2, 4, 5]


def test_an_objection_is_received_by_both_sides(now) -> None:
    made = two()
    upload = SimpleUploadedFile("proof.pdf", pdf(), content_type="application/pdf")

    objection = objected(made, files=[upload])

    assert (objection.state, objection.matter) == ("filed", "decision")
    assert objection.last_at == redress.last_moment(now, 7, "Europe/Brussels")
    assert objection.answer_by == redress.last_moment(now, 30, "Europe/Brussels")
    assert [row.file.name for row in objection.files.all()] == ["proof.pdf"]
    told = OutgoingMessage.objects.filter(kind__startswith="objection")
    assert sorted(told.values_list("kind", "to")) == sorted(
        [
            ("objection_received", made.files[1].created_by.email),
            ("objection_to_handle", made.team.mia.email),
            ("objection_to_handle", made.team.luc.email),
        ]
    )
    assert history(made.files[1]).filter(verb="application.objected").count() == 1


def test_an_objection_counts_to_the_last_second_and_no_longer() -> None:
    made = two()
    last = standing_of(made.files[1]).last_at

    with pytest.raises(DeadlinePassed):
        objected(made, arrived=last + timedelta(seconds=1))
    assert objected(made, arrived=last).filed_at == last


def test_no_objection_before_the_release_nor_twice_nor_without_words() -> None:
    made = make.confirmed(make.scene(files=2))
    with pytest.raises(InvalidTransition):
        objected(made)
    services.release_decisions(made.round, by=made.team.mia)
    made.reload()
    with pytest.raises(DomainError) as refused:
        objected(made, text="  ")
    assert refused.value.field == "text"
    objected(made)
    with pytest.raises(InvalidTransition):
        objected(made)


def test_who_took_part_does_not_examine() -> None:
    made = two()
    objection = objected(made)
    Recusal.objects.create(application=made.files[1], user=made.team.ann, reason="Cousin")
    ProjectMember.objects.create(project=made.team.project, user=made.evaluators[0].user, role="viewer")

    assert list(possible_handlers(made.files[1])) == [made.team.fred]
    for person in (made.team.mia, made.team.luc, made.team.ann, made.evaluators[0].user):
        with pytest.raises(DomainError) as refused:
            services.name_handler(objection, handler=person.pk, by=made.team.mia)
        assert refused.value.field == "handler"
    with pytest.raises(DomainError):
        services.name_handler(objection, handler=made.team.fred.pk, by=made.team.fred)


def test_who_changed_a_decision_before_another_proposed_again_took_part_too() -> None:
    made = make.proposed(make.scene(files=2))  # Mia proposes
    services.withdraw_proposal(made.round, reason="Again", by=made.team.mia)
    made.reload()
    services.propose_decisions(made.round, by=made.team.luc)
    services.confirm_decisions(made.reload().round, by=made.team.mia)
    services.release_decisions(made.reload().round, by=made.team.mia)
    objected(made.reload())

    assert set(possible_handlers(made.files[1])) == {made.team.fred, made.team.ann}


def test_only_the_handler_answers_once_with_reasons() -> None:
    made = two()
    objection = handled(made)

    with pytest.raises(DomainError):
        services.answer_objection(objection, verdict="rejected", answer="No.", by=made.team.mia)
    with pytest.raises(DomainError) as wordless:
        services.answer_objection(objection, verdict="rejected", answer=" ", by=made.team.fred)
    with pytest.raises(DomainError) as remediless:
        services.answer_objection(objection, verdict="upheld", answer="Yes.", by=made.team.fred)
    assert (wordless.value.field, remediless.value.field) == ("answer", "remedy")
    services.answer_objection(objection, verdict="rejected", answer="All was kept.", by=made.team.fred)
    letter = OutgoingMessage.objects.get(kind="objection_answered")
    assert (letter.to, "All was kept." in letter.text) == (made.files[1].created_by.email, True)
    with pytest.raises(InvalidTransition):
        services.answer_objection(objection, verdict="upheld", remedy="scores", answer="!", by=made.team.fred)
    with pytest.raises(InvalidTransition):
        services.name_handler(objection, handler=made.team.ann.pk, by=made.team.mia)


def test_what_was_filed_stays_in_the_database() -> None:
    objection = objected(two())
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(text="Something milder")
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).delete()


def test_upheld_the_file_is_scored_again_and_funded_and_the_others_stay() -> None:
    made = two()
    objection = upheld(made)
    first = Decision.objects.filter(application=made.files[0]).values().get()
    held = line_balance(made.call.budget_line, Account.AWARDED)

    proposed = services.propose_reexamination(objection, **anew(made))

    assert (proposed.total, proposed.place) == (Decimal("80"), 2)
    assert Application.objects.get(pk=made.files[1].pk).state == "rejected"
    services.confirm_reexamination(objection, by=made.team.luc)
    decision = Decision.objects.get(application=made.files[1])
    assert (decision.outcome, decision.amount_cents, decision.rank) == ("fund", 15_000_00, 2)
    assert [share.amount_cents for share in decision.shares.all()] == [15_000_00]
    assert line_balance(made.call.budget_line, Account.AWARDED) == held + 15_000_00
    file = Application.objects.get(pk=made.files[1].pk)
    assert (file.state, file.outcome_text) == ("selected", proposed.letter)
    assert "Your objection was upheld" in file.outcome_text
    assert "Read again, it is convincing." in file.outcome_text
    assert "Dr Nova" not in file.outcome_text
    assert Decision.objects.filter(application=made.files[0]).values().get() == first
    assert Objection.objects.get(pk=objection.pk).state == "redecided"
    assert decision.pk == first["id"] + 1
    assert history(decision).filter(verb="decision.redecided").get().data["before"]["outcome"] == "reject"


def test_the_new_decision_needs_four_eyes() -> None:
    made = two()
    objection = upheld(made)
    with pytest.raises(DomainError):
        services.propose_reexamination(objection, **anew(made, by=made.team.mia))
    with pytest.raises(InvalidTransition):
        services.confirm_reexamination(objection, by=made.team.luc)
    services.propose_reexamination(objection, **anew(made))
    with pytest.raises(DomainError):
        services.confirm_reexamination(objection, by=made.team.ann)
    ProjectMember.objects.get_or_create(project=made.team.project, user=made.team.fred, role="manager")
    with pytest.raises(FourEyesRequired):
        services.confirm_reexamination(objection, by=made.team.fred)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reexamination.objects.update(confirmed_at=clock.now(), confirmed_by=made.team.fred)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"verdict": "reject"}, "verdict"),
        ({"amount_cents": 20_000_01}, "amount_cents"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"experts": ""}, "experts"),
        ({"words": {}}, "reason_excellence"),
        ({"scores": {"excellence": Decimal(4), "impact": None}}, "score_impact"),
        ({"scores": {"excellence": Decimal(4), "impact": Decimal(0)}}, "verdict"),
    ],
)
def test_a_new_decision_keeps_the_rules(fields, field) -> None:
    made = two()
    objection = upheld(made)
    with pytest.raises(DomainError) as refused:
        services.propose_reexamination(objection, **anew(made, **fields))
    assert refused.value.field == field


def test_no_money_of_others_is_given() -> None:
    made = two(budget=30_000_00)
    objection = upheld(made)
    with pytest.raises(BudgetExceeded):
        services.propose_reexamination(objection, **anew(made))
    services.propose_reexamination(objection, **anew(made, amount_cents=10_000_00))
    services.confirm_reexamination(objection, by=made.team.luc)
    assert line_balance(made.call.budget_line, Account.RESERVED) == 0


def test_the_file_may_stay_as_it_was_and_is_told() -> None:
    made = two()
    objection = upheld(made)
    before = Decision.objects.filter(application=made.files[1]).values().get()

    services.propose_reexamination(objection, **anew(made, verdict="stay"))
    services.confirm_reexamination(objection, by=made.team.luc)

    assert Decision.objects.filter(application=made.files[1]).values().get() == before
    letter = OutgoingMessage.objects.get(kind="file_stays")
    assert "the decision stays as it was" in letter.text and "wrong annex" in letter.text


def test_a_funded_file_may_get_more_never_less() -> None:
    made = make.proposed(make.scene(files=2, budget_cents=60_000_00))
    decision = Decision.objects.get(application=made.files[0])
    organisation = decision.shares.get().organisation
    services.change_decision(
        decision, outcome="fund", amounts={organisation.pk: 5_000_00}, reason="Less.", by=made.team.mia
    )
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    services.release_decisions(made.reload().round, by=made.team.mia)
    objection = upheld(made.reload(), 0, remedy="decision")
    with pytest.raises(DomainError):
        services.propose_reexamination(objection, **anew(made, amount_cents=5_000_00))
    services.propose_reexamination(objection, **anew(made, amount_cents=8_000_00))
    services.confirm_reexamination(objection, by=made.team.luc)
    decision = Decision.objects.get(application=made.files[0])
    assert [share.amount_cents for share in decision.shares.all()] == [8_000_00]
    assert line_balance(made.call.budget_line, Account.AWARDED) == 8_000_00 + 20_000_00


def test_an_ineligible_file_joins_the_evaluation_that_goes_on() -> None:
    made = make.scene(files=2)
    services.screen_application(made.files[1], is_eligible=False, reasons="Too old.", by=made.team.mia)
    made.reload()
    objection = upheld(made, remedy="screening")
    assert objection.matter == "eligibility"

    services.propose_reexamination(objection, verdict="eligible", reason="It is young.", by=made.team.fred)
    services.confirm_reexamination(objection, by=made.team.luc)

    assert Application.objects.get(pk=made.files[1].pk).state == "eligible"
    assert [s.is_eligible for s in made.files[1].screenings.all()] == [False, True]


def test_an_ineligible_file_is_judged_alone_after_the_release() -> None:
    made = make.scene(files=2, budget_cents=60_000_00)
    services.screen_application(made.files[1], is_eligible=False, reasons="Too old.", by=made.team.mia)
    only = made.files.pop()
    make.released(made)
    made.files.append(Application.objects.get(pk=only.pk))
    objection = upheld(made, remedy="screening")

    services.propose_reexamination(objection, **anew(made))
    services.confirm_reexamination(objection, by=made.team.luc)

    decision = Decision.objects.get(application=only)
    assert (decision.state, decision.outcome, decision.rank) == ("released", "fund", 2)
    assert Application.objects.get(pk=only.pk).state == "selected"


def test_the_days_are_fixed_with_the_letters() -> None:
    made = make.scene(files=2)
    say_days(made.call, "In writing, in good time.")
    services.set_procedure(made.call, redress_days=30, answer_days=15, by=made.team.mia)
    with pytest.raises(DomainError):
        services.set_procedure(made.call, redress_days=29, answer_days=15, by=made.team.mia)
    make.released(made)
    with pytest.raises(InvalidTransition):
        services.set_procedure(made.call, redress_days=40, answer_days=15, by=made.team.mia)
    assert "within 30 days" in made.files[0].outcome_text
    assert reverse("evaluation:redress", args=[made.call.slug]) in made.files[0].outcome_text
    told = made.files[0].outcome_at
    assert standing_of(made.files[0]).last_at == redress.last_moment(told, 30, "Europe/Brussels")


def say_days(call, text: str) -> None:
    call.redress = {"en": text}
    call.save(update_fields=["redress"])


def test_the_days_are_those_of_the_calls_text(client) -> None:
    made = make.scene(files=2)
    Procedure.objects.filter(call=made.call).delete()
    say_days(made.call, "Object within 12 days. You are answered within 20 days.")
    assert procedure_of(made.call).redress_days == 12
    with pytest.raises(
        DomainError, match="The text of the call gives 12 days to object, not 30: change the text"
    ):
        services.set_procedure(made.call, redress_days=30, answer_days=15, by=made.team.mia)
    services.set_procedure(made.call, redress_days=12, answer_days=15, by=made.team.mia)
    client.force_login(made.team.mia)
    page = reverse("evaluation:objection_list", args=[made.call.slug])
    assert "gives other days to object" not in client.get(page).content.decode()
    say_days(made.call, "Object within 14 days.")
    assert procedure_of(made.call).redress_days == 12
    told = client.get(page).content.decode()
    assert "gives other days to object" in told and "The text says 14 days; 12 hold" in " ".join(told.split())


def test_from_the_first_round_on_the_days_do_not_follow_the_text() -> None:
    made = make.scene(files=2)
    assert Procedure.objects.filter(call=made.call).exists()
    before = procedure_of(made.call).redress_days
    say_days(made.call, f"Object within {before + 5} days.")
    assert procedure_of(made.call).redress_days == before


def test_overdue_stands_first_in_the_list_and_on_the_home_pages() -> None:
    made = make.released(make.scene(files=3))
    late, later = objected(made, 1), objected(made, 2)
    services.name_handler(later, handler=made.team.fred.pk, by=made.team.mia)

    with clock.stopped_at(late.answer_by + timedelta(seconds=1)):
        assert [one.is_overdue for one in objections_of(made.call, made.team.mia)] == [True, True]
        manager = {a.title: a for a in queries.next_actions(made.team.mia)}
        handler = {a.title: a for a in queries.next_actions(made.team.fred)}
    ref, other = made.files[1].ref, made.files[2].ref
    assert manager[f"Name who examines the objection about {ref}"].tone == "bad"
    assert handler[f"Answer the objection about {other}"].due == later.answer_by
    assert manager[f"The objection about {other} is being examined"].waiting_for_others


def test_pages_from_the_objection_to_the_new_decision() -> None:
    made = two()
    file = made.files[1]
    applicant, mia, fred = (sign_in(u) for u in (file.created_by, made.team.mia, made.team.fred))
    own = reverse("evaluation:application_objection", args=[file.ref])

    assert b"Last moment to object" in applicant.get(own).content
    refused = applicant.post(own, {"text": WORDS})
    assert (refused.status_code, WORDS.encode() in refused.content) == (422, True)
    upload = SimpleUploadedFile("proof.pdf", pdf(), content_type="application/pdf")
    assert applicant.post(own, {"ground": "error", "text": WORDS, "file_1": upload}).status_code == 302
    objection = Objection.objects.get()
    page = applicant.get(own).content
    assert b"Your objection has arrived" in page and objection.ref.encode() in page
    attached = objection.files.get()
    door = reverse("evaluation:application_objection_file", args=[file.ref, attached.ref])
    assert applicant.get(door).status_code == 200
    other = sign_in(made.files[0].created_by)
    assert (other.get(own).status_code, other.get(door).status_code) == (404, 404)

    staff = objection.get_absolute_url()
    assert mia.post(f"{staff}handler/", {"handler": made.team.fred.pk}).status_code == 302
    assert mia.post(f"{staff}answer/", {"verdict": "rejected", "answer": "No"}).status_code == 403
    bad = fred.post(f"{staff}answer/", {"verdict": "upheld", "answer": "Right."})
    assert (bad.status_code, b"Say what is done again." in bad.content) == (422, True)
    fred.post(f"{staff}answer/", {"verdict": "upheld", "answer": "Right.", "remedy": "scores"})
    given = {"verdict": "fund", "amount_cents": "15 000", "reason": "Read again.", "experts": "Dr Nova"}
    for item in made.call.criteria.all():
        given |= {f"score_{item.code}": "4", f"reason_{item.code}": "Good."}
    assert fred.post(f"{staff}decide/", given).status_code == 302
    page = mia.get(staff).content.decode()
    assert "With this it stands at place 2" in page and "Confirm it and send the letter" in page
    assert mia.post(f"{staff}confirm/").status_code == 302
    assert b"decided again" in applicant.get(own).content
    assert Application.objects.get(pk=file.pk).state == "selected"


def test_everybody_reads_how_to_object() -> None:
    made = two()
    page = sign_in(made.files[0].created_by).get(reverse("evaluation:redress", args=[made.call.slug])).content
    assert b"<b>7 days</b>" in page and b"<b>30 days</b>" in page


def test_the_timeline_tells_the_objection() -> None:
    made = two()
    handled(made)
    told = [act.text for act in queries.acts(made.files[1])]
    assert told[-2:] == [
        "You objected to the decision",
        "A person who did not take part examines your objection",
    ]
