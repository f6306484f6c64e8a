"""A funnel of two phases: who is invited, what the draft begins with, who is kept out, what the pages say."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applicants import jobs, queries, services
from applicants.models import Application, PhaseInvitation, Version
from applicants.states import ApplicationState
from calls.models import Call, FormRevision
from core.errors import DomainError
from core.models import OutgoingMessage
from funding.services import record_awarded
from tests.accounts import factories as people
from tests.applicants import factories as make
from tests.calls import factories as calls
from tests.evaluation.browsing import sign_in
from tests.evaluation.factories import closed_call
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db

SECOND: dict[str, Any] = {
    "sections": [
        {
            "key": "plan",
            "title": {"en": "Plan"},
            "questions": [
                {"key": "problem", "type": "long_text", "label": {"en": "The problem"}, "required": True},
                {"key": "trl", "type": "short_text", "label": {"en": "Readiness in words"}, "required": True},
                {"key": "gate", "type": "long_text", "label": {"en": "What came out?"}, "required": True},
            ],
        }
    ]
}


def following(first: Call, team: funding.Team, **fields: Any) -> Call:
    """A published second phase with a form of its own."""
    made = calls.call(team, published=False, previous=first, **fields)
    FormRevision.objects.filter(call=made).update(definition=SECOND)
    return calls.publish(made, team)


@pytest.fixture
def funnel():
    """A closed first phase with a selected and a rejected file, and an open second one."""
    team = funding.team()
    first = closed_call(team)
    partner = people.organisation("Partner")
    through = make.application(first, title="Sorting", shares=[(partner, 5_000_00)])
    out = make.application(first, by=people.user("Charlie"))
    Application.objects.filter(pk=through.pk).update(state=ApplicationState.SELECTED)
    Application.objects.filter(pk=out.pk).update(state=ApplicationState.REJECTED)
    through.refresh_from_db()
    out.refresh_from_db()
    return team, first, following(first, team), through, out


def test_a_selected_project_is_invited_once_and_begins_with_what_it_wrote(funnel) -> None:
    team, first, second, through, _out = funnel
    alice = through.created_by

    assert [jobs.invite_to_next_phase(), jobs.invite_to_next_phase()] == [1, 0]
    (letter,) = OutgoingMessage.objects.filter(kind="phase_opened")
    assert (letter.to, str(second.title) in letter.text) == (alice.email, True)
    assert [one.title for one in queries.next_actions(alice)] == [
        f"Apply to the next phase, “{second.title}”"
    ]
    client = sign_in(alice)
    start = reverse("applicants:application_start", args=[second.slug])
    assert start in client.get(through.get_absolute_url()).text

    begun = services.start_application(second, through.organisation, by=alice)
    draft = Version.objects.get(application=begun)
    assert draft.title == "Sorting"
    assert {row.section: row.answers for row in draft.answers.all()} == {
        "plan": {"problem": "Parts are checked by hand."}
    }
    assert [(row.organisation_id, row.is_lead, row.requested_cents) for row in draft.partners.all()] == [
        (row.organisation_id, row.is_lead, 0) for row in through.last_final.partners.all()
    ]
    assert queries.next_phases([Application.objects.get(pk=through.pk)]) == []

    # The ceiling counts both phases.
    record_awarded(first.budget_line, [(through.organisation, 20_000_00)], by=team.mia, source=through)
    (room,) = queries.room(second, [through.organisation])
    assert (room.held_cents, room.room_cents) == (20_000_00, 40_000_00)


def test_only_selected_projects_go_on(funnel) -> None:
    _team, _first, second, _through, out = funnel
    start = reverse("applicants:application_start", args=[second.slug])

    with pytest.raises(DomainError, match="is not selected in"):
        services.start_application(second, out.organisation, by=out.created_by)
    page = sign_in(out.created_by).get(start).text
    assert ("Only projects selected in" in page, "Start the draft" in page) == (True, False)

    # A file begun before its selection was taken back is stopped at submission by the rule.
    own = make.application(second, by=out.created_by, organisation=out.organisation, submitted=False)
    own.call = second
    draft = own.versions.get()
    draft.application = own
    found = [one.code for one in queries.eligibility_findings(queries.content_of(draft)) if one.blocks]
    assert "earlier_phase" in found
    assert not PhaseInvitation.objects.filter(application=out).exists()


def test_both_pages_tell_the_phases(funnel) -> None:
    _team, first, second, *_files = funnel
    for call, here in ((first, first), (second, second)):
        page = Client().get(call.get_absolute_url()).text
        places = [page.index(str(one.title), page.index("The phases")) for one in (first, second)]
        assert places == sorted(places)
        marked = page.index(f'<b aria-current="step">{here.title}</b>')
        assert marked > page.index("The phases")
    assert f"selected in the earlier phase, “{first.title}”" in page
