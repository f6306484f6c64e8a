"""Account pages: own profile, own organisations, a way back that leads nowhere else."""

import pytest

from accounts import queries
from accounts.models import Organisation
from core import clock
from core.models import OutgoingMessage
from core.outbox import store_message
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db
DATA = {
    "legal_name": "Rossi Meccanica S.r.l.",
    "country": "IT",
    "registration_number": "BS-1",
    "vat": "IT00743110157",
    "town": "Brescia",
    "size": "small",
}


@pytest.fixture
def alice(client):
    person = people.user("Alice Bianchi")
    client.force_login(person)
    return person


def text(response):
    return response.content.decode()


def test_profile_is_changed(client, alice):
    assert "Alice Bianchi" in text(client.get("/me/"))
    client.post("/me/", {"full_name": "Alice B.", "language": "it", "zone": "Europe/Rome"})
    alice.refresh_from_db()
    assert (alice.full_name, alice.language, alice.zone) == ("Alice B.", "it", "Europe/Rome")


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"zone": "Mars/Base"}, {"full_name": ""}])
def test_profile_with_a_wrong_value_is_refused_and_kept(client, alice, wrong):
    data = {"full_name": "Alice B.", "language": "it", "zone": "Europe/Rome", **wrong}
    assert client.post("/me/", data).status_code == 422
    alice.refresh_from_db()
    assert (alice.full_name, alice.language) == ("Alice Bianchi", "en")


def test_organisation_is_entered_and_leads_back(client, alice):
    assert "No organisation yet" in text(client.get("/organisations/"))
    response = client.post("/organisations/new/", {**DATA, "next": "/calls/x/apply/"})
    assert (response.status_code, response.url) == (302, "/calls/x/apply/")
    assert "Rossi Meccanica" in text(client.get("/organisations/"))


@pytest.mark.parametrize(
    "foreign", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_never_leaves_the_product(client, alice, foreign):
    page = text(client.get("/organisations/new/", {"next": foreign}))
    assert f'value="{foreign}' not in page and f'href="{foreign}' not in page
    response = client.post("/organisations/new/", {**DATA, "next": foreign})
    assert response.url == "/organisations/"


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"vat": "IT00743110158"}, "is not a valid VAT number"),
        ({"country": "XX"}, "Select a valid choice"),
        ({"town": ""}, "This field is required"),
        ({"founded_on": "soon"}, "Enter a valid date"),
        ({"size": "huge"}, "Select a valid choice"),
    ],
)
def test_organisation_with_a_wrong_value_is_told_and_kept(client, alice, wrong, sentence):
    response = client.post("/organisations/new/", {**DATA, **wrong})
    assert (response.status_code, Organisation.objects.count()) == (422, 0)
    assert sentence in text(response) and "Rossi Meccanica S.r.l." in text(response)


def test_organisation_that_is_registered_says_so_beside_its_number(client, alice):
    people.organisation("Rossi", members=[people.user("Bob")], registration_number="BS-1")
    response = client.post("/organisations/new/", DATA)
    assert response.status_code == 422 and "Ask to be admitted" in text(response)


def test_organisation_that_others_named_as_partner_is_claimed(client, alice):
    named = people.organisation("Rossi", registration_number="bs-1", vat="IT00743110157")
    assert client.post("/organisations/new/", DATA).status_code == 302
    named.refresh_from_db()
    assert (named.legal_name, Organisation.objects.visible_to(alice).get()) == (
        "Rossi Meccanica S.r.l.",
        named,
    )


def test_organisation_is_corrected_by_its_people_only(client, alice):
    own, foreign = people.organisation(members=[alice]), people.organisation("Foreign")
    response = client.post(f"/organisations/{own.ref}/", {**DATA, "legal_name": "Rossi S.p.A."})
    assert response.status_code == 302
    wrong = client.post(f"/organisations/{own.ref}/", {**DATA, "legal_name": ""})
    assert wrong.status_code == 422 and "Rossi S.p.A." in text(wrong)
    assert client.get(f"/organisations/{foreign.ref}/").status_code == 404
    assert client.post(f"/organisations/{foreign.ref}/", DATA).status_code == 404


def test_organisation_keeps_its_identifiers_in_one_form(client, alice):
    more = {"euid": "itri.bs1", "pic": "999 999 999", "nuts": "itc4", "nace": "6201", "nace_revision": "2.0"}
    client.post("/organisations/new/", {**DATA, **more})
    own = Organisation.objects.get()
    assert (own.euid, own.pic, own.nuts, own.nace, own.nace_revision) == (
        "ITRI.BS1",
        "999999999",
        "ITC4",
        "62.01",
        "2.0",
    )


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"pic": "12345678"}, "A PIC has 9 digits"),
        ({"euid": "123"}, "is not an EUID"),
        ({"nuts": "FRL04"}, "is not a NUTS code of the country"),
        ({"nace": "62.01", "nace_revision": "2.1"}, "does not exist in NACE Rev. 2.1"),
    ],
)
def test_identifier_that_cannot_be_right_is_told_beside_it(client, alice, wrong, sentence):
    response = client.post("/organisations/new/", {**DATA, **wrong})
    assert (response.status_code, Organisation.objects.count()) == (422, 0)
    assert sentence in text(response)


def test_numbers_of_another_country_are_pointed_out_and_kept(client, alice):
    response = client.post("/organisations/new/", {**DATA, "country": "SE"}, follow=True)
    assert "The VAT number begins with IT, but the organisation is established in SE." in text(response)
    assert Organisation.objects.get().vat == DATA["vat"]


def came_back(person, subject="Your receipt"):
    mail = store_message("test", to=person, email="", subject=subject, text="Hello")
    OutgoingMessage.objects.update(refused_at=clock.now(), last_error="550 no such user")
    return mail


def test_a_person_reads_that_mail_came_back_and_has_it_sent_again(client, alice):
    mail = came_back(alice)
    page = text(client.get("/me/"))
    assert (f"Mail to {alice.email} came back" in page, "550 no such user" in page) == (True, True)
    client.post(f"/me/mail/{mail.pk}/again/")
    mail.refresh_from_db()
    assert mail.refused_at is None
    assert "came back" not in text(client.get("/me/"))
    assert "on its way already" in text(client.post(f"/me/mail/{mail.pk}/again/", follow=True))


def test_mail_of_somebody_else_is_not_there(client, alice):
    mail = came_back(people.user("Bob"))
    assert client.post(f"/me/mail/{mail.pk}/again/").status_code == 404
    assert "came back" not in text(client.get("/me/"))


def test_unreachable_are_those_of_the_organisation_whose_address_of_today_refuses(alice, now):
    bob, gone = people.user("Bob"), people.user("Gone")
    firm = people.organisation(members=[alice, bob, gone])
    firm.membership_set.filter(user=gone).update(ended_at=now)
    for person in (alice, gone, people.user("Stranger")):
        came_back(person)
    assert [(one, one.came_back) for one in queries.unreachable(firm.pk)] == [(alice, now)]
    alice.email = "alice@new.example"
    alice.save()
    assert list(queries.unreachable(firm.pk)) == []
