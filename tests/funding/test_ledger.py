"""The books: what the services do, what PostgreSQL refuses, what random stories and racing threads leave behind."""

import threading
from collections import defaultdict

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import Organisation
from core.errors import BudgetExceeded, DomainError, FourEyesRequired
from funding import queries, services
from funding.models import Account, BudgetLine, LedgerEntry, LedgerMovement, SupportCeiling
from tests.accounts import factories as people
from tests.funding.factories import Team, team

pytestmark = pytest.mark.django_db


def line_of(crew: Team, amount_cents: int) -> BudgetLine:
    line = services.open_budget_line(crew.voucher_type, name="Innovation vouchers")
    services.record_reserved(line, amount_cents=amount_cents, by=crew.mia, source=line)
    return line


def test_money_walks_from_envelope_to_paid() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 100_000_00)
    share = [(firm, 30_000_00)]
    services.record_awarded(line, share, by=crew.mia, source=firm)
    services.record_committed(line, share, by=crew.mia, source=firm)
    services.record_accrued(line, [(firm, 12_000_00)], by=crew.mia, source=firm)
    services.record_paid(line, [(firm, 12_000_00)], by=crew.fred, source=firm)
    assert queries.project_money(crew.project) == queries.Money(
        envelope=1_050_000_00,
        free=950_000_00,
        reserved=70_000_00,
        committed=18_000_00,
        paid=12_000_00,
    )
    assert queries.line_money(line) == queries.Money(
        envelope=100_000_00, free=70_000_00, reserved=70_000_00, committed=18_000_00, paid=12_000_00
    )
    assert queries.held_cents(crew.project, firm) == 30_000_00


def test_cap_24_thirty_five_projects_of_30_000_use_the_dream_envelope_and_the_next_is_refused() -> None:
    crew = team(envelope_cents=1_050_000_00)
    line = line_of(crew, 1_050_000_00)
    for number in range(35):
        firm = people.organisation(f"Firm {number}")
        services.record_awarded(line, [(firm, 30_000_00)], by=crew.mia, source=firm)
    assert queries.line_balance(line, Account.RESERVED) == 0
    with pytest.raises(BudgetExceeded):
        late = people.organisation("Firm 36")
        services.record_awarded(line, [(late, 30_000_00)], by=crew.mia, source=late)


def test_cap_25_silicon_envelope_holds_both_calls_and_not_a_cent_more() -> None:
    crew = team(envelope_cents=1_050_000_00)
    line_of(crew, 12 * 80_000_00)
    line_of(crew, 25 * 3_600_00)
    assert queries.project_money(crew.project).free == 0
    with pytest.raises(BudgetExceeded):
        line_of(crew, 1)


def test_cap_03_an_sme_with_a_green_voucher_has_56_400_left() -> None:
    crew, firm = team(), people.organisation("Voltedge")
    green, demo = line_of(crew, 90_000_00), line_of(crew, 200_000_00)
    services.record_awarded(green, [(firm, 3_600_00)], by=crew.mia, source=firm)
    with pytest.raises(BudgetExceeded, match=r"at most 56\u00a0400\.00 more"):
        services.record_awarded(demo, [(firm, 60_000_00)], by=crew.mia, source=crew.project)


def test_cap_04_exactly_56_400_more_is_allowed() -> None:
    crew, firm = team(), people.organisation("Voltedge")
    green, demo = line_of(crew, 90_000_00), line_of(crew, 200_000_00)
    services.record_awarded(green, [(firm, 3_600_00)], by=crew.mia, source=firm)
    services.record_awarded(demo, [(firm, 56_400_00)], by=crew.mia, source=crew.project)
    assert queries.held_cents(crew.project, firm) == 60_000_00


