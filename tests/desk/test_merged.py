"""What every stage reads of a firm that was entered twice: both entries are one."""

import pytest

from accounts.models import Membership, Organisation, OwnershipStatement, User
from applicants import queries, services
from applicants.models import Application, Mandate, Partner
from applicants.notifications import writers
from applicants.permissions import can_submit_application
from applicants.queries.aid import awarded_here
from applicants.queries.eligibility import history_of
from applicants.queries.partnering import twice_gaps
from applicants.queries.resemblance import others_of_applicant
from applicants.states import ApplicationState
from calls.rules import Rule
from core import clock
from core.errors import DomainError, Incomplete
from desk.erasure import plan
from desk.personal import _organisations
from evaluation import services as evaluation
from evaluation.listing import Place
from evaluation.queries import proposal_for
from evaluation.queries.interests import parties_known
from evaluation.queries.ranked import ranking_of
from funding import services as funding
from grants import queries as grants_queries
from grants.models import Agreement
from grants.notifications import _colleagues
from grants.permissions import can_report_milestone, can_sign_agreement
from tests.accounts import factories as people
from tests.accounts.test_merging import merge, state_link
from tests.applicants import factories as make
from tests.applicants import steps
from tests.applicants.test_phases import following
from tests.calls import factories as calls
from tests.evaluation import factories as judging
from tests.evaluation.browsing import sign_in
from tests.evaluation.test_mandated import mandate
from tests.funding import factories as teams
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return people.user("Alice")


@pytest.fixture
def bob() -> User:
    return people.user("Bob")


@pytest.fixture
def acme(alice: User) -> Organisation:
    return people.organisation("ACME SRL", members=[alice])


@pytest.fixture
def twin(bob: User) -> Organisation:
    return people.organisation("Acme S.r.l.", members=[bob])


def test_the_people_of_both_see_and_write_what_either_began(alice, bob, acme, twin) -> None:
    call = calls.call(teams.team())
    own = steps.start(call, bob)
    Application.objects.filter(pk=own.pk).update(organisation=twin)
    Partner.objects.filter(version__application=own).update(organisation=twin)
    assert not Application.objects.visible_to(alice).exists()
    merge(acme, twin)
    own.refresh_from_db()
    for person in (alice, bob):
        assert Application.objects.visible_to(person).get() == own
        assert Application.objects.of_own_people(person).get() == own
        assert queries.draft_to_save(person, own.ref) is not None
        assert queries.to_submit(person, own.ref) is not None
        assert queries.own_applications(person)[0].application == own
    assert (can_submit_application(alice, own), can_submit_application(bob, own)) == (True, False)
    assert [one.full_name for one in queries.signatories(own.organisation)] == ["Alice"]
    assert not Application.objects.visible_to(people.user()).exists()
    page = sign_in(alice).get(own.get_absolute_url())
    assert page.status_code == 200


def test_a_firm_has_one_application_in_a_call(alice, acme, twin) -> None:
    call = calls.call(teams.team())
    begun = make.application(call, organisation=twin, submitted=False)
    merge(acme, twin)
    assert services.start_application(call, acme, by=alice) == begun
    assert services.start_application(call, twin, by=alice) == begun
    page = sign_in(alice).get(f"/calls/{call.slug}/apply/")
    assert [one.application for one in page.context["known"]] == [begun]


def test_an_application_begun_for_the_duplicate_is_of_the_entry_that_goes_on(alice, acme, twin) -> None:
    merge(acme, twin)
    begun = services.start_application(calls.call(teams.team()), twin, by=alice)
    assert begun.organisation == acme


def test_limits_of_applications_earlier_awards_and_phases_count_both(acme, twin) -> None:
    crew = teams.team()
    first = judging.closed_call(crew)
    through = make.application(first, organisation=twin)
    Application.objects.filter(pk=through.pk).update(state=ApplicationState.SELECTED)
    call = following(first, crew)
    other = make.application(call, organisation=twin)
    funding.record_awarded(first.budget_line, [(twin, 10_000_00)], by=crew.mia, source=through)
    found = [Rule(kind, kind, {}) for kind in ("earlier_award", "earlier_phase", "applications")]
    nothing = history_of(call, found, [acme.pk])
    assert (nothing.awards[acme.pk], nothing.selected[acme.pk], nothing.files[acme.pk]) == (
        (),
        (),
        frozenset(),
    )
    merge(acme, twin)
    had = history_of(call, found, [acme.pk])
    assert had.awards == {acme.pk: (first.code,)}
    assert had.selected == {acme.pk: (first.code,)}
    assert had.files == {acme.pk: frozenset({other.pk})}


