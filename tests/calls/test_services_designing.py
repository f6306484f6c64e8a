"""Making a call: every part, and every refusal."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from calls import queries, services
from calls.models import Call, CallChange, Criterion, FormRevision, Instalment
from calls.plans import CriterionPlan, InstalmentPlan
from calls.publication import Part
from core import audit
from core.errors import Conflict, DomainError, InvalidTransition
from core.localised import localised
from tests.calls import factories
from tests.calls.factories import DEFINITION

NBSP = "\u00a0"


def _refusal(verb: Any, *args: Any, **kwargs: Any) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as caught:
        verb(*args, **kwargs)
    return caught.value.message, caught.value.field


def _verbs(call: Call) -> list[str]:
    return [event.verb for event in audit.history(call)]


# --- create -----------------------------------------------------------------------------------------------
def test_create_call_starts_from_its_voucher_type(team):
    team.voucher_type.defaults = {
        "budget_cents": 90_000_00,
        "rate": "2/3",
        "criteria": [{"code": "impact", "name": "Impact", "weight": "100"}],
        "instalments": [{"label": "All", "percent": "100", "due": "signature"}],
        "form": DEFINITION,
    }

    call = services.create_call(team.voucher_type, title="Green vouchers", code=" grn-27 ", by=team.mia)

    assert (call.slug, call.code, str(call.title), call.state) == (
        "green-vouchers",
        "GRN-27",
        "Green vouchers",
        "draft",
    )
    assert (call.project, call.budget_cents, call.rate, call.created_by) == (
        team.project,
        90_000_00,
        Fraction(2, 3),
        team.mia,
    )
    assert [(one.code, one.weight) for one in queries.criterion_plans(call)] == [("impact", Decimal(100))]
    assert [one.percent for one in queries.instalment_plans(call)] == [Decimal(100)]
    assert queries.working_form(call).definition == DEFINITION
    assert _verbs(call) == ["call.created"]


def test_create_call_refuses_a_voucher_type_with_a_rule_that_cannot_stand(team):
    team.voucher_type.defaults = {"rules": [{"id": "r1", "kind": "trl", "settings": {"least": 7, "most": 5}}]}

    refusal = _refusal(services.create_call, team.voucher_type, title="T", code="TRL-1", by=team.mia)

    assert refusal == (
        "The voucher type starts calls with a rule that cannot stand. Rule 1, most: At most 5 is less than at least 7.",
        None,
    )


def test_create_call_refuses_a_code_that_is_taken(team):
    services.create_call(team.voucher_type, title="One", code="GRN-27", by=team.mia)

    assert _refusal(services.create_call, team.voucher_type, title="Two", code="grn-27", by=team.mia) == (
        "The code “GRN-27” belongs to another call. Choose another one.",
        "code",
    )


def test_create_call_finds_a_free_address(team):
    made = [
        services.create_call(team.voucher_type, title=title, code=f"C-{n}", by=team.mia)
        for n, title in enumerate(["Green", "Green", "緑", "New"])
    ]

    assert [call.slug for call in made] == ["green", "green-2", "c-2", "new-2"]


# --- text -------------------------------------------------------------------------------------------------
def test_change_text_writes_what_differs_and_keeps_other_languages(ready, team):
    services.change_text(ready, by=team.mia, title=localised({"en": "New", "fr": "Neuf"}))

    ready.refresh_from_db()
    assert dict(ready.title) == {"en": "New", "fr": "Neuf"}
    assert audit.history(ready).last().data["title"][1] == {"en": "New", "fr": "Neuf"}


def test_change_text_without_a_change_records_nothing(ready, team):
    services.change_text(ready, by=team.mia, title=ready.title)

    assert _verbs(ready) == []


def test_change_text_of_a_published_call_needs_a_reason(team):
    call = factories.call(team)

    assert _refusal(services.change_text, call, by=team.mia, title="Other") == (
        "This call is published: say what you change and why. Everybody reads it.",
        "reason",
    )
    call.refresh_from_db()
    assert str(call.title) != "Other"


def test_change_text_of_a_published_call_is_told_to_everybody(team):
    call = factories.call(team)

    services.change_text(call, by=team.mia, title="Other", reason=" A typo. ")

    change = CallChange.objects.get(call=call)
    assert (change.kind, change.text, change.by, change.announced_at) == ("text", "A typo.", team.mia, None)
    call.refresh_from_db()
    assert (str(call.title), call.publication_proposed_by) == ("Other", team.mia)


def test_change_text_of_a_cancelled_call_is_refused(ready, team):
    services.cancel_call(ready, reason="No need.", by=team.mia)

    with pytest.raises(InvalidTransition) as caught:
        services.change_text(ready, by=team.mia, title="Other")
    assert caught.value.message == "This call is cancelled: it can no longer be changed."


def test_change_text_from_a_stale_page_is_a_conflict_that_names_the_other(ready, team):
    mark = queries.mark_of(ready, Part.TEXT)
    services.change_text(ready, by=team.luc, title="Luc's")

    with pytest.raises(Conflict) as caught:
        services.change_text(ready, by=team.mia, title="Mia's", seen=mark)

    assert caught.value.message == (
        "Luc Peeters changed this after you opened the page; what you typed is still here. Save again to put it in "
        "the place of theirs, or open the page anew to see theirs."
    )
    ready.refresh_from_db()
    assert str(ready.title) == "Luc's"


def test_change_of_another_part_is_no_conflict(ready, team):
    mark = queries.mark_of(ready, Part.TEXT)
    services.change_instalments(ready, instalments=[InstalmentPlan(localised("All"), Decimal(100), "signature")], by=team.luc)  # fmt: skip

    services.change_text(ready, by=team.mia, title="Mia's", seen=mark)

    ready.refresh_from_db()
    assert str(ready.title) == "Mia's"


# --- dates ------------------------------------------------------------------------------------------------
DATES: dict[str, Any] = {
    "opens_at": datetime(2027, 3, 1, 11, tzinfo=UTC),
    "closes_at": datetime(2027, 5, 3, 15, tzinfo=UTC),
    "decision_by": date(2027, 7, 1),
    "agreement_by": date(2027, 8, 1),
    "project_months": 9,
}


def test_change_dates_sets_them(ready, team):
    services.change_dates(ready, **DATES, short_opening_reason=" Annex 1 ", by=team.mia)

    ready.refresh_from_db()
    assert {name: getattr(ready, name) for name in DATES} == DATES
    assert ready.short_opening_reason == "Annex 1"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"closes_at": DATES["opens_at"]},
            ("The call would close before it opens. Choose a later deadline.", "closes_day"),
        ),
        (
            {"closes_at": datetime(2027, 2, 1, tzinfo=UTC)},
            ("The call would close before it opens. Choose a later deadline.", "closes_day"),
        ),
        (
            {"decision_by": date(2027, 5, 3)},
            ("The answer cannot be due before the deadline.", "decision_by"),
        ),
        (
            {"agreement_by": date(2027, 6, 30)},
            ("The agreement cannot be due before the answer.", "agreement_by"),
        ),
    ],
)
def test_change_dates_refuses_an_end_before_its_start(ready, team, changes, refusal):
    assert _refusal(services.change_dates, ready, **{**DATES, **changes}, by=team.mia) == refusal


# --- money ------------------------------------------------------------------------------------------------
MONEY: dict[str, Any] = {
    "budget_cents": 100_000_00,
    "project_min_cents": 10_000_00,
    "project_max_cents": 80_000_00,
    "sme_max_cents": 60_000_00,
    "state_aid": True,
}


def test_change_money_keeps_the_rate_exact(ready, team):
    services.change_money(ready, **MONEY, rate=Fraction(2, 3), by=team.mia)

    ready.refresh_from_db()
    assert {name: getattr(ready, name) for name in MONEY} == MONEY
    assert ready.rate == Fraction(2, 3)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"sme_max_cents": 60_000_01},
            (
                f"60{NBSP}000.01 EUR per SME is 0.01 above the project's ceiling of 60{NBSP}000.00 per third party. "
                "Lower it, or have a higher ceiling recorded with its legal basis.",
                "sme_max_cents",
            ),
        ),
        (
            {"project_min_cents": 80_000_01},
            (
                f"The smallest amount per project is above the largest, 80{NBSP}000.00 EUR.",
                "project_min_cents",
            ),
        ),
        (
            {"budget_cents": 79_999_99},
            (f"One project could get more than the whole call has, 79{NBSP}999.99 EUR.", "project_max_cents"),
        ),
        (
            {"project_max_cents": 59_999_99},
            (f"One SME cannot get more than its project: at most 59{NBSP}999.99 EUR.", "sme_max_cents"),
        ),
    ],
)
def test_change_money_refuses_with_figure_and_field(ready, team, changes, refusal):
    given = {**MONEY, **changes, "rate": Fraction(7, 10)}

    assert _refusal(services.change_money, ready, **given, by=team.mia) == refusal


# --- who --------------------------------------------------------------------------------------------------
def test_change_applicants_sets_them(ready, team):
    services.change_applicants(
        ready, countries=["NO", "FR", "FR"], sizes=["small"], partners_min=2, partners_max=4, by=team.mia
    )

    ready.refresh_from_db()
    assert (ready.countries, ready.sizes, ready.partners_min, ready.partners_max) == (
        ["FR", "NO"],
        ["small"],
        2,
        4,
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"partners_min": 3}, ("At most 2 is less than at least 3.", "partners_max")),
        ({"countries": ["FR", "QQ"]}, ("“QQ” is no country of this list.", "countries")),
    ],
)
def test_change_applicants_refuses(ready, team, changes, refusal):
    given = {"countries": ["FR"], "sizes": ["small"], "partners_min": 1, "partners_max": 2, **changes}

    assert _refusal(services.change_applicants, ready, **given, by=team.mia) == refusal


# --- criteria and instalments -----------------------------------------------------------------------------
TOTAL: dict[str, Any] = {"total_method": "weighted", "overall_threshold": Decimal(70)}
SELECTION: dict[str, Any] = {
    "evaluators_per_file": 3,
    "tie_break": ["impact", "arrival"],
    "cut_rule": "skip",
    "max_awards": 25,
}


def _criteria(*weights: int) -> list[CriterionPlan]:
    return [
        CriterionPlan(code, localised(code.upper()), Decimal(weight))
        for code, weight in zip("abc", weights, strict=False)
    ]


def test_change_criteria_replaces_them_in_order(ready, team):
    services.change_criteria(ready, criteria=_criteria(30, 40, 30), **TOTAL, by=team.mia)

    ready.refresh_from_db()
    assert queries.criterion_plans(ready) == _criteria(30, 40, 30)
    assert {name: getattr(ready, name) for name in TOTAL} == TOTAL


def test_rank_12_change_criteria_refuses_weights_of_99_percent(ready, team):
    before = queries.criterion_plans(ready)

    refusal = _refusal(services.change_criteria, ready, criteria=_criteria(30, 40, 29), **TOTAL, by=team.mia)

    assert refusal == ("The shares come to 99 %: 1 % is missing to exactly 100 %.", None)
    assert queries.criterion_plans(ready) == before


@pytest.mark.parametrize(
    ("criteria", "changes", "refusal"),
    [
        (
            [*_criteria(50), *_criteria(50)],
            {},
            ("Two criteria have the code “a”. Each needs its own.", None),
        ),
        (
            [CriterionPlan("b", localised("B"), Decimal(100), step=Decimal("0.3"))],
            {},
            ("“B”: the steps do not lead to the highest score.", None),
        ),
        (
            [CriterionPlan("b", localised("B"), Decimal(100), threshold=Decimal("5.5"))],
            {},
            ("“B”: the least score is above the highest.", None),
        ),
        (
            _criteria(100),
            {"overall_threshold": Decimal("100.01")},
            ("The threshold of the total, 100.01, is not on its scale from 0 to 100.", "overall_threshold"),
        ),
        (
            [CriterionPlan("draw", localised("Draw"), Decimal(100))],
            {},
            ("No criterion can have the code “draw”: it names a way to part equal totals.", None),
        ),
    ],
)
def test_change_criteria_refuses(ready, team, criteria, changes, refusal):
    given = {**TOTAL, **changes}

    assert _refusal(services.change_criteria, ready, criteria=criteria, **given, by=team.mia) == refusal


def test_change_instalments_replaces_them_in_order(ready, team):
    plans = [
        InstalmentPlan(localised("Advance"), Decimal(40), "signature", 5),
        InstalmentPlan(localised("Mid-term"), Decimal(45), "report", 6),
        InstalmentPlan(localised("Final"), Decimal(15), "report", 12),
    ]

    services.change_instalments(ready, instalments=plans, by=team.mia)

    assert [(str(one.label), one.percent, one.due, one.month) for one in queries.instalment_plans(ready)] == [
        ("Advance", Decimal(40), "signature", 0),
        ("Mid-term", Decimal(45), "report", 6),
        ("Final", Decimal(15), "report", 12),
    ]


@pytest.mark.parametrize(
    ("plans", "sentence"),
    [
        ([], "The call needs at least one instalment."),
        (
            [InstalmentPlan(localised("All"), Decimal(100), "report")],
            "“All”: say after how many months its report is due.",
        ),
    ],
)
def test_change_instalments_refuses(ready, team, plans, sentence):
    assert _refusal(services.change_instalments, ready, instalments=plans, by=team.mia) == (sentence, None)


def test_cap_40_change_instalments_refuses_a_split_of_99_percent(ready, team):
    split = [InstalmentPlan(localised(str(n)), Decimal(n), "signature") for n in (40, 45, 14)]

    assert _refusal(services.change_instalments, ready, instalments=split, by=team.mia) == (
        "The shares come to 99 %: 1 % is missing to exactly 100 %.",
        None,
    )


# --- form -------------------------------------------------------------------------------------------------
def test_form_is_designed_step_by_step(team):
    call = services.create_call(team.voucher_type, title="Empty", code="EMP-1", by=team.mia)
    choice = {
        "type": "choice",
        "label": {"en": "Field"},
        "choices": [{"value": "a", "label": {"en": "A"}}, {"value": "b", "label": {"en": "B"}}],
    }

    services.add_section(call, content={"title": {"en": "Team"}}, by=team.mia)
    services.add_section(call, content={"title": {"en": "Idea"}}, by=team.mia)
    services.add_question(call, section="idea", content=choice, by=team.mia)
    services.add_question(
        call, section="idea", content={"type": "number", "label": {"en": "TRL"}}, by=team.mia
    )
    services.move_in_form(call, section="idea", step=-1, by=team.mia)
    services.move_in_form(call, section="idea", question="trl", step=-1, by=team.mia)
    services.change_section(call, section="idea", content={"title": {"en": "The idea"}}, by=team.mia)
    services.change_question(
        call,
        section="idea",
        question="trl",
        content={"type": "number", "label": {"en": "TRL now"}},
        by=team.mia,
    )
    services.delete_from_form(call, section="team", by=team.mia)

    assert queries.working_form(call).definition == {
        "sections": [
            {
                "key": "idea",
                "title": {"en": "The idea"},
                "questions": [
                    {"key": "trl", "type": "number", "label": {"en": "TRL now"}},
                    {"key": "field", **choice},
                ],
            }
        ]
    }
    assert _verbs(call) == ["call.created", *["call.form_changed"] * 9]


def test_add_question_that_cannot_be_asked_is_refused_with_a_sentence(ready, team):
    content = {"type": "number", "label": {"en": "TRL"}, "min": 9, "max": 1}

    assert _refusal(services.add_question, ready, section="idea", content=content, by=team.mia) == (
        "The smallest value is above the largest.",
        None,
    )


def test_change_question_from_a_stale_page_is_a_conflict(ready, team):
    content = {"type": "number", "label": {"en": "TRL"}}
    with pytest.raises(Conflict):
        services.change_question(
            ready, section="idea", question="trl", content=content, by=team.mia, seen="0" * 16
        )


def test_change_section_from_a_stale_page_is_a_conflict(ready, team):
    with pytest.raises(Conflict):
        services.change_section(
            ready, section="idea", content={"title": {"en": "X"}}, by=team.mia, seen="0" * 16
        )


def test_set_form_refuses_what_cannot_be_read(ready, team):
    assert _refusal(services.set_form, ready, definition={"sections": 1}, by=team.mia) == (
        "“sections” has to be a list.",
        None,
    )


# --- what every part keeps to ------------------------------------------------------------------------------
CHANGES: dict[str, Any] = {
    "Dates": lambda call, by: services.change_dates(call, **DATES, by=by),
    "Money": lambda call, by: services.change_money(call, **MONEY, rate=Fraction(1), by=by),
    "Who may apply": lambda call, by: services.change_applicants(
        call, countries=["FR"], sizes=["small"], partners_min=1, partners_max=1, by=by
    ),
    "Criteria": lambda call, by: services.change_criteria(call, criteria=_criteria(100), **TOTAL, by=by),
    "Evaluation and selection": lambda call, by: services.change_selection(call, **SELECTION, by=by),
    "Instalments": lambda call, by: services.change_instalments(
        call, instalments=[InstalmentPlan(localised("All"), Decimal(100), "signature")], by=by
    ),
    "Application form": lambda call, by: services.add_section(call, content={"title": {"en": "X"}}, by=by),
}


@pytest.mark.parametrize("part", CHANGES)
def test_change_of_a_published_part_is_refused(team, part):
    call = factories.call(team)

    with pytest.raises(InvalidTransition) as caught:
        CHANGES[part](call, team.mia)

    assert caught.value.message == (
        f"This call is published: “{part}” is what applicants rely on, and stays as it is."
    )


@pytest.mark.parametrize("part", CHANGES)
def test_change_of_a_cancelled_part_is_refused(ready, team, part):
    services.cancel_call(ready, reason="No need.", by=team.mia)

    with pytest.raises(InvalidTransition) as caught:
        CHANGES[part](ready, team.mia)

    assert caught.value.message == "This call is cancelled: it can no longer be changed."


@pytest.mark.parametrize("part", [*CHANGES, "Text"])
def test_change_of_a_proposed_call_takes_the_proposal_back(ready, team, part):
    services.propose_publication(ready, by=team.mia)
    change = CHANGES.get(part, lambda call, by: services.change_text(call, title="Other", by=by))

    change(ready, team.luc)

    ready.refresh_from_db()
    assert (ready.publication_proposed_by, ready.publication_proposed_at) == (None, None)
    assert _verbs(ready)[-1] == "call.proposal_cleared"


def test_numbers_of_rows_stay_as_they_were_after_a_refusal(ready, team):
    _refusal(services.change_criteria, ready, criteria=[], **TOTAL, by=team.mia)

    assert (
        Criterion.objects.filter(call=ready).count(),
        Instalment.objects.filter(call=ready).count(),
        FormRevision.objects.filter(call=ready).count(),
    ) == (2, 2, 1)
