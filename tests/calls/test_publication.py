"""The publication check: each duty, kept and not kept."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from calls.awards import Award, Portion
from calls.publication import Answer, Finding, Part, Planned, check, may_be_published
from calls.selection import Limit, Scheme, Selection
from core.localised import Localised, localised
from tests.calls.factories import DEFINITION

NBSP = "\u00a0"
AWARD = Award(
    unit="rate",
    budget_cents=140_000_00,
    project_min_cents=10_000_00,
    project_max_cents=30_000_00,
    party_max_cents=30_000_00,
    parties_max=3,
)
READY = Planned(
    at=datetime(2027, 1, 4, 9, 0, tzinfo=UTC),
    zone="Europe/Brussels",
    texts={
        name: localised("Text.")
        for name in ("title", "summary", "description", "eligibility", "process", "redress", "privacy")
    },
    contact="calls@example.org",
    opens_at=datetime(2027, 1, 11, 11, 0, tzinfo=UTC),
    closes_at=datetime(2027, 3, 11, 16, 0, tzinfo=UTC),
    decision_by=date(2027, 5, 14),
    agreement_by=date(2027, 6, 15),
    short_opening_reason="",
    award=AWARD,
    free_cents=1_050_000_00,
    ceiling_cents=60_000_00,
    countries=["FR", "IT"],
    activities=["Test", "Training"],
    sizes=["small"],
    scheme=Scheme([("excellence", Decimal(60), Decimal(5)), ("impact", Decimal(40), Decimal(5))]),
    selection=Selection(tie_break=["impact"]),
    instalments=[Portion(Decimal(40), None), Portion(Decimal(60), None)],
    form=DEFINITION,
    documents=1,
    envelope_cents=1_050_000_00,
    eu_grant_cents=1_400_000_00,
    granting_authority="EISMEA",
    grant_number="101074000",
    channels=["portal", "website"],
)


def _against(**changes: Any) -> list[tuple[Part, str]]:
    return [(one.part, one.sentence) for one in check(replace(READY, **changes)) if one.blocks]


def test_check_of_a_ready_call_has_a_kept_finding_for_each_part():
    findings = check(READY)

    assert [finding.part for finding in findings] == list(Part)
    assert {finding.answer for finding in findings} == {Answer.KEPT}
    assert may_be_published(findings)


def test_check_without_documents_advises_and_does_not_block():
    findings = check(replace(READY, documents=0))

    assert [one for one in findings if one.part is Part.DOCUMENTS] == [
        Finding(
            Part.DOCUMENTS,
            Answer.ADVICE,
            "No document yet, besides those made from the call: add the model agreement.",
        )
    ]
    assert may_be_published(findings)


@pytest.mark.parametrize(
    "name", ["title", "summary", "description", "eligibility", "process", "redress", "privacy"]
)
def test_check_asks_for_each_text(name):
    found = _against(texts={**READY.texts, name: Localised()})

    assert [part for part, _sentence in found] == [Part.TEXT]


def test_check_asks_for_a_contact():
    assert _against(contact="") == [(Part.TEXT, "The project has no address for questions.")]


def test_time_03_label_that_clashes_with_its_date_blocks_with_both_readings():
    text = localised("The call closes on April 30, 2024, 17:00 CET.")

    assert _against(texts={**READY.texts, "process": text}) == [
        (
            Part.TEXT,
            "“17:00 CET”: on 30 April 2024 the clocks of Brussels show CEST, not CET. Taken literally it is 18:00 "
            "in Brussels (16:00 UTC); as the clock on the wall it is 17:00 (15:00 UTC). Choose one; 17:00 is "
            "proposed.",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"opens_at": None}, "The call needs the day and hour at which it opens and closes."),
        ({"closes_at": None}, "The call needs the day and hour at which it opens and closes."),
        (
            {"closes_at": datetime(2027, 1, 4, 9, 0, tzinfo=UTC)},
            "The deadline has passed already: Monday 4 January 2027, 10:00 Brussels time.",
        ),
        (
            {"closes_at": datetime(2027, 3, 10, 16, 0, tzinfo=UTC)},
            "Open for 58 days; a call stays open for at least two months. The earliest day to close is 11/03/2027; "
            "or record a reason.",
        ),
        ({"decision_by": None}, "Say by when applicants get their answer."),
        ({"decision_by": date(2027, 3, 11)}, "The answer cannot be due before the deadline."),
        ({"agreement_by": date(2027, 5, 13)}, "The agreement cannot be due before the answer."),
    ],
)
def test_check_refuses_dates(changes, sentence):
    assert _against(**changes) == [(Part.DATES, sentence)]


def test_time_27_two_months_count_from_the_day_it_is_really_open():
    september = {
        "opens_at": datetime(2026, 9, 3, 8, 0, tzinfo=UTC),
        "closes_at": datetime(2026, 11, 3, 16, 0, tzinfo=UTC),
        "decision_by": date(2027, 1, 15),
    }

    assert _against(at=datetime(2026, 9, 3, 7, 0, tzinfo=UTC), **september) == []
    assert _against(at=datetime(2026, 9, 5, 7, 0, tzinfo=UTC), **september) == [
        (
            Part.DATES,
            "Open for 59 days; a call stays open for at least two months. The earliest day to close is 05/11/2026; "
            "or record a reason.",
        )
    ]


def test_check_lets_a_recorded_reason_open_it_for_less():
    findings = check(
        replace(
            READY, closes_at=datetime(2027, 2, 1, 16, 0, tzinfo=UTC), short_opening_reason="Annex 1, page 12"
        )
    )

    assert [(one.answer, one.sentence) for one in findings if one.part is Part.DATES] == [
        (Answer.EXCEPTED, "Open for 21 days, less than two months; the reason is recorded.")
    ]
    assert may_be_published(findings)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"award": replace(AWARD, budget_cents=0)},
            "The call needs its money, the largest amount per project and the largest amount per SME.",
        ),
        (
            {"free_cents": 139_999_99},
            f"The call asks for 140{NBSP}000.00 EUR; 139{NBSP}999.99 are free in the project: 0.01 too much.",
        ),
        (
            {"award": replace(AWARD, budget_cents=29_999_99)},
            f"One project could get more than the whole call has, 29{NBSP}999.99 EUR.",
        ),
        (
            {"ceiling_cents": 29_999_99},
            f"30{NBSP}000.00 EUR per SME is 0.01 above the project's ceiling of 29{NBSP}999.99 per third party. "
            "Lower it, or have a higher ceiling recorded with its legal basis.",
        ),
        (
            {"award": replace(AWARD, party_max_cents=9_999_99)},
            f"A project cannot reach 30{NBSP}000.00 EUR: 3 organisations at 9{NBSP}999.99 each come to "
            f"29{NBSP}999.97.",
        ),
    ],
)
def test_check_refuses_money(changes, sentence):
    assert _against(**changes) == [(Part.MONEY, sentence)]


def test_check_of_services_asks_for_a_catalogue_in_the_form():
    award = replace(AWARD, unit="service")

    assert _against(award=award) == [
        (Part.MONEY, "Services are chosen from a catalogue: add a question of that kind to the form.")
    ]


def test_cap_25_awards_that_all_get_the_same_fit_in_the_money():
    twelve = replace(
        AWARD,
        unit="lump",
        budget_cents=960_000_00,
        project_min_cents=80_000_00,
        project_max_cents=80_000_00,
        party_max_cents=60_000_00,
    )
    silicon = {"award": twelve, "selection": Selection(tie_break=["impact"], max_awards=12)}

    assert _against(**silicon) == []
    assert _against(**{**silicon, "award": replace(twelve, budget_cents=959_999_99)}) == [
        (Part.MONEY, f"12 awards of 80{NBSP}000.00 EUR come to 960{NBSP}000.00; the call has 959{NBSP}999.99: 0.01 too little.")
    ]  # fmt: skip


def test_cap_31_a_higher_ceiling_that_is_recorded_is_told():
    award = replace(AWARD, project_max_cents=120_000_00, party_max_cents=120_000_00)

    assert _against(award=award, ceiling_cents=150_000_00) == []
    told = [one.sentence for one in check(replace(READY, award=award, ceiling_cents=150_000_00))]
    assert "More than 60 000 EUR per SME, by a higher ceiling that is recorded with its legal basis." in told
    assert [part for part, _sentence in _against(award=award)] == [Part.MONEY]


@pytest.mark.parametrize(("envelope", "kept"), [(1_050_000_00, True), (1_049_999_99, False)])
def test_three_quarters_of_the_eu_grant_go_to_smes(envelope, kept):
    found = _against(envelope_cents=envelope)

    assert [part for part, _sentence in found] == ([] if kept else [Part.MONEY])


@pytest.mark.parametrize("channels", [[], ["portal"], ["website", "social"]])
def test_check_asks_for_portal_and_website(channels):
    assert _against(channels=channels) == [
        (Part.CHANNELS, "A call is published on the EU Funding & Tenders Portal and on a website: plan both.")
    ]


@pytest.mark.parametrize("lacking", ["granting_authority", "grant_number"])
def test_check_asks_for_what_visibility_needs(lacking):
    assert [part for part, _sentence in _against(**{lacking: ""})] == [Part.CHANNELS]


def test_one_country_alone_is_asked_for_its_european_dimension():
    findings = check(replace(READY, countries=["FR"]))

    assert [one.answer for one in findings if one.part is Part.APPLICANTS] == [Answer.ADVICE, Answer.KEPT]


@pytest.mark.parametrize(
    ("duty", "changes"),
    [
        ("sme_share", {"envelope_cents": 0}),
        ("channels", {"channels": []}),
        ("answer_day", {"decision_by": None}),
    ],
)
def test_a_duty_with_a_recorded_reason_no_longer_blocks(duty, changes):
    assert [one.duty for one in check(replace(READY, **changes)) if one.blocks] == [duty]

    findings = check(replace(READY, **changes, exceptions={duty: "Annex 1 allows it."}))

    (excepted,) = [one for one in findings if one.answer is Answer.EXCEPTED]
    assert excepted.sentence.endswith("Recorded reason: Annex 1 allows it.")
    assert may_be_published(findings)


def test_no_reason_helps_against_money_that_is_not_there():
    findings = check(replace(READY, free_cents=0, exceptions={"": "please", "sme_share": "please"}))

    assert not may_be_published(findings)


def test_check_takes_the_last_cent_that_is_free():
    assert _against(free_cents=140_000_00) == []


@pytest.mark.parametrize(
    ("changes", "part", "sentence"),
    [
        ({"instalments": []}, Part.INSTALMENTS, "Say in which instalments the grant is paid."),
        (
            {"instalments": [Portion(Decimal(n), None) for n in (40, 45, 14)]},
            Part.INSTALMENTS,
            "The shares come to 99 %: 1 % is missing to exactly 100 %.",
        ),
        ({"countries": []}, Part.APPLICANTS, "Choose the countries whose organisations may apply."),
        (
            {"activities": []},
            Part.APPLICANTS,
            "The activities that are supported are missing: a closed list, one a line.",
        ),
        ({"sizes": []}, Part.APPLICANTS, "Choose the sizes of organisations that may apply."),
        (
            {"scheme": Scheme([]), "selection": Selection()},
            Part.CRITERIA,
            "The call needs at least one criterion.",
        ),
        (
            {"scheme": Scheme([("impact", Decimal(99), Decimal(5))])},
            Part.CRITERIA,
            "The shares come to 99 %: 1 % is missing to exactly 100 %.",
        ),
        (
            {"selection": Selection(tie_break=["team"])},
            Part.SELECTION,
            "“team” is the code of no criterion.",
        ),
        (
            {"selection": Selection(limits=[Limit("country", "ES", 3)])},
            Part.SELECTION,
            "There is a limit for Spain, which is not eligible.",
        ),
        ({"form": {"sections": []}}, Part.FORM, "The form has no section yet."),
    ],
)
def test_check_refuses_the_other_parts(changes, part, sentence):
    assert _against(**changes) == [(part, sentence)]