def test_the_next_phase_is_open_to_both_and_begins_with_the_entry_that_goes_on(alice, acme, twin) -> None:
    crew = teams.team()
    first = judging.closed_call(crew)
    through = make.application(first, organisation=twin, title="Sorting", shares=[(acme, 1_00)])
    Application.objects.filter(pk=through.pk).update(state=ApplicationState.SELECTED)
    call = following(first, crew)
    assert queries.going_on(call, [acme]) == []
    merge(acme, twin)
    assert queries.going_on(call, [acme]) == [acme]
    services.invite_to_call(call)
    through.refresh_from_db()
    assert len(queries.next_phases([through])) == 1
    begun = services.start_application(call, acme, by=alice)
    draft = begun.draft()
    assert draft is not None and draft.title == "Sorting"
    assert [(one.organisation, one.is_lead) for one in draft.partners.all()] == [(acme, True)]
    assert queries.next_phases([through]) == []


def test_a_firm_takes_part_once(alice, acme, twin) -> None:
    call = calls.call(teams.team())
    draft = make.application(call, organisation=twin, submitted=False, shares=[(acme, 5_000_00)])
    partners = list(draft.draft().partners.select_related("organisation"))
    assert twice_gaps(draft, partners) == []
    merge(acme, twin)
    gaps = twice_gaps(draft, list(draft.draft().partners.select_related("organisation")))
    assert [gap.message for gap in gaps] == [
        "ACME SRL and Acme S.r.l. are one firm, which takes part once: remove the second."
    ]
    with pytest.raises(Incomplete) as refused:
        steps.submit(draft, alice)
    assert gaps[0].message in [gap.message for gap in refused.value.gaps]
    services.remove_partner(draft, organisation=acme.ref, by=alice)
    with pytest.raises(DomainError, match="takes part already"):
        services.add_partner(
            draft,
            by=alice,
            legal_name="Acme",
            country="IT",
            registration_number=twin.registration_number,
            town="Brescia",
            size="small",
        )


def test_aid_24_earlier_aid_of_both_counts(acme, twin) -> None:
    crew = teams.team()
    call = calls.call(crew, state_aid=True)
    funding.record_awarded(call.budget_line, [(twin, 10_000_00)], by=crew.mia, source=twin)
    assert awarded_here(acme.pk) == []
    merge(acme, twin)
    assert [one.amount_cents for one in awarded_here(acme.pk)] == [10_000_00]


def test_the_newest_statement_of_either_entry_counts_for_both(acme, twin) -> None:
    state_link(acme)
    state_link(twin)
    old, new = OwnershipStatement.objects.order_by("pk")
    assert queries.newest_statements([acme, twin]) == {acme.pk: old, twin.pk: new}
    merge(acme, twin)
    assert queries.newest_statements([acme, twin]) == {acme.pk: new, twin.pk: new}


def test_an_evaluator_who_works_for_the_other_entry_has_a_conflict() -> None:
    made = judging.screened(judging.scene(files=1, evaluators=2))
    file, eva = made.files[0], made.evaluators[0]
    employer = people.organisation("Rossi again")
    Membership.objects.create(user=eva.user, organisation=employer)
    assert (file.ref, eva.pk) in proposal_for(made.round).pairs
    merge(employer, file.organisation)
    assert (file.ref, eva.pk) not in proposal_for(made.round).pairs
    with pytest.raises(Incomplete):
        evaluation.assign_evaluators(
            made.round, wanted={file.ref: [one.pk for one in made.evaluators]}, by=made.team.mia
        )
    colleague = people.user("Colleague")
    Membership.objects.create(user=colleague, organisation=employer, role="member")
    with pytest.raises(DomainError, match="works for"):
        evaluation.invite_evaluator(made.round, name="Colleague", email=colleague.email, by=made.team.mia)


def test_who_wrote_for_the_other_entry_under_a_mandate_has_a_conflict(now) -> None:
    made = judging.screened(judging.scene(files=1, evaluators=2))
    file, (eva, ed) = made.files[0], made.evaluators
    client = people.organisation("Rossi again", members=[people.user("Sara")])
    mandate(client, eva.user)
    head = people.user("Connie")
    firm, old_firm = people.organisation("Advice", members=[head]), people.organisation("Advice again")
    Membership.objects.create(user=ed.user, organisation=old_firm, ended_at=clock.now())
    mandate(client, head, firm=firm)
    assert len(proposal_for(made.round).pairs) == 2
    merge(client, file.organisation)
    assert {pk for _ref, pk in proposal_for(made.round).pairs} == {ed.pk}
    merge(firm, old_firm)
    assert list(proposal_for(made.round).pairs) == []


