"""Organisations are entered once, recognised by their numbers, and spoken for by their own people."""

import pytest

from accounts import services
from accounts.models import Membership, Organisation
from accounts.permissions import may_sign_for
from core.audit import history
from core.errors import DomainError
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db
DATA = {
    "legal_name": "Rossi Meccanica S.r.l.",
    "country": "IT",
    "registration_number": "BS-1",
    "vat": "",
    "town": "Brescia",
    "size": "small",
}


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def test_register_organisation_makes_its_signatory(alice):
    made = services.register_organisation(by=alice, **DATA)
    assert (may_sign_for(alice, made), made.created_by) == (True, alice)
    assert [event.verb for event in history(made)] == ["organisation.registered"]


@pytest.mark.parametrize(
    "known, field",
    [
        ({"registration_number": "bs-1"}, "registration_number"),
        ({"registration_number": "X", "vat": "IT1"}, "vat"),
    ],
)
def test_register_organisation_that_is_registered_is_refused_at_its_number(alice, known, field):
    services.register_organisation(by=people.user("Bob"), **{**DATA, **known})
    with pytest.raises(DomainError, match="is already registered") as caught:
        services.register_organisation(by=alice, **{**DATA, "vat": known.get("vat", "")})
    assert (caught.value.field, Organisation.objects.count()) == (field, 1)


def test_register_organisation_claims_one_that_others_named(alice):
    named = services.find_or_create_organisation(by=people.user("Bob"), **{**DATA, "legal_name": "Rossi"})
    claimed = services.register_organisation(by=alice, **DATA)
    assert (claimed, claimed.legal_name) == (named, "Rossi Meccanica S.r.l.")


def test_change_organisation_keeps_what_was_before_in_the_trail(alice):
    made = services.register_organisation(by=alice, **DATA)
    services.change_organisation(made, by=alice, **{**DATA, "town": "Bergamo"})
    assert history(made).last().data == {"town": ["Brescia", "Bergamo"]}


def test_change_organisation_to_a_foreign_number_is_refused(alice):
    services.register_organisation(by=people.user("Bob"), **{**DATA, "registration_number": "BS-2"})
    made = services.register_organisation(by=alice, **DATA)
    with pytest.raises(DomainError) as caught:
        services.change_organisation(made, by=alice, **{**DATA, "registration_number": "BS-2"})
    assert caught.value.field == "registration_number"


@pytest.mark.parametrize(
    "role, ended, signs", [("signatory", False, True), ("member", False, False), ("signatory", True, False)]
)
def test_who_signs(alice, now, role, ended, signs):
    organisation = people.organisation()
    Membership.objects.create(
        user=alice, organisation=organisation, role=role, ended_at=now if ended else None
    )
    assert may_sign_for(alice, organisation) == signs
    assert Organisation.objects.visible_to(alice).exists() == (not ended)


@pytest.mark.parametrize("number", [{"vat": "IT00743110157"}, {"pic": "999999999"}, {"euid": "ITRI.BS1"}])
def test_cap_28_one_third_party_is_recognised_by_any_number_whatever_its_name(number):
    first = services.find_or_create_organisation(by=None, **{**DATA, "legal_name": "ACME SRL", **number})
    again = services.find_or_create_organisation(
        by=None, **{**DATA, "legal_name": "Acme S.r.l.", "registration_number": "another", **number}
    )
    assert (again, Organisation.objects.count()) == (first, 1)


def test_organisations_without_a_registration_number_are_not_one():
    data = {**DATA, "registration_number": "", "vat": ""}
    services.find_or_create_organisation(by=None, **data)
    with pytest.raises(DomainError):
        services.find_or_create_organisation(by=None, **data)


@pytest.mark.parametrize("field", ["pic", "euid"])
def test_number_of_another_organisation_is_refused_at_its_field(alice, field):
    people.organisation("Other", **{field: "ITRI.9999"[:9]})
    made = services.register_organisation(by=alice, **DATA)
    with pytest.raises(DomainError) as caught:
        services.change_organisation(made, by=alice, **{field: "ITRI.9999"[:9]})
    assert caught.value.field == field
