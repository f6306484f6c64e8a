"""What counts under a ceiling: linked groups, sister projects, de-committed money; at the award and at the signature."""

import threading

import pytest
from django.db import connection, transaction

from accounts.models import OrganisationLink, OwnershipStatement
from accounts.queries import linked_groups
from core.errors import BudgetExceeded
from funding import queries, services
from funding.models import Account, SupportCeiling
from tests.accounts import factories as people
from tests.funding.factories import team
from tests.funding.test_ledger import line_of

GROUP = SupportCeiling.Scope.GROUP


def ceiling(crew, *, limit=60_000_00, **more):
    basis = "Grant agreement, Annex 1" if limit > 60_000_00 else ""
    made = services.record_ceiling(crew.project, limit_cents=limit, legal_basis=basis, by=crew.mia, **more)
    return services.approve_ceiling(made, by=crew.luc)


def link(one, *others):
    """`one` states that it is linked with the others."""
    by = people.user("Somebody")
    made = OwnershipStatement.objects.create(organisation=one, sheet={}, result={}, made_by=by)
    for other in others:
        OrganisationLink.objects.create(statement=made, organisation=one, other=other)


def award(crew, line, firm, euros, source=None):
    return services.record_awarded(line, [(firm, euros * 100)], by=crew.mia, source=source or firm)


@pytest.mark.django_db
def test_linked_groups_go_over_several_firms_and_both_ways():
    a, b, c, alone = (people.organisation(name) for name in "ABCD")
    link(a, b)
    link(c, b)
    whole = frozenset({a.pk, b.pk, c.pk})
    assert linked_groups([a.pk, c.pk, alone.pk]) == {
        a.pk: whole,
        c.pk: whole,
        alone.pk: frozenset({alone.pk}),
    }
    link(a)
    assert linked_groups([a.pk, c.pk]) == {a.pk: frozenset({a.pk}), c.pk: frozenset({b.pk, c.pk})}


@pytest.mark.django_db
@pytest.mark.parametrize("scope", list(SupportCeiling.Scope))
def test_cap_27_linked_firms_share_a_ceiling_only_where_it_counts_by_group(scope):
    crew, a, b = team(), people.organisation("A"), people.organisation("B")
    link(b, a)
    ceiling(crew, scope=scope)
    line = line_of(crew, 200_000_00)
    award(crew, line, a, 40_000)
    if scope == GROUP:
        with pytest.raises(
            BudgetExceeded, match=r"linked with it already hold 40\u00a0000\.00 .* 20\u00a0000\.00 more"
        ):
            award(crew, line, b, 40_000)
        award(crew, line, b, 20_000, source=crew.project)
    else:
        award(crew, line, b, 40_000)


@pytest.mark.django_db
def test_cap_27_two_linked_firms_in_one_award_are_added():
    crew, a, b = team(), people.organisation("A"), people.organisation("B")
    link(a, b)
    ceiling(crew, scope=GROUP)
    line = line_of(crew, 200_000_00)
    with pytest.raises(BudgetExceeded, match="B and the firms linked"):
        services.record_awarded(line, [(a, 40_000_00), (b, 40_000_00)], by=crew.mia, source=a)


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "allowed"), [(65_000_00, True), (65_000_01, False)])
def test_cap_14_support_of_a_sister_project_counts(asked, allowed):
    crew, sister, firm = team(), team(), people.organisation()
    ceiling(crew, limit=100_000_00, sisters=[sister.project, crew.project])
    award(sister, line_of(sister, 100_000_00), firm, 35_000)
    line, shares = line_of(crew, 200_000_00), [(firm, asked)]
    if allowed:
        services.record_awarded(line, shares, by=crew.mia, source=line)
    else:
        with pytest.raises(
            BudgetExceeded, match=r"already holds 35\u00a0000\.00 EUR; at most 65\u00a0000\.00 more"
        ):
            services.record_awarded(line, shares, by=crew.mia, source=line)
    assert queries.ceiling(crew.project).sisters == (sister.project.pk,)
    assert queries.line_balance(line, Account.AWARDED) == (asked if allowed else 0)


def ended_early(net):
    """60 000 awarded, 45 000 paid, 15 000 de-committed."""
    crew, firm = team(), people.organisation()
    ceiling(crew, net_of_release=net)
    line = line_of(crew, 200_000_00)
    award(crew, line, firm, 60_000)
    services.record_committed(line, [(firm, 60_000_00)], by=crew.mia, source=firm)
    services.record_accrued(line, [(firm, 45_000_00)], by=crew.mia, source=firm)
    services.record_paid(line, [(firm, 45_000_00)], by=crew.fred, source=firm)
    services.record_decommitted(line, [(firm, 15_000_00)], by=crew.mia, source=firm)
    return crew, firm, line