def test_a_mandate_reaches_no_further_than_the_entry_it_was_given_for(now, alice, acme, twin) -> None:
    connie = people.user("Connie")
    held = mandate(twin, connie)
    call = calls.call(teams.team())
    its, other = (make.application(call, organisation=one, submitted=False) for one in (twin, acme))
    merge(acme, twin)
    assert list(Application.objects.visible_to(connie)) == [its]
    assert queries.mandated_organisations(connie, call) == []
    assert list(queries.mandates_given(acme)) == [held]
    assert list(Mandate.objects.visible_to(alice)) == [held]
    services.end_mandate(held, by=alice)
    assert not Application.objects.visible_to(connie).exists()
    assert other in Application.objects.visible_to(alice)


def test_who_writes_under_a_mandate_of_a_consulting_firm_is_reminded_under_its_other_entry(
    now, alice, bob, acme, twin
) -> None:
    connie = people.user("Connie")
    firm, old = (
        people.organisation("Advice", members=[people.user("Head")]),
        people.organisation("Advice again"),
    )
    Membership.objects.create(user=connie, organisation=old)
    mandate(twin, connie, firm=old)
    draft = make.application(calls.call(teams.team()), organisation=twin, submitted=False)
    merge(firm, old)
    merge(acme, twin)
    names = {one.full_name for one in queries.writers_under_mandate(draft)}
    assert names == {"Connie", "Head"}
    Membership.objects.create(user=connie, organisation=acme, role="member")
    draft = Application.objects.get(pk=draft.pk)
    assert {one.full_name for one in queries.writers_under_mandate(draft)} == {"Head"}


def test_the_call_office_sees_the_files_of_both_as_those_of_one_applicant(acme, twin) -> None:
    crew = teams.team()
    call = calls.call(crew)
    own, other = (make.application(call, organisation=one) for one in (acme, twin))
    assert others_of_applicant(own, crew.mia) == []
    merge(acme, twin)
    for one, two in ((own, other), (other, own)):
        one = Application.objects.get(pk=one.pk)
        assert others_of_applicant(one, crew.mia) == [two]


def test_in_a_blind_call_an_evaluator_is_kept_off_by_the_names_and_numbers_of_both(acme, twin) -> None:
    call = calls.call(teams.team())
    files = [make.application(call, organisation=one) for one in (acme, twin)]
    merge(acme, twin)
    for file, firm in zip(files, (acme, twin), strict=True):
        version = Application.objects.get(pk=file.pk).last_final_id
        (known,) = parties_known([version])[version]
        assert known.label == firm.legal_name
        assert {"ACME SRL", "Acme S.r.l.", "Alice", "Bob"} <= known.names
        assert {acme.registration_number, twin.registration_number} <= known.numbers


def test_rank_46_one_file_of_the_firm_enters_a_draw() -> None:
    made = judging.scene(
        files=2, evaluators=0, evaluators_per_file=0, tie_break=["draw"], budget_cents=40_000_00
    )
    judging.screened(made)
    assert [row.place for row in ranking_of(made.round).rows].count(Place.FUNDED) == 2
    merge(made.files[0].organisation, made.files[1].organisation)
    rows = {row.key: row.place for row in ranking_of(made.reload().round).rows}
    assert rows == {made.files[0].ref: Place.FUNDED, made.files[1].ref: Place.BELOW}


def test_the_people_of_the_firm_carry_its_grants() -> None:
    world = build()
    agreement, alice = world.things["agreement"], world.people["alice"]
    survivor = people.organisation("Rossi again", members=[people.user("Sara")])
    merge(survivor, world.things["firm"])
    sara = Membership.objects.get(organisation=survivor, role="signatory").user
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert Agreement.objects.visible_to(sara).get() == agreement
    assert (can_sign_agreement(sara, agreement), can_sign_agreement(alice, agreement)) == (True, False)
    assert can_report_milestone(alice, world.things["milestone"])
    told = _colleagues(agreement.application.organisation)
    assert {sara, alice, world.people["bob"]} <= set(told)
    assert _colleagues(agreement.application.organisation, signatories=True) == [sara]
    assert writers(agreement.application) == told
    titles = [one.detail for one in grants_queries.next_actions(sara)]
    assert any(agreement.ref in detail for detail in titles)


def test_deleting_an_account_looks_at_both_entries(alice, acme, twin) -> None:
    file = make.application(calls.call(teams.team()), organisation=twin)
    make.application(calls.call(teams.team()), organisation=twin, submitted=False)
    assert not plan.is_running(acme)
    merge(acme, twin)
    assert plan.is_running(acme)
    assert [gap for gap in plan.obstacles(alice) if "You alone sign for ACME SRL" in gap.message]
    Membership.objects.exclude(user=alice).update(ended_at=clock.now())
    assert plan.left_drafts(alice).count() == 1
    assert {one["legal_name"] for one in _organisations(alice)} == {"ACME SRL", "Acme S.r.l."}
    assert file.organisation == twin
