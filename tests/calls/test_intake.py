"""How a call takes its applications: cut-offs in order, dated and paid for; as data, on its pages, in its file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import callfile, queries, services
from calls.duties import Answer
from calls.intake import Around, CutOffPlan, Intake, faults, findings, room_cents, sentences
from calls.models import Call, CallChange, CutOff
from core.clock import stopped_at
from core.errors import DeadlinePassed, DomainError
from core.localised import localised
from tests.calls import factories
from tests.calls.pages import page_url, part_url, rows_sent, text

OPENS = datetime(2023, 6, 1, 7, tzinfo=UTC)
FIRST = datetime(2023, 8, 30, 15, tzinfo=UTC)
SECOND = datetime(2023, 12, 30, 16, tzinfo=UTC)
AROUND = Around(
    zone="Europe/Brussels",
    opens_at=OPENS,
    budget_cents=40_000_00,
    eligible=["IT", "FR"],
    topic_question="target",
    choices={"target": ["ca", "jp"]},
)
TWO = Intake("cut-offs", [CutOffPlan(FIRST, localised("Canada")), CutOffPlan(SECOND, localised("Japan"))])


def changed(place: int, **values) -> Intake:
    rows = list(TWO.cut_offs)
    rows[place] = replace(rows[place], **values)
    return replace(TWO, cut_offs=rows)


@pytest.mark.parametrize(
    ("intake", "sentence"),
    [
        (
            replace(TWO, cut_offs=TWO.cut_offs[:1]),
            "Give at least two cut-offs; a call with one has one deadline.",
        ),
        (
            changed(0, closes_at=OPENS),
            "Cut-off 1, Thursday 1 June 2023, 09:00 Brussels time, is not after the opening.",
        ),
        (
            changed(1, closes_at=FIRST),
            "Cut-off 2, Wednesday 30 August 2023, 17:00 Brussels time, is not later than the one before it.",
        ),
        (changed(1, decision_by=date(2023, 12, 30)), "Cut-off 2: the answer cannot be due before it."),
        (changed(1, budget_cents=1), "Give each cut-off its own money, or none of them."),
        (
            replace(TWO, cut_offs=[replace(one, budget_cents=20_000_01) for one in TWO.cut_offs]),
            "The cut-offs have 40 000.02 EUR together; the call has 40 000.00: 0.02 too much.",
        ),
        (changed(1, countries=["JP"]), "Cut-off 2: Japan is no eligible country of the call."),
        (changed(0, answers=["us"]), "Cut-off 1: “us” is no answer to “target”."),
        (
            replace(TWO, model="single"),
            "Cut-offs belong to a call with several of them: choose that, or delete them.",
        ),
    ],
)
def test_refuse_cut_offs_that_contradict(intake, sentence):
    told = [fault.message.replace("\u00a0", " ") for fault in faults(intake, AROUND)]
    assert told == [sentence]
    assert faults(TWO, AROUND) == []


def test_answers_of_a_cut_off_need_their_question():
    around = replace(AROUND, topic_question="", choices={})
    assert [fault.message for fault in faults(changed(0, answers=["ca"]), around)] == [
        "Cut-off 1 takes certain answers only: say to which question, on “Evaluation and selection”."
    ]


def test_check_tells_what_lacks_and_what_to_think_of():
    found = list(findings(changed(0, closes_at=OPENS + timedelta(days=30)), AROUND))
    assert [(one.answer, one.sentence) for one in found] == [
        (Answer.ADVICE, "The first cut-off is less than two months after the opening."),
        (Answer.KEPT, "Several cut-offs: the files of each are judged together."),
    ]
    assert [one.sentence for one in findings(changed(1, closes_at=None), AROUND) if one.blocks] == [
        "Cut-off 2 has no date."
    ]
    budgets = replace(TWO, cut_offs=[replace(one, budget_cents=10_000_00) for one in TWO.cut_offs])
    assert "20 000.00 EUR of the call belong to no cut-off." in [
        one.sentence.replace("\u00a0", " ") for one in findings(budgets, AROUND)
    ]


def test_room_of_a_cut_off_with_and_without_what_others_leave():
    budgets, spent = [10_000_00, 10_000_00, 20_000_00], [4_000_00, 0, 0]
    assert room_cents(budgets, spent, 1, carry_over=False, left=36_000_00) == 10_000_00
    assert room_cents(budgets, spent, 1, carry_over=True, left=36_000_00) == 16_000_00
    assert room_cents(budgets, [4_000_00, 16_000_00, 0], 0, carry_over=True, left=20_000_00) == 0
    assert room_cents([None, None], [5, 0], 1, carry_over=True, left=7) == 7
    assert room_cents(budgets, spent, 1, carry_over=True, left=1_000_00) == 1_000_00


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 50), min_size=2, max_size=5),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 60)), max_size=12),
    st.booleans(),
)
def test_room_never_gives_more_than_there_is(budgets, asks, carry_over):
    spent = [0] * len(budgets)
    for at, asked in asks:
        at %= len(budgets)
        left = sum(budgets) - sum(spent)
        room = room_cents(budgets, spent, at, carry_over=carry_over, left=left)
        spent[at] += min(asked, room)
        for upto in range(1, len(budgets) + 1):
            assert sum(spent[:upto]) <= sum(budgets[:upto])
        if not carry_over:
            assert all(given <= own for given, own in zip(spent, budgets, strict=True))


def test_sentences_for_everybody():
    planned = replace(
        TWO,
        carry_over=True,
        cut_offs=[replace(one, budget_cents=20_000_00, answers=["ca"]) for one in TWO.cut_offs],
    )
    told = [one.replace("\u00a0", " ") for one in sentences(planned, "Europe/Brussels", {"ca": "Canada"})]
    assert told[1:] == [
        "Cut-off 1, Canada: Wednesday 30 August 2023, 17:00 Brussels time. 20 000 EUR. Takes: Canada.",
        "Cut-off 2, Japan: Saturday 30 December 2023, 17:00 Brussels time. 20 000 EUR. Takes: Canada.",
        "Money that one cut-off leaves goes to the next.",
    ]
    assert sentences(Intake(), "Europe/Brussels", {}) == []
    assert sentences(Intake("claim", waiting_most=3, answer_days=14), "Europe/Brussels", {})[2:] == [
        "When the money is held, 3 more applications may wait for what others give back; then the call closes itself.",
        "Each application has its answer within 14 days of its arrival.",
    ]
    assert "Those that reach the thresholds get money" in sentences(Intake("queue"), "Europe/Brussels", {})[1]


def plans(call: Call) -> list[CutOffPlan]:
    """Two cut-offs of a draft: a month before its deadline, and that."""
    return [
        CutOffPlan(call.closes_at - timedelta(days=30), localised("Canada"), None, ["IT"], ["ai"], 60_000_00),
        CutOffPlan(call.closes_at, localised("Japan"), None, (), (), 40_000_00),
    ]


@pytest.fixture
def with_cut_offs(ready, team) -> Call:
    Call.objects.filter(pk=ready.pk).update(topic_question="field")
    services.change_intake(ready, call_model="cut-offs", cut_offs=plans(ready), carry_over=True, by=team.mia)
    return Call.objects.get(pk=ready.pk)


def test_change_intake_is_kept_on_record_and_frozen_by_publication(with_cut_offs, team, now):
    call = with_cut_offs
    stored = [replace(one, countries=list(one.countries), answers=list(one.answers)) for one in plans(call)]
    assert queries.intake_of(call) == Intake("cut-offs", stored, carry_over=True)
    assert queries.findings(call) and not [one for one in queries.findings(call) if one.blocks]
    with pytest.raises(DomainError, match="The deadline of this call is its last cut-off"):
        services.change_dates(
            call,
            opens_at=call.opens_at,
            closes_at=call.closes_at + timedelta(days=1),
            decision_by=call.decision_by,
            agreement_by=None,
            project_months=12,
            by=team.mia,
        )
    factories.publish(call, team)
    first, last = CutOff.objects.filter(call=call)
    for change in (
        lambda: CutOff.objects.filter(pk=first.pk).update(budget_cents=1),
        lambda: CutOff.objects.filter(pk=first.pk).update(closes_at=first.closes_at - timedelta(seconds=1)),
        lambda: last.delete(),
        lambda: CutOff.objects.create(call=call, position=2),
        lambda: Call.objects.filter(pk=call.pk).update(carry_over=False),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with stopped_at(call.opens_at):
        services.extend_deadline(
            call, closes_at=first.closes_at + timedelta(days=7), reason="A strike.", by=team.mia
        )
        assert Call.objects.get(pk=call.pk).next_deadline == first.closes_at + timedelta(days=7)
        with pytest.raises(DomainError, match=r"Cut-off 2, Japan follows, .*: stay before it\."):
            services.extend_deadline(call, closes_at=last.closes_at, reason="More.", by=team.mia)
        services.extend_deadline(
            call, closes_at=last.closes_at + timedelta(days=2), reason="Holidays.", by=team.mia, cut_off=last
        )
    assert Call.objects.get(pk=call.pk).closes_at == last.closes_at + timedelta(days=2)
    told = CallChange.objects.filter(call=call, kind="deadline").values_list("text", flat=True)
    assert [one.split(" moved")[0] for one in told] == ["Cut-off 2, Japan", "Cut-off 1, Canada"]
    with stopped_at(last.closes_at), pytest.raises(DeadlinePassed):
        services.extend_deadline(
            call, closes_at=last.closes_at + timedelta(days=9), reason="Late.", by=team.mia, cut_off=first
        )


def test_time_30_31_an_arrival_belongs_to_the_first_cut_off_that_has_not_passed(with_cut_offs, team):
    call = factories.publish(with_cut_offs, team)
    first, last = CutOff.objects.filter(call=call)
    late = timedelta(milliseconds=1)
    assert [call.cut_off_at(at) for at in (call.opens_at, first.closes_at, first.closes_at + late)] == [
        first,
        first,
        last,
    ]
    assert call.cut_off_at(last.closes_at + late) is None
    assert call.phase(last.closes_at + late) == "closed"


def test_a_file_says_the_same(with_cut_offs, team):
    written = queries.file_of(with_cut_offs)
    again = services.import_call(written, project=team.project, by=team.mia, code="AGAIN-1")
    assert queries.intake_of(again) == queries.intake_of(with_cut_offs)
    wrong = callfile.dump(
        {
            **callfile.load(written).value,
            "dates": {**callfile.load(written).value["dates"], "closes": "2027-04-28 17:00"},
        }
    )
    assert [
        one.partition(": ")[2]
        for one in services.check_call_file(wrong, project=team.project, by=team.mia, code="A-2")
    ] == ["The last cut-off is the deadline of the call; here the two differ."]
    copy = services.clone_call(with_cut_offs, title="Next year", code="NEXT-1", by=team.mia)
    assert [(str(one.name), one.closes_at) for one in queries.cut_off_plans(copy)] == [
        ("Canada", None),
        ("Japan", None),
    ]


def test_page_of_cut_offs_keeps_what_was_typed(ready, mia):
    sent = {"call_model": "cut-offs", "carry_over": "on", "answer_days": "", "waiting_most": ""}
    local = ready.closes_at.astimezone(ready.zoneinfo)
    row = {"decision_by": "", "budget_cents": "", "countries": "it", "answers": "", "ORDER": ""}
    rows = [
        {**row, "name": "Canada", "closes_day": "31/03/2024", "closes_hour": "02:30"},
        {**row, "name": "Japan", "closes_day": f"{local:%d/%m/%Y}", "closes_hour": f"{local:%H:%M}"},
    ]
    page = mia.post(part_url(ready, "intake"), {**sent, **rows_sent(rows, 0)})
    assert page.status_code == 422
    assert "02:30 on 31 March 2024 does not exist in Brussels" in text(page)
    rows[0] |= {"closes_day": f"{local - timedelta(days=9):%d/%m/%Y}", "closes_hour": "17:00"}
    assert mia.post(part_url(ready, "intake"), {**sent, **rows_sent(rows, 0)}).status_code == 302
    ready.refresh_from_db()
    assert [(str(one), one.countries) for one in ready.cut_offs.all()] == [
        ("Cut-off 1, Canada", ["IT"]),
        ("Cut-off 2, Japan", ["IT"]),
    ]
    assert "Japan" in text(mia.get(part_url(ready, "intake")))


def test_everybody_reads_the_cut_offs(with_cut_offs, team, client):
    call = factories.publish(with_cut_offs, team)
    first, _last = CutOff.objects.filter(call=call)
    with stopped_at(call.opens_at):
        page = text(client.get(page_url("call_detail", call)))
        calendar = client.get(page_url("call_calendar", call)).content.decode().replace("\r\n ", "")
        listed = text(client.get("/calls/"))
    assert "Next cut-off" in page and "Cut-off 1, Canada" in page
    assert "Applicants from Italy. Takes: Artificial intelligence." in page
    assert [line for line in calendar.splitlines() if line.startswith("SUMMARY")] == [
        f"SUMMARY:Opens: {call.title}",
        f"SUMMARY:Cut-off 1\\, Canada: {call.title}",
        f"SUMMARY:Cut-off 2\\, Japan: {call.title}",
    ]
    assert f"{first.closes_at.astimezone(call.zoneinfo):%H:%M}" in listed
    assert "multiple cut-off" in [value for _name, value in _portal(call)]


def _portal(call: Call) -> list[tuple[str, str]]:
    from calls import portal

    return portal.fields(queries.portal_entry(call))


def test_claims_need_neither_criteria_nor_evaluators(ready, team):
    ready.criteria.all().delete()
    services.change_intake(ready, call_model="claim", waiting_most=5, answer_days=14, by=team.mia)
    Call.objects.filter(pk=ready.pk).update(decision_by=None)
    ready.refresh_from_db()
    assert [one.sentence for one in queries.findings(ready) if one.blocks] == []
    assert (ready.waiting_most, ready.answer_days, ready.carry_over) == (5, 14, False)
