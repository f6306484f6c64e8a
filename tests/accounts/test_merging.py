"""Two entries of one firm become one, by two persons; what cannot be one firm stays two (cap-28)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts import queries, services
from accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationLink,
    OrganisationMerge,
    OwnershipStatement,
    User,
)
from accounts.notifications import signatories
from accounts.permissions import may_sign_for
from core import clock
from core.audit import history
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db

BOTH: dict[str, Any] = {"size": "small", "town": "Milano", "legal_name": "Acme Srl"}


def propose(survivor: Organisation, duplicate: Organisation, by: User) -> OrganisationMerge:
    with transaction.atomic():
        return services.record_merge_proposal(survivor, duplicate, reason="One number.", by=by)


def confirm(merge: OrganisationMerge, by: User) -> Organisation:
    with transaction.atomic():
        return services.record_merge(merge, by=by, data={})


def merge(survivor: Organisation, duplicate: Organisation) -> None:
    """By Mia and Luc; both are read again."""
    confirm(propose(survivor, duplicate, people.user("Mia")), people.user("Luc"))
    survivor.refresh_from_db()
    duplicate.refresh_from_db()


def roles(organisation: Organisation) -> dict[str, str]:
    return {one.user.full_name: one.role for one in queries.colleagues(organisation)}


@pytest.fixture
def acme() -> Organisation:
    return people.organisation("ACME SRL", members=[people.user("Alice")], registration_number="MI-2034567")


@pytest.fixture
def twin() -> Organisation:
    return people.organisation(
        "Acme S.r.l.",
        members=[people.user("Bob")],
        registration_number="MI 2034567",
        vat="IT00743110157",
        vat_asked="IT00743110157",
        vat_found=True,
    )


def test_cap_28_one_firm_entered_twice_is_one_third_party(acme: Organisation, twin: Organisation) -> None:
    merge(acme, twin)
    assert (twin.merged_into, twin.vat, twin.legal_name) == (acme, "IT00743110157", "Acme S.r.l.")
    assert (acme.merged_into, acme.vat) == (None, "IT00743110157")
    assert queries.entries_of([acme.pk, twin.pk]) == dict.fromkeys(
        (acme.pk, twin.pk), frozenset({acme.pk, twin.pk})
    )
    for data in ({"country": "IT", "registration_number": "mi 2034567"}, {"vat": "IT00743110157"}):
        assert services.find_organisation(data) == acme
    with transaction.atomic():
        known = services.find_or_create_organisation(
            by=None, country="IT", registration_number="MI 2034567", **BOTH
        )
    assert known == acme


def test_both_persons_and_the_numbers_are_on_record(acme: Organisation, twin: Organisation) -> None:
    merge(acme, twin)
    told = history(acme).get(verb="organisation.merged")
    assert told.data["from"] == twin.ref
    assert told.data["numbers"] == {"vat": "IT00743110157"}
    assert told.data["reason"] == "One number."
    assert told.actor.full_name == "Luc"
    verbs = list(history(twin).values_list("verb", flat=True))
    assert verbs == ["organisation.merge_proposed", "organisation.merged_into"]


def test_people_write_for_the_firm_and_sign_only_where_nobody_else_does(
    acme: Organisation, twin: Organisation
) -> None:
    alice, bob = (Membership.objects.get(organisation=one).user for one in (acme, twin))
    both = people.user("Carla")
    Membership.objects.create(user=both, organisation=acme, role="member")
    Membership.objects.create(user=both, organisation=twin)
    merge(acme, twin)
    assert roles(acme) == {"Alice": "signatory", "Bob": "member", "Carla": "member"}
    assert roles(twin) == {}
    assert set(Organisation.objects.visible_to(bob)) == {acme}
    assert set(queries.own_organisations(bob).values_list("organisation", flat=True)) == {acme.pk, twin.pk}
    assert (may_sign_for(bob, twin), may_sign_for(alice, twin)) == (False, True)
    assert [one.full_name for one in signatories(twin)] == ["Alice"]
    assert list(queries.signed_for(bob)) == []


def test_who_signed_for_the_duplicate_signs_where_nobody_did(twin: Organisation) -> None:
    named = people.organisation("Named as a partner")
    writer = Membership.objects.get(organisation=twin).user
    Membership.objects.create(user=writer, organisation=named, role="member")
    merge(named, twin)
    assert roles(named) == {"Bob": "signatory"}


def test_all_are_told_by_letter(acme: Organisation, twin: Organisation) -> None:
    merge(acme, twin)
    mails = OutgoingMessage.objects.filter(kind="organisations_merged").order_by("pk")
    assert [one.recipient.full_name for one in mails] == ["Alice", "Bob"]
    text = " ".join(mails[1].text.split())
    assert "as ACME SRL (MI-2034567) and as Acme S.r.l. (MI 2034567)" in text
    assert "this part from now on: writes" in text


def test_invitations_and_requests_go_along(acme: Organisation, twin: Organisation) -> None:
    bob = Membership.objects.get(organisation=twin).user
    services.invite_colleague(twin, email="new@acme.example", role="signatory", by=bob)
    services.invite_colleague(twin, email="twice@acme.example", role="member", by=bob)
    services.invite_colleague(acme, email="twice@acme.example", role="signatory", by=bob)
    dora, emil = people.user("Dora"), people.user("Emil")
    alice = Membership.objects.get(organisation=acme).user
    for person in (dora, emil, alice):
        services.ask_to_join(twin, words="I work there.", by=person)
    services.ask_to_join(acme, words="I work here.", by=emil)
    merge(acme, twin)
    waiting = Invitation.objects.filter(answer="").order_by("email")
    assert [(one.organisation, one.email, one.role) for one in waiting] == [
        (acme, "new@acme.example", "member"),
        (acme, "twice@acme.example", "signatory"),
    ]
    asked = JoinRequest.objects.order_by("pk").values_list("user", "organisation", "answer")
    assert list(asked) == [
        (dora.pk, acme.pk, ""),
        (emil.pk, twin.pk, "refused"),
        (alice.pk, twin.pk, "admitted"),
        (emil.pk, acme.pk, ""),
    ]


def test_aliases_stay_flat(acme: Organisation, twin: Organisation) -> None:
    third, last = people.organisation("Third"), people.organisation("Last")
    merge(acme, twin)
    into_a_merged_one = propose(acme, third, people.user("Mia"))
    merge(last, acme)
    confirm(into_a_merged_one, people.user("Luc"))
    assert set(last.aliases.all()) == {acme, twin, third}
    assert queries.entries_of([twin.pk])[twin.pk] == {acme.pk, twin.pk, third.pk, last.pk}


REFUSED: list[tuple[str, Callable[[Organisation, Organisation], Any]]] = [
    ("two countries", lambda one, two: Organisation.objects.filter(pk=two.pk).update(country="FR")),
    ("natural person", lambda one, two: Organisation.objects.filter(pk=two.pk).update(size="person")),
    (
        "two firms",
        lambda one, two: Organisation.objects.filter(pk=one.pk).update(
            vat="IT01114601006", vat_asked="IT01114601006", vat_found=True
        ),
    ),
    ("group of firms", lambda one, two: state_link(one, two)),
    ("group of firms", lambda one, two: state_link(two, one)),
]


def state_link(one: Organisation, *others: Organisation) -> None:
    made = OwnershipStatement.objects.create(organisation=one, sheet={}, result={}, made_by=people.user())
    for other in others:
        OrganisationLink.objects.create(statement=made, organisation=one, other=other)


@pytest.mark.parametrize(("words", "change"), REFUSED)
def test_what_cannot_be_one_firm_is_refused_at_the_proposal_and_at_the_yes(
    words: str, change: Callable[..., Any], acme: Organisation, twin: Organisation
) -> None:
    mia, luc = people.user("Mia"), people.user("Luc")
    made = propose(acme, twin, mia)
    change(acme, twin)
    with pytest.raises(DomainError, match=words):
        confirm(made, luc)
    services.refuse_merge(made, by=mia)
    with pytest.raises(DomainError, match=words):
        propose(acme, twin, mia)
    assert Organisation.objects.filter(merged_into__isnull=False).count() == 0


def test_vat_numbers_that_differ_stop_only_if_vies_knows_both(acme: Organisation, twin: Organisation) -> None:
    Organisation.objects.filter(pk=acme.pk).update(vat="IT01114601006", vat_asked="IT01114601006")
    merge(acme, twin)
    assert acme.vat == "IT01114601006"


def test_it_takes_two_persons_and_one_answer(acme: Organisation, twin: Organisation) -> None:
    mia, luc = people.user("Mia"), people.user("Luc")
    made = propose(acme, twin, mia)
    with pytest.raises(FourEyesRequired):
        confirm(made, mia)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationMerge.objects.filter(pk=made.pk).update(answer="confirmed", answered_by=mia)
    for again in ((acme, twin), (twin, acme)):
        with pytest.raises(DomainError, match="proposed already"):
            propose(*again, luc)
    with pytest.raises(DomainError, match="into another organisation"):
        propose(people.organisation("Third"), twin, luc)
    with pytest.raises(DomainError, match="why they are not"):
        services.refuse_merge(made, by=luc)
    assert services.refuse_merge(made, by=luc, note="Two registers.").answer == "refused"
    with pytest.raises(InvalidTransition, match="answered already"):
        confirm(made, luc)
    taken = services.refuse_merge(propose(acme, twin, mia), by=mia)
    assert taken.answer == "taken_back"
    merge(acme, twin)
    with pytest.raises(InvalidTransition, match="was merged into ACME SRL already"):
        propose(people.organisation("Fourth"), twin, mia)
    for pair in ((acme, acme), (twin, acme)):
        with pytest.raises(DomainError, match="one entry"):
            propose(*pair, mia)


def test_a_proposal_has_a_reason(acme: Organisation, twin: Organisation) -> None:
    with pytest.raises(DomainError, match="Say why") as refused, transaction.atomic():
        services.record_merge_proposal(acme, twin, reason=" ", by=people.user("Mia"))
    assert refused.value.field == "reason"


def test_a_number_of_the_duplicate_leads_to_the_survivor_which_keeps_its_own(twin: Organisation) -> None:
    named = people.organisation("Named", registration_number="MI-2034567", pic="999999999")
    Membership.objects.all().update(ended_at=clock.now())
    merge(named, twin)
    dora = people.user("Dora")
    made = services.register_organisation(
        by=dora, country="IT", registration_number="MI 2034567", vat="", pic="888888888", euid="EU1", **BOTH
    )
    assert made == named
    assert (made.registration_number, made.vat, made.pic) == ("MI-2034567", "IT00743110157", "999999999")
    assert (made.legal_name, made.euid) == ("Acme Srl", "EU1")
    with pytest.raises(services.AlreadyRegistered) as refused:
        services.register_organisation(
            by=people.user("Emil"), country="IT", registration_number="MI 2034567", **BOTH
        )
    assert refused.value.organisation == named


def test_numbers_of_a_merged_entry_are_free_for_its_firm_alone(
    acme: Organisation, twin: Organisation
) -> None:
    alice = Membership.objects.get(organisation=acme).user
    merge(acme, twin)
    services.change_organisation(acme, by=alice, vat="IT01114601006")
    stranger = people.organisation("Stranger")
    for data, field in (
        ({"registration_number": "MI 2034567"}, "registration_number"),
        ({"vat": "IT00743110157"}, "vat"),
    ):
        with pytest.raises(DomainError, match="already has this number") as refused:
            services.change_organisation(stranger, by=alice, **data)
        assert refused.value.field == field
    services.change_organisation(acme, by=alice, registration_number="MI 2034567", vat="IT00743110157")


def test_vies_is_not_asked_for_a_merged_entry(acme: Organisation, twin: Organisation) -> None:
    merge(acme, twin)
    assert list(queries.vat_to_check()) == [acme]


def test_links_go_over_merged_entries_and_the_newest_statement_of_the_firm_counts(
    acme: Organisation, twin: Organisation
) -> None:
    parent, sister = people.organisation("Parent"), people.organisation("Sister")
    state_link(parent, acme)
    state_link(twin, sister)
    alone = frozenset({acme.pk, parent.pk})
    assert queries.linked_groups([acme.pk]) == {acme.pk: alone}
    merge(acme, twin)
    group = alone | {twin.pk, sister.pk}
    assert queries.linked_groups([parent.pk, twin.pk]) == {parent.pk: group, twin.pk: group}
    state_link(acme)
    assert queries.linked_groups([sister.pk, parent.pk]) == {
        sister.pk: frozenset({sister.pk}),
        parent.pk: frozenset({acme.pk, twin.pk, parent.pk}),
    }


def test_mail_that_came_back_is_seen_at_both_entries(acme: Organisation, twin: Organisation) -> None:
    bob = Membership.objects.get(organisation=twin).user
    merge(acme, twin)
    OutgoingMessage.objects.filter(recipient=bob).update(refused_at=clock.now() - timedelta(days=1))
    assert list(queries.unreachable(twin.pk)) == list(queries.unreachable(acme.pk)) == [bob]
