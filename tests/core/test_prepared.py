"""Queries whose SQL is made once: the same rows as the plain query, and nothing that holds at one moment only."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organisation, User
from core import clock
from core.models import OutgoingMessage
from core.prepared import Prepared, columns_of, made_of, put_together, stand_ins
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db


def own(user: int, role: str = "member"):
    return Membership.objects.filter(user_id=user, role=role, ended_at__isnull=True).values_list(
        "organisation", flat=True
    )


def test_rows_are_those_of_the_plain_query_for_each_value():
    alice, bob = people.user("Alice"), people.user("Bob")
    firm = people.organisation(members=[alice])
    people.organisation(members=[bob])
    role = Membership.objects.get(organisation=firm).role
    prepared = Prepared(own, user=int, role=str)
    for person in (alice, bob, alice):
        assert prepared.rows(user=person.pk, role=role) == [(pk,) for pk in own(person.pk, role)]
    assert prepared.rows(user=alice.pk, role="nobody") == []


def test_a_second_time_only_the_values_are_new():
    prepared = Prepared(own, user=int, role=str)
    prepared.rows(user=1, role="a")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        prepared.rows(user=2, role="b' OR true --")
    assert len(seen) == 1
    assert prepared.rows(user=2, role="b' OR true --") == []


def test_what_is_true_at_one_moment_only_is_refused():
    def early(user: int):
        return Membership.objects.filter(user_id=user, started_at__lt=clock.now()).values_list("pk")

    def counted(user: int, seen: list[int] = []):  # noqa: B006 -- what a mistake looks like
        seen.append(1)
        return Membership.objects.filter(user_id=user, pk__lt=len(seen)).values_list("pk")

    def changing(user: int):
        found = Membership.objects.filter(user_id=user)
        return (found if user == stand_ins(int, 0)[0] else found.filter(ended_at=None)).values_list("pk")

    for build in (early, counted, changing):
        with pytest.raises(ImproperlyConfigured):
            Prepared(build, user=int).rows(user=1)


def test_two_values_of_one_kind_are_told_apart():
    alice, bob = people.user("Alice"), people.user("Bob")
    firm, other = people.organisation(members=[alice]), people.organisation(members=[bob])

    def members(organisation: int, user: int):
        return Membership.objects.filter(user_id=user, organisation_id=organisation).values_list("user")

    prepared = Prepared(members, user=int, organisation=int)
    assert prepared.rows(user=alice.pk, organisation=firm.pk) == [(alice.pk,)]
    assert prepared.rows(user=alice.pk, organisation=other.pk) == []
    assert prepared.rows(organisation=other.pk, user=bob.pk) == [(bob.pk,)]


def test_what_is_not_looked_at_is_refused():
    with pytest.raises(ImproperlyConfigured, match="does not look at everything"):
        Prepared(lambda user, ref: own(user), user=int, ref=str).rows(user=1, ref="x")


def test_other_values_than_were_named_are_refused():
    with pytest.raises(TypeError):
        Prepared(own, user=int, role=str).rows(user=1)


def test_a_fixed_value_stays():
    told = Prepared(lambda user: User.objects.filter(pk=user).values_list(Value("here")), user=int)
    alice = people.user("Alice")
    assert told.rows(user=alice.pk) == [("here",)]


def test_made_of_reads_the_rest_when_it_is_asked_for(django_assert_num_queries):
    alice = people.user("Alice")
    again = made_of(User, email="other@alice.example", id=alice.pk)
    with django_assert_num_queries(0):
        assert (again.pk, again.email, again._state.adding) == (alice.pk, "other@alice.example", False)
    with django_assert_num_queries(1):
        assert again.full_name == "Alice"


def test_made_of_takes_columns_only():
    with pytest.raises(TypeError, match="not all of the columns"):
        made_of(User, id=1, nickname="Al")


def columns_of_membership(user: int):
    return Membership.objects.filter(user_id=user).values_list(*COLUMNS)


COLUMNS = ("pk", "role", "organisation__pk", "organisation__country", "organisation__legal_name", "user")


def test_objects_are_put_together_as_the_plain_query_reads_them(django_assert_num_queries):
    alice = people.user("Alice")
    firm = people.organisation(members=[alice])
    (row,) = Prepared(columns_of_membership, user=int).rows(user=alice.pk)
    with django_assert_num_queries(0):
        found = put_together(Membership, COLUMNS, row)
        assert (found.organisation_id, found.user_id, found.organisation.legal_name) == (
            firm.pk,
            alice.pk,
            firm.legal_name,
        )
        assert found.organisation.country == firm.country
    assert found == Membership.objects.get(user=alice)


def test_all_columns_with_those_of_what_a_key_refers_to():
    columns = columns_of(
        Membership, leave=["ended_at"], organisation=columns_of(Organisation, leave=["website"])
    )
    alice = people.user("Alice")
    people.organisation(members=[alice])
    (row,) = Membership.objects.filter(user=alice).values_list(*columns)
    found, plain = put_together(Membership, columns, row), Membership.objects.get(user=alice)
    for name in ("id", "role", "user_id", "organisation_id", "started_at"):
        assert found.__dict__[name] == getattr(plain, name)
    assert found.organisation.__dict__["legal_name"] == plain.organisation.legal_name
    assert "ended_at" not in found.__dict__ and "website" not in found.organisation.__dict__


def test_values_are_converted_as_the_model_says():
    """JSON comes as objects, not as text."""
    event = OutgoingMessage.objects.create(
        to="a@example.eu", subject="s", text="t", kind="k", message_id="<1@x>"
    )
    rows = Prepared(
        lambda message: OutgoingMessage.objects.filter(pk=message).values_list("pk", "headers"), message=int
    )
    assert rows.rows(message=event.pk) == list(
        OutgoingMessage.objects.filter(pk=event.pk).values_list("pk", "headers")
    )


@pytest.mark.django_db(transaction=True)
def test_what_is_locked_stays_locked_to_the_end():
    alice = people.user("Alice")
    locking = Prepared(lambda user: User.objects.filter(pk=user).values_list("pk"), locks=User, user=int)
    with transaction.atomic():
        assert locking.rows(user=alice.pk) == [(alice.pk,)]
        with ThreadPoolExecutor(1) as other:
            assert other.submit(is_locked, alice.pk).result(20)
    assert not is_locked(alice.pk)


def is_locked(pk: int) -> bool:
    try:
        with transaction.atomic():
            return User.objects.select_for_update(skip_locked=True).filter(pk=pk).first() is None
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()
