"""One firm under two entries has one money total: in what is read, in awards, in PostgreSQL's own check, and in a race."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, Organisation
from core.errors import BudgetExceeded
from funding import queries, services
from funding.models import Account, LedgerEntry, LedgerMovement, SupportCeiling
from tests.accounts import factories as people
from tests.accounts.test_merging import merge
from tests.funding.factories import team
from tests.funding.test_ceiling_scope import award, ceiling, link
from tests.funding.test_ledger import line_of


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "allowed"), [(150_000_00, True), (150_000_01, False)])
def test_cap_19_what_one_entry_had_counts_for_the_other(asked: int, allowed: bool) -> None:
    crew, one, two = team(), people.organisation("ACME SRL"), people.organisation("Acme S.r.l.")
    ceiling(crew, limit=200_000_00)
    first, second = line_of(crew, 100_000_00), line_of(crew, 300_000_00)
    award(crew, first, one, 50_000)
    merge(two, one)
    if allowed:
        services.record_awarded(second, [(two, asked)], by=crew.mia, source=two)
    else:
        with pytest.raises(BudgetExceeded, match=r"already holds 50\u00a0000\.00 EUR"):
            services.record_awarded(second, [(two, asked)], by=crew.mia, source=two)
    assert LedgerEntry.objects.get(account=Account.AWARDED, budget_line=first).organisation == one
    assert queries.held_cents(crew.project, two) == queries.held_cents(crew.project, one)
    assert queries.held_cents(crew.project, one) == 50_000_00 + (asked if allowed else 0)


@pytest.mark.django_db
@pytest.mark.parametrize("scope", list(SupportCeiling.Scope))
def test_both_entries_have_one_scope_and_one_total(scope: str) -> None:
    crew, one, two, other = team(), *(people.organisation(name) for name in "ABC")
    ceiling(crew, scope=scope)
    line = line_of(crew, 200_000_00)
    award(crew, line, one, 20_000)
    award(crew, line, two, 15_000)
    merge(one, two)
    found = queries.holdings(crew.project, [one, two, other], queries.ceiling(crew.project))
    assert found.held == {one.pk: 35_000_00, two.pk: 35_000_00, other.pk: 0}
    assert found.scope[one.pk] == found.scope[two.pk] != found.scope[other.pk]


@pytest.mark.django_db
def test_cap_27_a_link_of_one_entry_binds_the_other() -> None:
    crew, a, twin, b = team(), *(people.organisation(name) for name in ("A", "A again", "B"))
    link(b, a)
    ceiling(crew, scope=SupportCeiling.Scope.GROUP)
    line = line_of(crew, 200_000_00)
    award(crew, line, b, 40_000)
    merge(twin, a)
    with pytest.raises(BudgetExceeded, match="linked with it"):
        award(crew, line, twin, 20_001)
    award(crew, line, twin, 20_000)


@pytest.mark.django_db
def test_both_entries_in_one_award_are_added() -> None:
    crew, one, two = team(), people.organisation("A"), people.organisation("B")
    merge(one, two)
    line = line_of(crew, 200_000_00)
    with pytest.raises(BudgetExceeded, match="B already holds"):
        services.record_awarded(line, [(one, 40_000_00), (two, 20_000_01)], by=crew.mia, source=one)


@pytest.mark.django_db
def test_above_the_ceiling_by_the_merge_nothing_more_is_awarded_or_signed_but_what_is_owed_is_paid() -> None:
    crew, one, two = team(), people.organisation("A"), people.organisation("B")
    line = line_of(crew, 200_000_00)
    award(crew, line, one, 40_000)
    award(crew, line, two, 30_000)
    services.record_committed(line, [(one, 40_000_00)], by=crew.mia, source=one)
    merge(one, two)
    with pytest.raises(BudgetExceeded):
        services.record_awarded(line, [(one, 1)], by=crew.mia, source=crew.project)
    with pytest.raises(BudgetExceeded):
        services.record_committed(line, [(two, 30_000_00)], by=crew.mia, source=two)
    services.record_accrued(line, [(one, 40_000_00)], by=crew.mia, source=one)
    services.record_paid(line, [(one, 40_000_00)], by=crew.fred, source=one)


@pytest.mark.django_db
def test_postgresql_counts_both_entries_without_any_service() -> None:
    crew, one, two = team(), people.organisation("A"), people.organisation("B")
    line = line_of(crew, 200_000_00)
    award(crew, line, one, 40_000)
    merge(two, one)

    def raw(firm: Organisation, cents: int) -> None:
        made = LedgerMovement.objects.create(key=f"raw:{cents}", project=crew.project, what="raw")
        for account, amount, holder in ((Account.RESERVED, -cents, None), (Account.AWARDED, cents, firm)):
            LedgerEntry.objects.create(
                movement=made,
                account=account,
                amount_cents=amount,
                project=crew.project,
                budget_line=line,
                organisation=holder,
            )
        queries.check_now()

    with pytest.raises(IntegrityError, match="would hold 6000001 cents"), transaction.atomic():
        raw(two, 20_000_01)
    raw(two, 20_000_00)


@pytest.mark.django_db(transaction=True)
def test_awards_to_both_entries_at_once_never_pass_the_ceiling_together() -> None:
    crew, one, two = team(), people.organisation("A"), people.organisation("B")
    with transaction.atomic():
        line = line_of(crew, 500_000_00)
    merge(one, two)
    start, done, refused = threading.Barrier(8), [], []

    def race(number: int) -> None:
        start.wait(10)
        try:
            with transaction.atomic():
                source = sources[number]
                services.record_awarded(
                    line, [((one, two)[number % 2], 25_000_00)], by=crew.mia, source=source
                )
            done.append(number)
        except BudgetExceeded:
            refused.append(number)
        finally:
            connection.close()

    sources = [people.organisation(f"Source {number}") for number in range(8)]
    threads = [threading.Thread(target=race, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(done), len(refused)) == (2, 6)
    assert queries.held_cents(crew.project, one) == 50_000_00


@pytest.mark.django_db
def test_people_of_the_other_entry_of_a_consortium_partner_run_the_project() -> None:
    crew, twin, person = team(), people.organisation("Cluster again", country="FR"), people.user("Dora")
    Membership.objects.create(user=person, organisation=twin)
    assert not queries.runs_project(person, crew.project)
    merge(twin, crew.coordinator)
    assert queries.runs_project(person, crew.project)
    assert queries.runs_as_partner(twin, crew.project)
    assert not queries.runs_as_partner(people.organisation(), crew.project)
