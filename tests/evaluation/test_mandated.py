"""Who writes or wrote for an applicant under a mandate does not judge it (A7, rank-51)."""

from datetime import timedelta

import pytest

from accounts.models import Membership, Organisation, User
from applicants import services as applying
from applicants.models import Mandate
from core import clock
from core.errors import DomainError, Incomplete
from evaluation import services
from evaluation.queries import proposal_for
from tests.accounts import factories as people
from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db


def mandate(organisation: Organisation, to: User, *, firm: Organisation | None = None) -> Mandate:
    signatory = Membership.objects.get(organisation=organisation).user
    today = clock.now().date()
    given = applying.give_mandate(
        organisation,
        email=to.email,
        first_on=today,
        last_on=today + timedelta(days=30),
        to_firm=firm is not None,
        by=signatory,
    )
    return applying.accept_mandate(given, by=to, firm=firm)


def test_who_wrote_for_an_applicant_is_not_assigned_to_its_file_even_after_the_end() -> None:
    made = make.screened(make.scene(files=2, evaluators=2))
    eva, ed = made.evaluators
    held = mandate(made.files[0].organisation, eva.user)
    wanted = {made.files[0].ref: [eva.pk, ed.pk], made.files[1].ref: [eva.pk, ed.pk]}
    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)
    assert [eva.name in gap.message for gap in refused.value.gaps] == [True]
    applying.end_mandate(held, by=eva.user)
    with pytest.raises(Incomplete):
        services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)
    assert (made.files[0].ref, eva.pk) not in proposal_for(made.round).pairs
    assert (made.files[1].ref, eva.pk) in proposal_for(made.round).pairs


def test_people_of_a_consulting_organisation_are_not_assigned_either() -> None:
    made = make.screened(make.scene(files=1, evaluators=2))
    eva = made.evaluators[0]
    head = people.user("Connie Sultan")
    firm = people.organisation("Advice S.p.A.", members=[head])
    member = Membership.objects.create(user=eva.user, organisation=firm, role="member")
    mandate(made.files[0].organisation, head, firm=firm)
    assert (made.files[0].ref, eva.pk) not in proposal_for(made.round).pairs
    member.ended_at = clock.now()
    member.save()
    assert (made.files[0].ref, eva.pk) not in proposal_for(made.round).pairs


def test_who_writes_for_an_applicant_is_not_invited_and_who_only_declined_is() -> None:
    made = make.screened(make.scene(files=1, evaluators=1))
    connie, dora = people.user("Connie Sultan"), people.user("Dora Decline")
    mandate(made.files[0].organisation, connie)
    signatory = Membership.objects.get(organisation=made.files[0].organisation).user
    today = clock.now().date()
    given = applying.give_mandate(
        made.files[0].organisation,
        email=dora.email,
        first_on=today,
        last_on=today + timedelta(days=1),
        by=signatory,
    )
    applying.decline_mandate(given, by=dora)
    with pytest.raises(DomainError, match="cannot judge it"):
        services.invite_evaluator(made.round, name="Connie Sultan", email=connie.email, by=made.team.mia)
    invited = services.invite_evaluator(made.round, name="Dora Decline", email=dora.email, by=made.team.mia)
    assert invited.email == dora.email


def test_a_mandate_that_comes_after_the_file_stops_the_declaration_and_the_scores() -> None:
    made = make.scoring(make.scene(files=1, evaluators=2))
    first, second = made.round.assignments.order_by("pk")
    services.declare_absence(first, by=first.evaluator.user)
    held = mandate(made.files[0].organisation, first.evaluator.user)
    with pytest.raises(DomainError, match="under a mandate, so you cannot judge it"):
        make.give(first, *["4"] * made.round.call.criteria.count())
    applying.end_mandate(held, by=first.evaluator.user)
    with pytest.raises(DomainError, match="under a mandate"):
        make.give(first, *["4"] * made.round.call.criteria.count())
    first.refresh_from_db()
    assert first.state == "accepted" and first.submitted_at is None
    mandate(made.files[0].organisation, second.evaluator.user)
    with pytest.raises(DomainError, match="under a mandate"):
        services.declare_absence(second, by=second.evaluator.user)
    services.declare_conflict(second, details="I write for them.", by=second.evaluator.user)
    second.refresh_from_db()
    assert second.state == "declined"
