"""Partners and money: who takes part, and the ceiling cases through the services."""

from fractions import Fraction

import pytest

from accounts.models import Organisation
from applicants import queries, services, sme
from core.errors import Conflict, DomainError, Incomplete
from funding import services as funding
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db

PLAIN = {"project_min_cents": 0, "rate_numerator": 100, "rate_denominator": 100, "sme_max_cents": 0}
DEMO = {**PLAIN, "project_max_cents": 80_000_00, "partners_max": 5}
ORBITAL = {**PLAIN, "project_max_cents": 100_000_00, "sme_max_cents": 60_000_00, "partners_max": 5}


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def asking(call, alice, *figures):
    """A draft in which the applicant and further SMEs ask for these euros."""
    others = [(people.organisation(f"Firm {n}"), figure) for n, figure in enumerate(figures[1:], 2)]
    application = steps.start(call, alice)
    return steps.fill(
        application, alice, asked=figures[0], cost=figures[0], shares=[(o, f) for o, f in others]
    )


def refusals(application, alice):
    """The sentences that stop its submission; none when it is submitted."""
    try:
        steps.submit(application, alice)
    except Incomplete as incomplete:
        return [gap.message for gap in incomplete.gaps]
    return []


def hold(crew, organisation, cents):
    """Let the organisation hold an award in another call of the project."""
    other = calls.call(crew)
    funding.record_awarded(other.budget_line, [(organisation, cents)], by=crew.mia, source=other)


def test_cap_01_request_at_the_ceiling_is_submitted(crew, alice):
    application = asking(calls.call(crew, **DEMO), alice, 60_000_00)
    assert refusals(application, alice) == []


def test_cap_03_what_is_held_in_another_call_counts(crew, alice):
    call = calls.call(crew, **DEMO)
    application = asking(call, alice, 60_000_00)
    hold(crew, application.organisation, 3_600_00)
    assert refusals(application, alice) == [
        "Rossi Meccanica S.r.l. already holds 3\u00a0600.00; at most 56\u00a0400.00 more under the "
        "60\u00a0000 ceiling."
    ]


def test_cap_04_what_is_left_under_the_ceiling_is_submitted(crew, alice):
    application = asking(calls.call(crew, **DEMO), alice, 56_400_00)
    hold(crew, application.organisation, 3_600_00)
    assert refusals(application, alice) == []


def test_cap_06_more_than_the_ceiling_needs_an_approved_higher_one(crew, alice):
    application = asking(calls.call(crew, **DEMO), alice, 80_000_00)
    assert refusals(application, alice) == [
        "Rossi Meccanica S.r.l. asks for 80\u00a0000.00; at most 60\u00a0000.00 is possible under the "
        "60\u00a0000 ceiling."
    ]
    ceiling = funding.record_ceiling(
        crew.project, limit_cents=80_000_00, legal_basis="Grant agreement, Annex 1", by=crew.mia
    )
    assert len(refusals(application, alice)) == 1
    funding.approve_ceiling(ceiling, by=crew.luc)
    assert refusals(application, alice) == []


def test_cap_07_three_smes_share_the_project(crew, alice):
    application = asking(calls.call(crew, **DEMO), alice, 30_000_00, 30_000_00, 20_000_00)
    assert refusals(application, alice) == []


def test_cap_09_two_smes_share_the_project(crew, alice):
    application = asking(calls.call(crew, **DEMO), alice, 60_000_00, 20_000_00)
    assert refusals(application, alice) == []


@pytest.mark.parametrize(
    "figures, sentences",
    [
        ((60_000_00, 40_000_00), []),
        ((50_000_00, 50_000_00), []),
        (
            (60_000_00, 50_000_00),
            ["The shares add up to 110\u00a0000.00; the maximum for a project of this call is 100\u00a0000."],
        ),
        (
            (61_000_00, 39_000_00),
            ["Rossi Meccanica S.r.l. asks for 61\u00a0000.00; the maximum for each party is 60\u00a0000."],
        ),
    ],
)
def test_cap_10_project_and_party_caps_are_told_apart(crew, alice, figures, sentences):
    assert refusals(asking(calls.call(crew, **ORBITAL), alice, *figures), alice) == sentences


def test_rate_and_minimum_of_the_call_are_told(crew, alice):
    call = calls.call(crew)  # 70 %, at least 10 000
    application = steps.fill(steps.start(call, alice), alice, asked=9_000_00, cost=10_000_00)
    assert refusals(application, alice) == [
        "The shares add up to 9\u00a0000.00; the minimum for a project of this call is 10\u00a0000.",
        "Rossi Meccanica S.r.l. asks for 9\u00a0000.00; 70\u00a0% of its cost of 10\u00a0000.00 is 7\u00a0000.00.",
    ]


def test_an_organisation_outside_the_call_is_told_with_the_way_out(crew, alice):
    abroad = people.organisation("Nordlys AS", country="NO", size="large", members=[alice])
    application = steps.fill(steps.start(calls.call(crew), alice, abroad), alice)
    sentences = refusals(application, alice)
    assert [s.split(";")[0] for s in sentences] == [
        "Nordlys AS is established in Norway",
        "Nordlys AS is declared as large enterprise",
    ]