def test_cap_06_80_000_for_one_sme_needs_a_recorded_and_approved_higher_ceiling() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 200_000_00)
    with pytest.raises(BudgetExceeded):
        services.record_awarded(line, [(firm, 80_000_00)], by=crew.mia, source=firm)
    ceiling = services.record_ceiling(
        crew.project, limit_cents=80_000_00, legal_basis="Annex 1, section 4", by=crew.mia
    )
    with pytest.raises(BudgetExceeded):
        services.record_awarded(line, [(firm, 80_000_00)], by=crew.mia, source=firm)
    services.approve_ceiling(ceiling, by=crew.luc)
    services.record_awarded(line, [(firm, 80_000_00)], by=crew.mia, source=firm)
    assert queries.held_cents(crew.project, firm) == 80_000_00


def test_approve_ceiling_by_its_recorder_is_refused_by_verb_and_by_database() -> None:
    crew = team()
    ceiling = services.record_ceiling(crew.project, limit_cents=80_000_00, legal_basis="Annex 1", by=crew.mia)
    with pytest.raises(FourEyesRequired):
        services.approve_ceiling(ceiling, by=crew.mia)
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportCeiling.objects.filter(pk=ceiling.pk).update(approved_by=crew.mia)


def test_record_ceiling_above_60_000_without_legal_basis_is_refused() -> None:
    crew = team()
    with pytest.raises(DomainError):
        services.record_ceiling(crew.project, limit_cents=60_000_01, legal_basis=" ", by=crew.mia)


def test_the_same_act_told_twice_moves_money_once() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 100_000_00)
    first = services.record_awarded(line, [(firm, 10_000_00)], by=crew.mia, source=firm)
    second = services.record_awarded(line, [(firm, 10_000_00)], by=crew.mia, source=firm)
    assert (first, queries.held_cents(crew.project, firm)) == (second, 10_000_00)


def test_paying_more_than_is_owed_is_refused() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 100_000_00)
    services.record_awarded(line, [(firm, 10_000_00)], by=crew.mia, source=firm)
    services.record_committed(line, [(firm, 10_000_00)], by=crew.mia, source=firm)
    with pytest.raises(BudgetExceeded, match="below zero"):
        services.record_paid(line, [(firm, 1)], by=crew.fred, source=firm)


def test_shrinking_the_envelope_below_what_is_reserved_is_refused() -> None:
    crew = team(envelope_cents=100_000_00)
    line_of(crew, 80_000_00)
    services.set_envelope(crew.project, amount_cents=90_000_00, by=crew.mia, why="Amendment 1")
    with pytest.raises(BudgetExceeded):
        services.set_envelope(crew.project, amount_cents=79_999_99, by=crew.mia, why="Amendment 2")


RAW = {
    "change an entry": "UPDATE funding_ledgerentry SET amount_cents = amount_cents + 1",
    "delete an entry": "DELETE FROM funding_ledgerentry",
    "change a movement": "UPDATE funding_ledgermovement SET what = 'other'",
    "delete a movement": "DELETE FROM funding_ledgermovement",
    "change the trail": "UPDATE core_auditevent SET note = 'other'",
    "delete from the trail": "DELETE FROM core_auditevent",
    "delete a result": "DELETE FROM funding_kpievent",
}


@pytest.mark.parametrize("what", RAW)
def test_raw_sql_cannot_rewrite_the_books(what: str) -> None:
    crew = team()
    services.Indicator.objects.create(project=crew.project, code="x", name="X", target=1)
    services.record_kpi(crew.project, "x", key="1", by=crew.mia)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(RAW[what])


def test_truncate_is_refused_outside_tests() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL app.allow_truncate = 'off'")
        cursor.execute("TRUNCATE core_auditevent")


def raw_entries(crew: Team, *entries: tuple[str, int, BudgetLine | None, Organisation | None]) -> None:
    """Insert one movement past all services and let the deferred rules judge it."""
    with transaction.atomic():
        movement = LedgerMovement.objects.create(
            key=f"raw:{LedgerMovement.objects.count()}", project=crew.project, what="raw"
        )
        for account, cents, line, firm in entries:
            LedgerEntry.objects.create(
                movement=movement,
                project=crew.project,
                account=account,
                amount_cents=cents,
                budget_line=line,
                organisation=firm,
            )
        queries.check_now()


