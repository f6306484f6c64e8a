"""Partners confirm that they take part, and fill in their own part; nobody submits before (A14)."""

import pytest

from accounts.models import Invitation
from applicants import partnering, queries, services
from applicants.models import Participation, SectionAnswers
from core.errors import DomainError
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db

ROLE = {
    "key": "role",
    "type": "short_text",
    "label": {"en": "What do you bring?"},
    "per_partner": True,
    "required": True,
}


class Scene:
    """Alice applies with Bruno's firm and with one that nobody speaks for; both are named, none is asked."""

    def __init__(self, part):
        self.crew, self.alice, self.bruno = team(), people.user("Alice Bianchi"), people.user("Bruno Costa")
        self.beta = people.organisation("Beta S.r.l.", members=[self.bruno])
        self.gamma = people.organisation("Gamma S.r.l.")
        call = calls.call(self.crew, published=False, partner_part=part)
        definition = {"sections": [dict(one) for one in calls.DEFINITION["sections"]]}
        definition["sections"][0]["questions"] = [*definition["sections"][0]["questions"], ROLE]
        call.form_revisions.update(definition=definition)
        self.call = calls.publish(call, self.crew)
        self.draft = steps.start(self.call, self.alice)
        shares = [(self.beta, 5_000_00), (self.gamma, 2_000_00)]
        steps.fill(self.draft, self.alice, asked=10_000_00, cost=20_000_00, shares=shares)
        mine = {f"role-{self.draft.organisation.ref}": "All", f"role-{self.gamma.ref}": "Tests"}
        services.save_answers(self.draft, section="idea", values=mine, bases={}, by=self.alice)

    def gaps(self):
        return [gap.message for gap in queries.gaps(queries.content_of(self.draft.draft()))]

    def ask(self, organisation, email=""):
        return services.ask_partner(self.draft, organisation=organisation, by=self.alice, email=email)


def mailed(kind):
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def test_submission_waits_for_every_partner_and_a_yes_holds_for_what_was_said_yes_to():
    scene = Scene("confirm")
    services.save_answers(
        scene.draft, section="idea", values={f"role-{scene.beta.ref}": "Trials"}, bases={}, by=scene.alice
    )
    assert scene.gaps() == [
        "Beta S.r.l. has not been asked yet to confirm that it takes part.",
        "Gamma S.r.l. has not been asked yet to confirm that it takes part.",
    ]
    with pytest.raises(DomainError, match="Nobody speaks for Gamma") as refused:
        scene.ask(scene.gamma)
    assert refused.value.field == "email"
    scene.ask(scene.gamma, email="Gina@gamma.example")
    assert Invitation.objects.get(organisation=scene.gamma).role == "signatory"
    asked = scene.ask(scene.beta)
    assert mailed("partner_asked") == ["gina@gamma.example", scene.bruno.email]
    assert [line.url for line in queries.next_actions(scene.bruno)] == [asked.get_absolute_url()]
    with pytest.raises(DomainError, match="Only somebody who signs"):
        services.answer_participation(asked, confirms=True, by=scene.alice)
    services.answer_participation(asked, confirms=True, by=scene.bruno)
    assert mailed("partner_answered") == [scene.alice.email]
    assert scene.gaps() == ["Gamma S.r.l. has not confirmed yet that it takes part."]
    services.remove_partner(scene.draft, organisation=scene.gamma.ref, by=scene.alice)
    assert (scene.gaps(), Participation.objects.count()) == ([], 1)
    ref = scene.beta.ref
    services.save_partners(scene.draft, values={ref: {"cost_cents": 9_000_00}}, bases={}, by=scene.alice)
    assert scene.gaps() == [
        "Beta S.r.l. confirmed with another task or other amounts: it has to confirm again."
    ]
    with pytest.raises(DomainError, match="the applicant writes for its partners"):
        services.save_own_part(asked, values={"cost_cents": 1}, bases={}, by=scene.bruno)
    with pytest.raises(DomainError, match="in a few words why"):
        services.answer_participation(asked, confirms=False, by=scene.bruno)
    services.answer_participation(asked, confirms=False, words="No people free.", by=scene.bruno)
    assert scene.gaps() == ["Beta S.r.l. does not take part: remove it, or ask again."]
    services.remove_partner(scene.draft, organisation=ref, by=scene.alice)
    assert mailed("partner_removed") == [scene.bruno.email]


def test_partner_fills_in_its_own_part_and_sees_no_other(client):
    scene = Scene("own")
    asked = scene.ask(scene.beta)
    client.force_login(scene.bruno)
    url = asked.get_absolute_url()
    page = client.get(url).content.decode()
    assert "10\u00a0000.00" in page and "4\u00a0000.00" not in page and "Gamma" not in page
    client.post(url, {"confirms": "yes"})
    ref = scene.beta.ref
    form = client.get(f"{url}part/").content.decode()
    assert f'name="asked-{ref}"' in form and scene.gamma.ref not in form
    sent = {f"cost-{ref}": "12 000", f"asked-{ref}": "6 000", f"task-{ref}": "Trials"}
    sent |= {f"v.cost-{ref}": "1", f"v.asked-{ref}": "1"}
    stale = client.post(f"{url}part/", sent)
    assert (stale.status_code, "changed in another window" in stale.content.decode()) == (409, True)
    sent |= {f"v.cost-{ref}": "0", f"v.asked-{ref}": "0"}
    assert client.post(f"{url}part/", sent).status_code == 302
    partner = scene.draft.draft().partners.get(organisation=scene.beta)
    assert (partner.cost_cents, partner.requested_cents, partner.task) == (12_000_00, 6_000_00, "Trials")
    section = client.get(f"{url}sections/idea/").content.decode()
    assert f'name="role-{ref}"' in section and scene.gamma.ref not in section and "problem" not in section
    client.post(
        f"{url}sections/idea/", {f"role-{ref}": "Two labs", f"role-{scene.gamma.ref}": "Mine", "problem": "x"}
    )
    answers = SectionAnswers.objects.get(version=scene.draft.draft()).answers
    assert (answers[f"role-{ref}"], answers[f"role-{scene.gamma.ref}"]) == ("Two labs", "Tests")
    assert scene.gaps() == ["Gamma S.r.l. has not been asked yet to confirm that it takes part."]
    assert client.get(f"{url}sections/files/").status_code == 302
    assert client.get(scene.draft.get_absolute_url()).status_code == 404
    client.force_login(scene.alice)
    assert client.get(url).status_code == 404
    page = client.get(f"{scene.draft.get_absolute_url()}partners/").content.decode()
    assert "Confirmed" in page and "Ask Gamma S.r.l. to confirm" in page
    asking = f"{scene.draft.get_absolute_url()}partners/{scene.gamma.ref}/ask/"
    assert client.post(asking, {"email": "nobody"}).status_code == 422
    assert client.post(asking, {"email": "gina@gamma.example"}).status_code == 302


def test_stand_of_a_partner_by_what_it_said_and_what_stands_there():
    terms = {"task": "Trials", "cost_cents": 1, "requested_cents": 1}
    stand = partnering.stand
    assert [
        stand(None, {}, terms), stand("", {}, terms), stand("confirmed", terms, terms),
        stand("confirmed", {**terms, "task": ""}, terms), stand("declined", {}, terms),
    ] == ["unasked", "asked", "confirmed", "changed", "declined"]  # fmt: skip
    assert partnering.gap(partnering.Stand.CONFIRMED, "Beta") == ""
