"""Who writes and signs for an organisation: invited, admitted, changed, leaving; it always has somebody who signs."""

import re
from datetime import timedelta

import pytest

from accounts import queries, services
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from core import clock
from core.errors import DomainError, InvalidTransition
from core.models import AuditEvent, OutgoingMessage
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db
MEMBER, SIGNATORY = Membership.Role.MEMBER, Membership.Role.SIGNATORY
NEW = "nina@firm.example"


@pytest.fixture
def alice(now) -> User:
    return people.user("Alice Rossi")


@pytest.fixture
def firm(alice) -> Organisation:
    return people.organisation(members=[alice])


def page_of(organisation: Organisation, rest: str = "") -> str:
    return f"/organisations/{organisation.ref}/people/{rest}"


def belongs(user: User, organisation: Organisation) -> str:
    found = queries.colleagues(organisation).filter(user=user).first()
    return found.role if found else ""


def sent(kind: str) -> list[str]:
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def link() -> str:
    """The link of the newest invitation, from its mail."""
    mail = OutgoingMessage.objects.filter(kind="colleague_invited").latest("pk")
    return re.search(r"/join/[^/\s]+/", mail.text)[0]


# --- inviting ---------------------------------------------------------------------------------------------
def test_invited_colleague_makes_an_account_and_belongs_by_pages_alone(client, alice, firm):
    client.force_login(alice)
    made = client.post(page_of(firm, "invite/"), {"email": NEW.upper(), "role": "member"})
    assert made.headers["Location"] == page_of(firm)
    assert NEW in client.get(page_of(firm)).content.decode()
    client.logout()
    shown = client.get(link()).content.decode()
    assert "Alice Rossi invites you" in shown
    assert f'action="{link()}register/"' in shown and "Make my account and accept" in shown
    typed = {
        "full_name": "Nina Neri",
        "password": "four words and more",
        "password_again": "four words and more",
    }
    joined = client.post(link() + "register/", typed)
    assert joined.headers["Location"] == "/organisations/"
    nina = User.objects.get(email=NEW)
    assert (belongs(nina, firm), nina.emailaddress_set.get().verified) == (MEMBER, True)
    assert client.get(page_of(firm)).status_code == 200
    assert (sent("colleague_invited"), sent("invitation_answered")) == ([NEW], [alice.email])
    assert "You belong to it" in client.get(link()).content.decode()


def test_the_link_is_for_the_invited_address_alone(client, alice, firm):
    services.invite_colleague(firm, email=NEW, role=MEMBER, by=alice)
    bob = people.user("Bob")
    client.force_login(bob)
    answer = client.post(link())
    assert (answer.status_code, belongs(bob, firm)) == (422, "")
    assert f"This invitation is for {NEW}" in answer.content.decode()


def test_inviting_again_renews_the_link(alice, firm):
    services.invite_colleague(firm, email=NEW, role=MEMBER, by=alice)
    old = link()
    services.invite_colleague(firm, email=NEW.upper(), role=SIGNATORY, by=alice)
    (invitation,) = Invitation.objects.all()
    assert (invitation.role, link() != old, invitation.get_absolute_url()) == (SIGNATORY, True, link())


def test_an_old_or_withdrawn_invitation_admits_nobody(client, alice, firm):
    nina = people.user("Nina", email=NEW)
    invitation = services.invite_colleague(firm, email=NEW, role=MEMBER, by=alice)
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        with pytest.raises(DomainError, match="older than 30 days"):
            services.accept_invitation(invitation, by=nina)
        assert client.get(link()).status_code == 410
    services.withdraw_invitation(invitation, by=alice)
    with pytest.raises(InvalidTransition, match="answered already: withdrawn"):
        services.accept_invitation(invitation, by=nina)
    assert belongs(nina, firm) == ""
    assert client.get("/join/unknown/").status_code == 404