@pytest.mark.django_db
def test_cap_30_de_committed_money_makes_room_again():
    crew, firm, line = ended_early(net=True)
    with pytest.raises(BudgetExceeded):
        services.record_awarded(line, [(firm, 15_000_01)], by=crew.mia, source=crew.project)
    services.record_awarded(line, [(firm, 15_000_00)], by=crew.mia, source=crew.project)


@pytest.mark.django_db
def test_cap_30_de_committed_money_counts_on_where_the_ceiling_says_so():
    crew, firm, line = ended_early(net=False)
    rule = queries.ceiling(crew.project)
    assert queries.holdings(crew.project, [firm], rule).held == {firm.pk: 60_000_00}
    with pytest.raises(BudgetExceeded, match=r"already holds 60\u00a0000\.00"):
        services.record_awarded(line, [(firm, 1)], by=crew.mia, source=crew.project)


@pytest.mark.django_db
def test_signature_is_refused_when_the_firms_became_one_group_after_the_award():
    crew, a, b = team(), people.organisation("A"), people.organisation("B")
    ceiling(crew, scope=GROUP)
    line = line_of(crew, 200_000_00)
    award(crew, line, a, 40_000)
    award(crew, line, b, 40_000)
    services.record_committed(line, [(a, 40_000_00)], by=crew.mia, source=a)
    link(a, b)
    with pytest.raises(BudgetExceeded, match="B and the firms linked with it already hold"):
        services.record_committed(line, [(b, 40_000_00)], by=crew.mia, source=b)


@pytest.mark.django_db(transaction=True)
def test_two_sister_projects_awarding_at_once_never_pass_the_ceiling():
    first, second, firm = team(), team(), people.organisation()
    ceiling(first, sisters=[second.project])
    ceiling(second, sisters=[first.project])
    with transaction.atomic():
        lines = [(first, line_of(first, 100_000_00)), (second, line_of(second, 100_000_00))]
    awarded, tried, outcomes = threading.Event(), threading.Event(), []

    def later() -> None:
        """Tries while the other award is made but not yet committed: it has to wait, then to be refused."""
        try:
            awarded.wait(20)
            with transaction.atomic():
                award(*lines[1], firm, 40_000, source=lines[1][1])
            outcomes.append("awarded")
        except BudgetExceeded:
            outcomes.append("refused")
        finally:
            tried.set()
            connection.close()

    thread = threading.Thread(target=later)
    thread.start()
    with transaction.atomic():
        award(*lines[0], firm, 40_000, source=lines[0][1])
        awarded.set()
        waited = not tried.wait(0.7)
    thread.join(30)
    assert (waited, outcomes) == (True, ["refused"])


@pytest.mark.django_db
def test_what_is_declared_from_elsewhere_is_taken_off_at_the_award_and_at_the_signature():
    """cap-14: the books know it, too, not the application alone."""
    crew, firm = team(), people.organisation()
    line = line_of(crew, 200_000_00)
    elsewhere = {firm.pk: 45_000_00}
    with pytest.raises(
        BudgetExceeded, match=r"0\.00 EUR, and 45.000\.00 from elsewhere; at most 15.000\.00 more"
    ):
        services.record_awarded(line, [(firm, 15_000_01)], by=crew.mia, source=firm, outside=elsewhere)
    services.record_awarded(line, [(firm, 15_000_00)], by=crew.mia, source=firm, outside=elsewhere)
    with pytest.raises(BudgetExceeded, match=r"45.000\.01 from elsewhere"):
        services.record_committed(
            line, [(firm, 15_000_00)], by=crew.mia, source=firm, outside={firm.pk: 45_000_01}
        )
    services.record_committed(line, [(firm, 15_000_00)], by=crew.mia, source=firm, outside=elsewhere)


@pytest.mark.django_db
def test_what_linked_firms_declare_from_elsewhere_counts_together():
    crew, a, b = team(), people.organisation("A"), people.organisation("B")
    link(a, b)
    ceiling(crew, scope=GROUP)
    line = line_of(crew, 200_000_00)
    with pytest.raises(BudgetExceeded, match=r"40.000\.00 from elsewhere; at most 10.000\.00 more"):
        services.record_awarded(
            line,
            [(a, 10_000_00), (b, 10_000_01)],
            by=crew.mia,
            source=a,
            outside={a.pk: 15_000_00, b.pk: 25_000_00},
        )
