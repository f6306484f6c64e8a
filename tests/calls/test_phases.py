"""A call that follows another: its page, its file, its check."""

import pytest

from calls import callfile, queries, services
from calls.duties import Part
from calls.models import Call
from calls.services.filing import CallFileRefused
from core.errors import DomainError
from tests.calls import factories
from tests.calls.pages import part_url, sent_unchanged

pytestmark = pytest.mark.django_db


def test_the_page_sets_the_earlier_phase_and_the_file_keeps_it(ready, team, mia):
    first = factories.call(team)
    page = part_url(ready, "applicants")
    sent = sent_unchanged(mia.get(page))
    response = mia.post(page, {**sent, "previous": str(first.pk)})
    assert response.status_code == 302

    ready.refresh_from_db()
    assert ready.previous == first
    told = queries.file_of(ready)
    assert callfile.read(told).values["applicants"]["previous"] == first.code
    copy = services.import_call(told, project=team.project, by=team.mia, code="COPY")
    assert copy.previous == first
    with pytest.raises(CallFileRefused) as caught:
        services.import_call(told.replace(first.code, "NONE-1"), project=team.project, by=team.mia, code="B")
    assert "no call with the code “NONE-1”" in caught.value.problems[0]


def test_phases_never_go_round_in_a_circle(ready, team):
    second = factories.call(team, published=False, previous=ready)
    given = {name: getattr(ready, name) for name in ("countries", "sizes", "partners_min", "partners_max")}

    with pytest.raises(DomainError, match="cannot be an earlier phase") as caught:
        services.change_applicants(ready, **given, previous=second, by=team.mia)
    assert caught.value.field == "previous"
    with pytest.raises(DomainError, match="cannot be an earlier phase"):
        services.change_applicants(ready, **given, previous=ready, by=team.mia)


def test_a_phase_is_published_after_the_one_before(ready, team):
    first = factories.call(team, published=False)
    Call.objects.filter(pk=ready.pk).update(previous=first)
    found = [
        (one.part, one.blocks)
        for one in queries.findings(Call.objects.get(pk=ready.pk))
        if "earlier phase" in one.sentence
    ]
    assert found == [(Part.APPLICANTS, True)]


def test_each_phase_shows_all_that_are_public(client, team):
    first = factories.call(team, title={"en": "Feasibility"})
    assert "The phases" not in client.get(first.get_absolute_url()).content.decode()
    second = factories.call(team, title={"en": "Demonstration"}, previous=first)
    factories.call(team, title={"en": "Not yet public"}, previous=second, published=False)
    for here in (first, second):
        page = client.get(here.get_absolute_url()).content.decode()
        assert "The phases" in page and "Feasibility" in page and "Demonstration" in page
        assert "Not yet public" not in page