def test_a_declined_invitation_is_told_and_over(client, alice, firm):
    services.invite_colleague(firm, email=NEW, role=MEMBER, by=alice)
    assert client.post(link() + "decline/").status_code == 302
    assert Invitation.objects.get().answer == "declined"
    mail = OutgoingMessage.objects.get(kind="invitation_answered")
    assert (mail.to, f"{NEW} does not want to join" in mail.text) == (alice.email, True)
    assert "This invitation is over" in client.get(link()).content.decode()


def test_who_is_there_is_not_invited(client, alice, firm):
    client.force_login(alice)
    answer = client.post(page_of(firm, "invite/"), {"email": alice.email, "role": "member"})
    assert (answer.status_code, "is there already" in answer.content.decode()) == (422, True)
    assert alice.email in answer.content.decode()


def test_an_invitation_makes_more_of_a_member_never_less(alice, firm):
    nina = people.user("Nina", email=NEW)
    Membership.objects.create(user=nina, organisation=firm, role=MEMBER)
    invitation = Invitation.objects.create(
        organisation=firm, email=NEW, role=SIGNATORY, invited_by=alice, token="t"
    )
    services.accept_invitation(invitation, by=nina)
    assert belongs(nina, firm) == SIGNATORY
    other = Invitation.objects.create(organisation=firm, email=NEW, role=MEMBER, invited_by=alice, token="u")
    services.accept_invitation(other, by=nina)
    assert belongs(nina, firm) == SIGNATORY


# --- changing and leaving ---------------------------------------------------------------------------------
def test_there_is_always_somebody_who_signs(client, alice, firm):
    bob = people.user("Bob")
    theirs = Membership.objects.create(user=bob, organisation=firm, role=MEMBER)
    own = queries.colleagues(firm).get(user=alice)
    for verb in (
        lambda: services.end_membership(own, by=alice),
        lambda: services.change_role(own, role=MEMBER, by=alice),
    ):
        with pytest.raises(DomainError, match="is the only one who signs"):
            verb()
    client.force_login(alice)
    refused = client.post(page_of(firm, f"{own.pk}/end/"))
    assert (refused.status_code, "Let somebody else sign first." in refused.content.decode()) == (422, True)
    client.post(page_of(firm, f"{theirs.pk}/role/"), {"role": "signatory"})
    left = client.post(page_of(firm, f"{own.pk}/end/"))
    assert left.headers["Location"] == "/organisations/"
    assert (belongs(alice, firm), belongs(bob, firm)) == ("", SIGNATORY)
    assert client.get(page_of(firm)).status_code == 404
    assert sent("role_changed") == [bob.email]


def test_two_who_leave_at_once_leave_one_to_sign(alice, firm):
    bob = people.user("Bob")
    second = Membership.objects.create(user=bob, organisation=firm, role=SIGNATORY)
    first = queries.colleagues(firm).get(user=alice)
    services.end_membership(first, by=bob)
    with pytest.raises(DomainError, match="is the only one who signs"):
        services.end_membership(second, by=alice)
    with pytest.raises(InvalidTransition, match="is not there any more"):
        services.end_membership(first, by=bob)
    assert sent("membership_ended") == [alice.email]


def test_who_only_writes_changes_nobody_but_may_leave(client, alice, firm):
    bob = people.user("Bob")
    own = Membership.objects.create(user=bob, organisation=firm, role=MEMBER)
    hers = queries.colleagues(firm).get(user=alice)
    client.force_login(bob)
    posts = [
        (f"{own.pk}/role/", {"role": "signatory"}),
        (f"{hers.pk}/end/", {}),
        ("invite/", {"email": NEW, "role": "member"}),
    ]
    assert [client.post(page_of(firm, rest), data).status_code for rest, data in posts] == [403, 403, 403]
    assert (belongs(bob, firm), belongs(alice, firm), Invitation.objects.count()) == (MEMBER, SIGNATORY, 0)
    assert client.post(page_of(firm, f"{own.pk}/end/")).status_code == 302
    assert belongs(bob, firm) == ""