def test_raw_entries_that_do_not_sum_to_zero_are_refused() -> None:
    with pytest.raises(DatabaseError, match="not to zero"):
        raw_entries(team(), ("envelope", -100, None, None), ("budget", 99, None, None))


def test_raw_movement_without_entries_is_refused() -> None:
    with pytest.raises(DatabaseError, match="moves nothing"):
        raw_entries(team())


def test_raw_reservation_above_the_free_money_is_refused() -> None:
    crew = team(envelope_cents=100)
    line = services.open_budget_line(crew.voucher_type, name="x")
    with pytest.raises(DatabaseError, match="below zero"):
        raw_entries(crew, ("budget", -101, None, None), ("reserved", 101, line, None))


def test_raw_award_above_the_ceiling_is_refused() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 100_000_00)
    with pytest.raises(DatabaseError, match="above the ceiling"):
        raw_entries(crew, ("reserved", -60_000_01, line, None), ("awarded", 60_000_01, line, firm))


def test_raw_award_without_organisation_is_refused() -> None:
    crew = team()
    line = line_of(crew, 100_000_00)
    with pytest.raises(IntegrityError, match="has_organisation"):
        raw_entries(crew, ("reserved", -1, line, None), ("awarded", 1, line, None))


STEPS = [(Account.RESERVED, Account.AWARDED), (Account.AWARDED, Account.COMMITTED)]
STEPS += [
    (Account.COMMITTED, Account.ACCRUED),
    (Account.ACCRUED, Account.PAID),
    (Account.AWARDED, Account.RESERVED),
]
VERBS = {
    STEPS[0]: services.record_awarded,
    STEPS[1]: services.record_committed,
    STEPS[2]: services.record_accrued,
    STEPS[3]: services.record_paid,
    STEPS[4]: services.record_award_released,
}
AMOUNTS = st.sampled_from([1, 99, 10_000_00, 29_999_99, 30_000_00, 60_000_00, 60_000_01])


class LedgerStory(RuleBasedStateMachine):
    """Random verbs on two lines and three firms, held against a plain dictionary."""

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block._from_testcase = True  # each story is rolled back as Django's own test cases are
        self.block.__enter__()
        self.crew = team(envelope_cents=150_000_00)
        self.firms = [people.organisation(f"Firm {n}") for n in range(3)]
        self.lines = [services.open_budget_line(self.crew.voucher_type, name=f"Line {n}") for n in range(2)]
        self.model: dict[tuple[Account, int | None, int | None], int] = defaultdict(int)
        self.model[Account.BUDGET, None, None] = 150_000_00
        self.acts = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @rule(line=st.integers(0, 1), cents=st.sampled_from([1, 50_000_00, 100_000_00, 150_000_01]))
    def reserve(self, line: int, cents: int) -> None:
        allowed = cents <= self.model[Account.BUDGET, None, None]
        done = self._try(
            lambda: services.record_reserved(
                self.lines[line], amount_cents=cents, by=self.crew.mia, source=self.lines[line]
            )
        )
        assert done == allowed
        if done:
            self.model[Account.BUDGET, None, None] -= cents
            self.model[Account.RESERVED, line, None] += cents

    @rule(step=st.sampled_from(STEPS), line=st.integers(0, 1), firm=st.integers(0, 2), cents=AMOUNTS)
    def shift(self, step: tuple[Account, Account], line: int, firm: int, cents: int) -> None:
        source = (step[0], line, None if step[0] == Account.RESERVED else firm)
        target = (step[1], line, None if step[1] == Account.RESERVED else firm)
        allowed = cents <= self.model[source]
        if step == STEPS[0]:
            allowed = allowed and self._held(firm) + cents <= 60_000_00
        done = self._try(
            lambda: VERBS[step](
                self.lines[line], [(self.firms[firm], cents)], by=self.crew.mia, source=self._source()
            )
        )
        assert done == allowed
        if done:
            self.model[source] -= cents
            self.model[target] += cents

    @invariant()
    def books_equal_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        lines = {line.pk: n for n, line in enumerate(self.lines)}
        firms = {firm.pk: n for n, firm in enumerate(self.firms)}
        books: dict[tuple[Account, int | None, int | None], int] = defaultdict(int)
        for entry in LedgerEntry.objects.filter(project=self.crew.project).exclude(account="envelope"):
            key = (Account(entry.account), lines.get(entry.budget_line_id), firms.get(entry.organisation_id))
            books[key] += entry.amount_cents
        assert {k: v for k, v in books.items() if v} == {k: v for k, v in self.model.items() if v}
        assert sum(books.values()) == 150_000_00
        assert all(self._held(n) <= 60_000_00 for n in range(3))

    def _held(self, firm: int) -> int:
        return sum(cents for (account, _l, f), cents in self.model.items() if f == firm)

    def _source(self) -> Organisation:
        self.acts += 1
        return Organisation(pk=1_000_000 + self.acts, legal_name="act")

    def _try(self, act) -> bool:
        try:
            with transaction.atomic():
                act()
        except BudgetExceeded:
            return False
        return True


