"""Invitations and their answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core import clock
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Evaluator
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db

PERSON = {
    "name": "Jana Dvořák",
    "email": "Jana@Example.EU",
    "organisation_name": "CVUT",
    "country": "CZ",
}


def invited(made: make.Scene, **fields) -> Evaluator:
    return services.invite_evaluator(made.round, **{**PERSON, **fields}, by=made.team.mia)


def test_invite_evaluator_writes_a_mail_with_a_link_for_this_address() -> None:
    made = make.scene(files=1, evaluators=0)

    evaluator = invited(made)

    assert (evaluator.email, evaluator.state) == ("jana@example.eu", "invited")
    mail = OutgoingMessage.objects.get(kind="evaluator_invited")
    assert mail.to == "jana@example.eu"
    assert f"/evaluation/invitations/{evaluator.token}/" in mail.text
    assert evaluator.token in mail.html


def test_invite_evaluator_gives_each_its_own_token() -> None:
    made = make.scene(files=1, evaluators=0)

    tokens = {invited(made, email=f"e{n}@example.eu").token for n in range(5)}

    assert len(tokens) == 5
    assert all(len(token) >= 20 for token in tokens)


def test_invite_evaluator_refuses_a_second_invitation() -> None:
    made = make.scene(files=1, evaluators=0)
    invited(made)

    with pytest.raises(DomainError) as refused:
        invited(made, email="jana@example.eu")

    assert refused.value.field == "email"


def test_invite_evaluator_again_after_a_no_renews_the_link() -> None:
    made = make.scene(files=1, evaluators=0)
    first = invited(made)
    services.decline_invitation(first, reason="No time")

    again = invited(made, name="Jana D.")

    assert (again.pk, again.state, again.name) == (first.pk, "invited", "Jana D.")
    assert again.token != first.token


def test_rank_51_invite_evaluator_refuses_a_person_of_an_applicant() -> None:
    made = make.scene(files=2, evaluators=0)
    alice = made.files[0].created_by

    with pytest.raises(DomainError, match=made.files[0].ref) as refused:
        invited(made, email=alice.email.upper())

    assert refused.value.field == "email"


def test_invite_evaluator_refuses_who_names_an_applicant_as_employer() -> None:
    made = make.scene(files=1, evaluators=0)

    with pytest.raises(DomainError, match="Rossi Meccanica"):
        invited(made, organisation_name="ROSSI MECCANICA SRL")


@pytest.mark.parametrize("who", ["mia", "luc", "fred", "ann"])
def test_invite_evaluator_refuses_those_who_decide(who) -> None:
    made = make.scene(files=1, evaluators=0)

    with pytest.raises(DomainError, match="runs the project"):
        invited(made, email=getattr(made.team, who).email)


def test_invite_evaluator_takes_a_partner_of_the_consortium() -> None:
    made = make.scene(files=1, evaluators=0)
    pat = people.user("Pat Partner")
    ProjectMember.objects.create(project=made.team.project, user=pat, role="partner")

    assert invited(made, email=pat.email).state == "invited"


def test_invite_evaluator_refuses_after_the_ranking() -> None:
    made = make.ranked(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        invited(made)


def test_accept_invitation_needs_the_invited_person() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)

    with pytest.raises(DomainError, match=r"for jana@example\.eu"):
        services.accept_invitation(evaluator, by=people.user("Charlie Stranger"))

    assert Evaluator.objects.get().state == "invited"


def test_accept_invitation_makes_an_evaluator_and_tells_who_invited() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    jana = people.user("Jana Dvořák", email="jana@example.eu")

    services.accept_invitation(evaluator, by=jana)

    evaluator.refresh_from_db()
    assert (evaluator.state, evaluator.user) == ("accepted", jana)
    assert OutgoingMessage.objects.get(kind="evaluator_answered").to == made.team.mia.email
    with pytest.raises(InvalidTransition):
        services.accept_invitation(evaluator, by=jana)


def test_accept_invitation_refuses_who_works_for_an_applicant_by_now() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    jana = people.user("Jana Dvořák", email="jana@example.eu")
    made.files[0].organisation.membership_set.create(user=jana)

    with pytest.raises(DomainError, match="works for"):
        services.accept_invitation(evaluator, by=jana)


def test_invitation_expires_after_30_days_to_the_millisecond(now) -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    jana = people.user("Jana Dvořák", email="jana@example.eu")
    end = now + timedelta(days=30)

    with clock.stopped_at(end + timedelta(milliseconds=1)):
        with pytest.raises(DomainError, match="older than 30 days"):
            services.accept_invitation(evaluator, by=jana)
        page = Client().get(evaluator.get_absolute_url())
    assert page.status_code == 410
    assert "older than 30 days" in page.content.decode()
    with clock.stopped_at(end):
        assert services.accept_invitation(evaluator, by=jana).state == "accepted"


def test_resend_invitation_kills_the_old_link(now) -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    old = evaluator.get_absolute_url()

    with clock.stopped_at(now + timedelta(days=40)):
        renewed = services.resend_invitation(evaluator, by=made.team.luc)
        assert renewed.is_expired(clock.now()) is False
    assert Client().get(old).status_code == 404
    assert Client().get(renewed.get_absolute_url()).status_code == 200
    assert OutgoingMessage.objects.filter(kind="evaluator_invited").count() == 2


def test_resend_invitation_refuses_an_answered_one() -> None:
    made = make.scene(files=1, evaluators=1)

    with pytest.raises(InvalidTransition):
        services.resend_invitation(made.evaluators[0], by=made.team.mia)


def test_invitation_page_says_in_words_that_a_link_is_unknown() -> None:
    page = Client().get(reverse("evaluation:invitation", args=["no-such-token"]))

    assert page.status_code == 404
    assert "No invitation belongs to this link" in page.content.decode()


def test_invitation_register_makes_the_account_and_accepts_in_one_step() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    client = Client()
    url = reverse("evaluation:invitation_register", args=[evaluator.token])
    typed = {
        "full_name": "Jana Dvořák",
        "password": "three quiet green horses",
        "password_again": "three quiet green horses",
    }

    response = client.post(url, typed)

    assert (response.status_code, response.url) == (302, reverse("evaluation:assignment_list"))
    user = User.objects.get(email="jana@example.eu")
    assert user.emailaddress_set.get().verified
    assert Evaluator.objects.get().user == user
    assert client.get(reverse("evaluation:assignment_list")).status_code == 200


def test_invitation_register_keeps_what_was_typed_when_the_password_is_weak() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    url = reverse("evaluation:invitation_register", args=[evaluator.token])

    page = Client().post(
        url, {"full_name": "Jana Q. Dvořák", "password": "short", "password_again": "shorter"}
    )

    assert page.status_code == 422
    assert "Jana Q. Dvořák" in page.content.decode()
    assert not User.objects.filter(email="jana@example.eu").exists()


def test_invitation_register_does_not_take_over_an_account() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)
    jana = people.user("Jana Dvořák", email="jana@example.eu")
    password = jana.password

    page = Client().post(
        reverse("evaluation:invitation_register", args=[evaluator.token]),
        {
            "full_name": "X",
            "password": "three quiet green horses",
            "password_again": "three quiet green horses",
        },
    )

    assert page.status_code == 422
    assert User.objects.get(pk=jana.pk).password == password


def test_invitation_accept_needs_sign_in() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)

    Client().post(evaluator.get_absolute_url())

    assert Evaluator.objects.get().state == "invited"


def test_invitation_accept_by_a_signed_in_stranger_changes_nothing() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)

    page = sign_in(people.user("Charlie Stranger")).post(evaluator.get_absolute_url())

    assert page.status_code == 422
    assert "signed in as" in page.content.decode()
    assert Evaluator.objects.get().state == "invited"


def test_invitation_decline_works_without_an_account() -> None:
    made = make.scene(files=1, evaluators=0)
    evaluator = invited(made)

    Client().post(reverse("evaluation:invitation_decline", args=[evaluator.token]), {"reason": "On leave"})

    assert Evaluator.objects.get().state == "declined"
    assert "On leave" in OutgoingMessage.objects.get(kind="evaluator_answered").text


def test_invite_page_keeps_what_was_typed() -> None:
    made = make.scene(files=1, evaluators=0)
    url = reverse("evaluation:evaluator_list", args=[made.call.slug])

    page = sign_in(made.team.mia).post(
        url,
        {
            "name": "Jana Dvořák",
            "email": made.files[0].created_by.email,
            "organisation_name": "CVUT",
            "country": "CZ",
        },
    )

    assert page.status_code == 422
    assert "Jana Dvořák" in page.content.decode()
    assert "cannot judge" in page.content.decode()


def test_invite_page_sends_the_invitation() -> None:
    made = make.scene(files=1, evaluators=0)
    url = reverse("evaluation:evaluator_list", args=[made.call.slug])

    response = sign_in(made.team.mia).post(url, {**PERSON})

    assert response.status_code == 302
    assert Evaluator.objects.get().country == "CZ"