def test_cap_28_add_partner_recognises_an_organisation_by_its_number(crew, alice):
    application = steps.start(calls.call(crew), alice)
    known = people.organisation("ACME SRL", country="RO", registration_number="J40/1")
    partner = services.add_partner(
        application,
        by=alice,
        legal_name="Acme S.R.L.",
        country="RO",
        registration_number="j40/1",
        town="Cluj",
        size="micro",
    )
    assert (partner.organisation, Organisation.objects.filter(country="RO").count()) == (known, 1)


def test_add_partner_twice_or_where_one_applies_alone_is_refused(crew, alice):
    application = steps.start(calls.call(crew), alice)
    data = {
        "country": "RO",
        "registration_number": "J40/2",
        "legal_name": "B",
        "town": "Iași",
        "size": "micro",
    }
    services.add_partner(application, by=alice, **data)
    with pytest.raises(DomainError, match="takes part already") as caught:
        services.add_partner(application, by=alice, **data)
    assert caught.value.field == "registration_number"
    alone = steps.start(calls.call(crew, partners_max=1), people.user("Bob Ferri"))
    with pytest.raises(DomainError, match="applies alone"):
        services.add_partner(alone, by=alice, **data)


def test_rank_54_add_partner_that_runs_the_project_is_refused(crew, alice):
    application = steps.start(calls.call(crew), alice)
    data = {"country": "FR", "registration_number": crew.coordinator.registration_number}
    with pytest.raises(DomainError, match="runs this project"):
        services.add_partner(application, by=alice, legal_name="X", town="Nice", size="other", **data)


def test_save_partners_merges_and_refuses_a_stale_amount(crew, alice):
    application = steps.start(calls.call(crew), alice)
    ref = application.organisation.ref
    services.save_partners(application, values={ref: {"cost_cents": 100}}, bases={}, by=alice)
    services.save_partners(application, values={ref: {"requested_cents": 50}}, bases={}, by=alice)
    with pytest.raises(Conflict) as caught:
        services.save_partners(
            application, values={ref: {"cost_cents": 900, "task": "Tests"}}, bases={}, by=alice
        )
    assert caught.value.theirs == {ref: {"cost_cents": 100}}
    (partner,) = application.draft().partners.all()
    assert (partner.cost_cents, partner.requested_cents, partner.task) == (100, 50, "Tests")


def test_save_partners_takes_an_emptied_amount_as_zero(crew, alice):
    application = steps.fill(steps.start(calls.call(crew), alice), alice)
    ref = application.organisation.ref
    services.save_partners(
        application, values={ref: {"requested_cents": None}}, bases={ref: {"requested_cents": 1}}, by=alice
    )
    assert application.draft().partners.get().requested_cents == 0


def test_remove_partner_takes_out_others_only(crew, alice):
    application = steps.start(calls.call(crew), alice)
    other = people.organisation("Other")
    steps.fill(application, alice, shares=[(other, 0)])
    services.remove_partner(application, organisation=other.ref, by=alice)
    assert [p.organisation for p in application.draft().partners.all()] == [application.organisation]
    with pytest.raises(DomainError, match="does not take part"):
        services.remove_partner(application, organisation=other.ref, by=alice)
    with pytest.raises(DomainError, match="applicant itself"):
        services.remove_partner(application, organisation=application.organisation.ref, by=alice)


def test_cap_27_linked_partners_share_the_ceiling_at_submission(crew, alice):
    made = funding.record_ceiling(
        crew.project, limit_cents=60_000_00, legal_basis="", scope="group", by=crew.mia
    )
    funding.approve_ceiling(made, by=crew.luc)
    other = people.organisation("Linked S.r.l.", vat="IT00743110157")
    call = calls.call(crew, **{**ORBITAL, "sme_max_cents": 0})
    application = steps.start(call, alice)
    steps.fill(application, alice, asked=40_000_00, cost=80_000_00, shares=[(other, 40_000_00)])
    year = sme.Figures(1, 1, 1)
    row = sme.Row(name="Linked", number="IT00743110157", capital=Fraction(1), years=(year,))
    sheet = sme.Sheet(years=(year,), rows=(row,))
    assert queries.money(call, application.draft().partners.all()).findings == []
    services.state_ownership(application.organisation, sheet=sheet, by=alice)
    hold(crew, other, 1_000_00)
    (room,) = queries.room(call, [application.organisation])
    assert (room.held_cents, room.by_group) == (1_000_00, True)
    with pytest.raises(Incomplete) as caught:
        steps.submit(application, alice)
    assert [gap.message for gap in caught.value.gaps] == [
        "Rossi Meccanica S.r.l., Linked S.r.l. are linked and their group already holds 1\u00a0000.00; at most "
        "59\u00a0000.00 more under the 60\u00a0000 ceiling."
    ]