LedgerStory.TestCase.settings = settings(
    max_examples=75,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_random_stories_leave_the_books_equal_to_the_model() -> None:
    LedgerStory.TestCase().runTest()


@pytest.mark.django_db(transaction=True)
def test_eight_racing_threads_never_award_more_than_a_call_has() -> None:
    crew = team(envelope_cents=100_000_00)
    with transaction.atomic():
        line = line_of(crew, 100_000_00)
    firms = [people.organisation(f"Racer {n}") for n in range(8)]
    start, done, refused = threading.Barrier(8), [], []

    def race(firm: Organisation) -> None:
        start.wait()
        try:
            with transaction.atomic():
                services.record_awarded(line, [(firm, 30_000_00)], by=crew.mia, source=firm)
            done.append(firm)
        except BudgetExceeded:
            refused.append(firm)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[firm]) for firm in firms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (3, 5)
    assert queries.line_balance(line, Account.RESERVED) == 10_000_00


@pytest.mark.django_db(transaction=True)
def test_eight_racing_threads_with_raw_sql_never_pass_a_ceiling() -> None:
    """No service, no lock of ours: the trigger alone has to make them wait for one another."""
    crew, firm = team(), people.organisation()
    with transaction.atomic():
        line = line_of(crew, 500_000_00)
    start, done, refused = threading.Barrier(8), [], []

    def race(number: int) -> None:
        start.wait()
        try:
            with transaction.atomic():
                movement = LedgerMovement.objects.create(
                    key=f"race:{number}", project=crew.project, what="race"
                )
                for account, cents, owner in (("reserved", -25_000_00, None), ("awarded", 25_000_00, firm)):
                    LedgerEntry.objects.create(
                        movement=movement,
                        project=crew.project,
                        account=account,
                        amount_cents=cents,
                        budget_line=line,
                        organisation=owner,
                    )
            done.append(number)
        except DatabaseError:
            refused.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused)) == (2, 6)
    assert queries.held_cents(crew.project, firm) == 50_000_00


def test_the_same_act_told_again_with_another_amount_is_refused() -> None:
    crew, firm = team(), people.organisation()
    line = line_of(crew, 100_000_00)
    services.record_awarded(line, [(firm, 10_000_00)], by=crew.mia, source=firm)
    with pytest.raises(DomainError, match="another amount"):
        services.record_awarded(line, [(firm, 10_000_01)], by=crew.mia, source=firm)
    assert queries.held_cents(crew.project, firm) == 10_000_00
