"""The managers' pages: what is alike in their project, two side by side, the proposal and the second person's yes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, OrganisationMerge
from applicants.models import Recusal
from core.audit import history
from core.models import OutgoingMessage
from desk import doubles
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.applicants import factories as make
from tests.calls import factories as calls
from tests.calls.pages import text
from tests.evaluation.browsing import sign_in
from tests.funding import factories as teams
from tests.funding.test_ceiling_scope import award

pytestmark = pytest.mark.django_db


class Scene:
    """Two entries of one firm with a file each in one call; a third organisation that is like neither."""

    def __init__(self) -> None:
        self.team = teams.team()
        self.call = calls.call(self.team)
        self.one = people.organisation("ACME SRL", registration_number="MI-2034567")
        self.two = people.organisation("Acme S.r.l.", registration_number="mi 02034567", vat="IT00743110157")
        self.files = [make.application(self.call, organisation=firm) for firm in (self.one, self.two)]
        self.other = make.application(self.call, organisation=people.organisation("Zeta")).organisation
        for firm, name in ((self.one, "Alice"), (self.two, "Bob")):
            Membership.objects.create(user=people.user(name), organisation=firm)
        self.mia, self.luc = sign_in(self.team.mia), sign_in(self.team.luc)
        self.list = reverse("desk:organisation_doubles", args=[self.team.project.slug])
        self.pair = self.page(self.one, self.two)

    def page(self, one: Organisation, two: Organisation) -> str:
        return reverse("desk:organisation_double", args=[self.team.project.slug, one.ref, two.ref])

    def propose(self) -> str:
        """By Mia; the page of the proposal."""
        answer = self.mia.post(self.pair, {"survivor": self.two.ref, "reason": "One register."})
        assert (answer.status_code, answer["Location"]) == (302, self.list)
        merge = OrganisationMerge.objects.get(answer="")
        return reverse("desk:organisation_merge", args=[self.team.project.slug, merge.ref])


@pytest.fixture
def scene(now) -> Scene:
    return Scene()


def test_cap_28_from_the_list_to_one_third_party(scene) -> None:
    project = scene.mia.get(scene.team.project.get_absolute_url())
    assert scene.list in project.text
    detail = reverse("applicants:staff_application_detail", args=[scene.call.slug, scene.files[0].ref])
    assert scene.list in scene.mia.get(detail).text
    listed = scene.mia.get(scene.list)
    assert [(one.one, one.other) for one in listed.context["likely"]] == [(scene.one, scene.two)]
    assert "the same number, written differently, the same name" in text(listed)
    assert scene.pair in listed.text

    award(scene.team, scene.call.budget_line, scene.one, 45_000)
    award(scene.team, scene.call.budget_line, scene.two, 20_000)
    both = text(scene.mia.get(scene.pair))
    for words in (
        "MI-2034567",
        "Alice (writes and signs)",
        scene.files[1].ref,
        "5 000.00 EUR above",
    ):
        assert words in both
    page = scene.propose()
    mail = OutgoingMessage.objects.get(kind="merge_proposed")
    assert (mail.recipient, page in mail.text) == (scene.team.luc, True)
    assert "Waits for a second manager" in text(scene.mia.get(scene.list))
    assert "Confirm: they are one firm" not in scene.mia.get(page).text
    assert page in scene.luc.get("/home/").text
    assert page not in scene.mia.get("/home/").text

    done = scene.luc.post(page, {"answer": "confirm"}, follow=True)
    assert "Merged. The people of both are told." in text(done)
    scene.one.refresh_from_db()
    assert scene.one.merged_into == scene.two
    told = history(scene.two).get(verb="organisation.merged").data
    assert (told["held_cents"], told["ceiling_cents"]) == (65_000_00, 60_000_00)
    assert OutgoingMessage.objects.filter(kind="organisations_merged").count() == 2
    assert done.context["likely"] == []
    assert "Luc Peeters confirmed it" in text(scene.mia.get(page))
    assert "One firm with Acme S.r.l., mi 02034567" in text(scene.mia.get(detail))
    assert page not in scene.luc.get("/home/").text
    assert scene.mia.get(scene.pair).status_code == 404


def test_who_proposed_cannot_confirm_and_reads_why(scene) -> None:
    page = scene.propose()
    refused = scene.mia.post(page, {"answer": "confirm"})
    assert refused.status_code == 422
    scene.one.refresh_from_db()
    assert scene.one.merged_into is None
    assert scene.mia.post(page, {"answer": "refuse"}).status_code == 302
    assert OrganisationMerge.objects.get().answer == "taken_back"


def test_the_second_manager_says_why_not(scene) -> None:
    page = scene.propose()
    empty = scene.luc.post(page, {"answer": "refuse", "note": ""})
    assert (empty.status_code, "Say why they are not one firm." in text(empty)) == (422, True)
    assert scene.luc.post(page, {"answer": "refuse", "note": "Two registers."}).status_code == 302
    assert "Two registers." in text(scene.mia.get(page))
    assert scene.luc.post(page, {"answer": "confirm"}).status_code == 422


def test_what_was_typed_stays_and_obstacles_are_told(scene) -> None:
    wrong = scene.mia.post(scene.pair, {"survivor": "", "reason": "One register."})
    assert (wrong.status_code, "One register." in wrong.text) == (422, True)
    Organisation.objects.filter(pk=scene.two.pk).update(country="FR")
    page = scene.mia.get(scene.pair)
    assert "two legal entities" in text(page)
    assert "Propose to merge them" not in text(page)
    assert scene.mia.post(scene.pair, {"survivor": scene.two.ref, "reason": "x"}).status_code == 422


def test_any_two_can_be_compared(scene) -> None:
    sent = scene.mia.get(scene.list, {"one": scene.one.ref, "other": scene.other.ref})
    assert sent["Location"] == scene.page(scene.one, scene.other)
    same = scene.mia.get(scene.list, {"one": scene.one.ref, "other": scene.one.ref})
    assert (same.status_code, "two different" in text(same)) == (422, True)


def test_nobody_sees_organisations_of_other_projects_or_drafts(scene) -> None:
    elsewhere = teams.team()
    far = make.application(calls.call(elsewhere), organisation=people.organisation("ACME SRL")).organisation
    drafted = make.application(
        scene.call, organisation=people.organisation("ACME SRL"), submitted=False
    ).organisation
    found = set(doubles.applying(scene.team.mia, scene.team.project))
    assert found == {scene.one, scene.two, scene.other}
    for one in (far, drafted):
        assert scene.mia.get(scene.page(scene.one, one)).status_code == 404
    page = scene.propose()
    for person in (elsewhere.mia, scene.team.fred, scene.team.ann):
        client = sign_in(person)
        assert {client.get(url).status_code for url in (scene.list, scene.pair, page)} == {404}
        assert client.post(page, {"answer": "confirm"}).status_code == 404
    ProjectMember.objects.create(project=elsewhere.project, user=scene.team.ann, role="manager")
    managing_there = sign_in(scene.team.ann)
    assert {managing_there.get(url).status_code for url in (scene.list, scene.pair, page)} == {403}
    other_page = page.replace(scene.team.project.slug, elsewhere.project.slug)
    assert sign_in(elsewhere.mia).post(other_page, {"answer": "confirm"}).status_code == 404
    assert doubles.next_actions(elsewhere.mia) == []


def test_a_recused_manager_does_not_see_the_pair(scene) -> None:
    page = scene.propose()
    Recusal.objects.create(application=scene.files[0], user=scene.team.luc, reason="Brother")
    assert scene.luc.get(page).status_code == 404
    assert doubles.next_actions(scene.team.luc) == []


def test_what_is_open_counts_for_managers_alone(scene) -> None:
    scene.propose()
    assert len(doubles.next_actions(scene.team.luc)) == 1
    ProjectMember.objects.filter(user=scene.team.luc).update(role="viewer")
    assert doubles.next_actions(scene.team.luc) == []


def test_the_list_asks_the_same_for_three_and_for_six(scene) -> None:
    counts = []
    for _round in range(2):
        scene.mia.get(scene.list)
        with CaptureQueriesContext(connection) as asked:
            scene.mia.get(scene.list)
        counts.append(len(asked))
        for _more in range(3):
            make.application(scene.call, organisation=people.organisation("ACME SRL"))
    assert counts[0] == counts[1]
