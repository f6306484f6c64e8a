"""Starting, writing, changing and throwing away drafts."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from applicants import services
from applicants.models import Application, SectionAnswers, Version
from core import clock
from core.audit import history
from core.errors import Conflict, DeadlinePassed, DomainError, InvalidTransition
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew)


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def test_start_application_numbers_files_of_a_call_in_order(call, alice):
    bob = people.user("Bob Ferri")
    first, second = steps.start(call, alice), steps.start(call, bob)
    assert [(a.number, a.ref) for a in (first, second)] == [
        (1, f"{call.code}-0001"),
        (2, f"{call.code}-0002"),
    ]
    assert [p.organisation for p in first.draft().partners.all()] == [first.organisation]
    assert [e.verb for e in history(first)] == ["application.started"]


def test_start_application_twice_gives_the_same_one(call, alice):
    first = steps.start(call, alice)
    assert steps.start(call, alice, first.organisation) == first
    assert (Application.objects.count(), Version.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "shift, error", [(timedelta(days=61), DeadlinePassed), (-timedelta(days=2), DomainError)]
)
def test_start_application_outside_the_call_is_refused(call, alice, shift, error):
    organisation = people.organisation(members=[alice])
    with pytest.raises(error):
        services.start_application(call, organisation, by=alice, arrived=clock.now() + shift)
    assert Application.objects.count() == 0


def test_rank_54_staff_of_the_consortium_may_not_apply(call, crew):
    with pytest.raises(DomainError, match="Its staff may not apply"):
        steps.start(call, crew.mia)
    insider = people.user("Ines Insider")
    crew.coordinator.membership_set.create(user=insider)
    with pytest.raises(DomainError, match="Its staff may not apply"):
        steps.start(call, insider)


def save(application, by, values, bases=None, section="idea"):
    return services.save_answers(application, section=section, values=values, bases=bases or {}, by=by)


def test_save_answers_of_two_tabs_merges_fields_that_differ(call, alice):
    application = steps.start(call, alice)
    save(application, alice, {"problem": "Parts are checked by hand."})
    row = save(application, alice, {"trl": 5})
    assert (row.answers, row.field_versions) == (
        {"problem": "Parts are checked by hand.", "trl": 5},
        {"problem": 1, "trl": 1},
    )


def test_save_answers_from_a_stale_tab_is_a_conflict_and_loses_nothing(call, alice):
    application = steps.start(call, alice)
    save(application, alice, {"problem": "first"})
    save(application, alice, {"problem": "second"}, {"problem": 1})
    with pytest.raises(Conflict) as caught:
        save(application, alice, {"problem": "mine", "trl": 4}, {"problem": 1})
    assert caught.value.theirs == {"problem": "second"}
    assert SectionAnswers.objects.get().answers == {"problem": "second", "trl": 4}


def test_save_answers_knows_only_the_questions_of_the_form(call, alice):
    application = steps.start(call, alice)
    for section, values in [
        ("idea", {"nothing": 1}),
        ("nowhere", {"problem": "x"}),
        ("files", {"offer": "x"}),
    ]:
        with pytest.raises(DomainError, match="no such question"):
            save(application, alice, values, section=section)
    assert SectionAnswers.objects.count() == 0


def test_save_after_the_deadline_is_refused_and_the_draft_stays(call, alice):
    application = steps.start(call, alice)
    save(application, alice, {"problem": "in time"})
    late = call.closes_at + timedelta(milliseconds=1)
    with pytest.raises(DeadlinePassed):
        services.save_answers(
            application,
            section="idea",
            values={"problem": "late"},
            bases={"problem": 1},
            by=alice,
            arrived=late,
        )
    with pytest.raises(DeadlinePassed):
        services.save_title(application, title="late", base=0, by=alice, arrived=late)
    assert SectionAnswers.objects.get().answers == {"problem": "in time"}


def test_save_title_from_a_stale_tab_is_a_conflict(call, alice):
    application = steps.start(call, alice)
    services.save_title(application, title=" First ", base=0, by=alice)
    with pytest.raises(Conflict) as caught:
        services.save_title(application, title="Second", base=0, by=alice)
    assert (application.draft().title, caught.value.theirs) == ("First", {"title": "First"})
    services.save_title(application, title="", base=1, by=alice)
    assert application.draft().title == ""


def test_save_without_a_draft_is_refused(call, alice):
    application = steps.submitted(call, alice)
    with pytest.raises(InvalidTransition, match="has no draft"):
        save(application, alice, {"problem": "x"})


def test_change_application_copies_everything_and_leaves_what_counts(call, alice):
    partner = people.organisation("Politehnica", country="RO")
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    steps.fill(application, alice, asked=10_000_00, cost=20_000_00, shares=[(partner, 0)])
    steps.submit(application, alice)
    draft = services.change_application(application, by=alice)
    assert services.change_application(application, by=alice) == draft
    valid = application.valid_version()
    assert (valid.number, draft.number, draft.title) == (1, 2, valid.title)
    for name, columns in [
        ("answers", ["section", "answers", "field_versions"]),
        ("partners", ["organisation", "is_lead", "task", "cost_cents", "requested_cents"]),
        ("attachments", ["question", "file"]),
    ]:
        before, after = (list(getattr(v, name).values_list(*columns)) for v in (valid, draft))
        assert before == after != []


def test_change_application_is_refused_once_it_is_judged_or_late(call, alice, crew):
    application = steps.submitted(call, alice)
    with pytest.raises(DeadlinePassed):
        services.change_application(application, by=alice, arrived=call.closes_at + timedelta(milliseconds=1))
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    with pytest.raises(InvalidTransition, match="cannot be changed"):
        services.change_application(application, by=alice)


def test_discard_draft_leaves_what_counts(call, alice):
    application = steps.submitted(call, alice)
    services.change_application(application, by=alice)
    services.discard_draft(application, by=alice)
    assert (application.draft(), application.valid_version().number) == (None, 1)
    with pytest.raises(InvalidTransition, match="no draft to throw away"):
        services.discard_draft(application, by=alice)


def test_start_again_after_throwing_the_only_draft_away(call, alice):
    application = steps.start(call, alice)
    save(application, alice, {"problem": "gone"})
    services.discard_draft(application, by=alice)
    again = steps.start(call, alice, application.organisation)
    assert (again, again.draft().number, again.draft().answers.count()) == (application, 2, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE applicants_version SET title = 'changed'",
        "UPDATE applicants_version SET arrived_at = arrived_at - interval '1 hour'",
        "DELETE FROM applicants_version",
        "UPDATE applicants_sectionanswers SET answers = '{}'",
        "DELETE FROM applicants_sectionanswers",
        "UPDATE applicants_partner SET requested_cents = 1",
        "DELETE FROM applicants_partner",
        "UPDATE applicants_attachment SET removed_at = uploaded_at",
        "INSERT INTO applicants_sectionanswers (version_id, section, answers, field_versions, changed_at) "
        "SELECT id, 'more', '{}', '{}', created_at FROM applicants_version",
    ],
)
def test_postgresql_refuses_to_change_what_was_submitted(call, alice, statement):
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    steps.submit(steps.fill(application, alice), alice)
    with pytest.raises(DatabaseError, match=r"cannot change|append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