def test_people_of_other_organisations_are_out_of_reach(client, alice, firm):
    bob = people.user("Bob")
    theirs = people.organisation("Bianchi", members=[bob])
    member = queries.colleagues(theirs).get()
    invitation = services.invite_colleague(theirs, email=NEW, role=MEMBER, by=bob)
    asked = services.ask_to_join(theirs, words="x", by=people.user("Carla"))
    client.force_login(alice)
    rests = [f"{member.pk}/end/", f"invitations/{invitation.ref}/withdraw/", f"requests/{asked.ref}/answer/"]
    for organisation in (theirs, firm):
        answers = [
            client.post(page_of(organisation, rest), {"answer": "signatory"}).status_code for rest in rests
        ]
        assert answers == [404, 404, 404]
    assert (belongs(bob, theirs), Invitation.objects.get().answer, JoinRequest.objects.get().answer) == (
        SIGNATORY,
        "",
        "",
    )


# --- asking to be admitted --------------------------------------------------------------------------------
def test_who_enters_a_registered_organisation_asks_to_be_admitted(client, alice, firm):
    carla = people.user("Carla")
    client.force_login(carla)
    typed = {
        "legal_name": "Rossi",
        "country": "IT",
        "registration_number": firm.registration_number,
        "town": "Brescia",
    }
    refused = client.post("/organisations/new/", {**typed, "size": "small", "nace_revision": "2.1"})
    assert f"/organisations/{firm.ref}/join/" in refused.content.decode()
    client.post(f"/organisations/{firm.ref}/join/", {"words": "I lead the workshop."})
    client.post(f"/organisations/{firm.ref}/join/", {"words": "I lead the workshop in Brescia."})
    asked = JoinRequest.objects.get()
    assert (asked.words, sent("join_requested")) == ("I lead the workshop in Brescia.", [alice.email])
    assert [one.title for one in queries.next_actions(alice)] == [f"Answer Carla, who asks to join {firm}"]
    assert (queries.next_actions(carla), belongs(carla, firm)) == ([], "")
    client.force_login(alice)
    assert "Carla asks to be admitted" in client.get(page_of(firm)).content.decode()
    client.post(page_of(firm, f"requests/{asked.ref}/answer/"), {"answer": "member"})
    assert (belongs(carla, firm), sent("join_answered")) == (MEMBER, [carla.email])
    with pytest.raises(InvalidTransition):
        services.answer_join_request(asked, admit=False, role=MEMBER, by=alice)


def test_a_refused_request_admits_nobody(alice, firm):
    carla = people.user("Carla")
    asked = services.ask_to_join(firm, words="x", by=carla)
    services.answer_join_request(asked, admit=False, role=SIGNATORY, by=alice)
    assert belongs(carla, firm) == ""
    assert "did not admit you" in OutgoingMessage.objects.get(kind="join_answered").text


def test_an_administrator_admits_where_those_who_signed_are_gone(client, firm):
    carla, ada = people.user("Carla"), people.user("Ada", is_administrator=True)
    asked = services.ask_to_join(firm, words="Alice has left us.", by=carla)
    client.force_login(ada)
    assert "Alice has left us." in client.get("/organisations/requests/").content.decode()
    done = client.post(page_of(firm, f"requests/{asked.ref}/answer/"), {"answer": "signatory"})
    assert (done.headers["Location"], belongs(carla, firm)) == ("/organisations/requests/", SIGNATORY)
    assert AuditEvent.objects.get(verb="organisation.join_answered").actor == ada


def test_nobody_joins_an_organisation_that_nobody_speaks_for(client):
    client.force_login(people.user("Carla"))
    assert client.get(f"/organisations/{people.organisation().ref}/join/").status_code == 404


def test_who_cannot_sign_in_any_more_is_nobody_to_hand_over_to():
    alice, gone = people.user("Alice"), people.user("Gone", is_active=False)
    firm = people.organisation(members=[alice, gone])
    with pytest.raises(DomainError, match="Let somebody else sign first"):
        services.end_membership(firm.membership_set.get(user=alice), by=alice)
