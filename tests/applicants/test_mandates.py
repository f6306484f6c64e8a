"""A consultant writes for an organisation under a mandate and never binds it (A7): who sees what, when, and who is told."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Membership, User
from applicants import letters_mandates, mandating, permissions, queries, services
from applicants.jobs import tell_of_mandates
from applicants.models import Application, Mandate, Preparation
from core import clock
from core.audit import history
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
DAYS = {"first_on": date(2027, 2, 18), "last_on": date(2027, 3, 10)}


@pytest.fixture
def scene(now):
    return Scene()


class Scene:
    """Alice signs for the firm, Bob writes for it; Connie is a consultant. The firm has a draft in one of two calls."""

    def __init__(self):
        self.crew = team()
        self.alice, self.bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
        self.connie = people.user("Connie Sultan")
        self.firm = people.organisation(members=[self.alice])
        Membership.objects.create(user=self.bob, organisation=self.firm, role="member")
        self.call, self.other_call = calls.call(self.crew), calls.call(self.crew)
        self.draft = steps.start(self.call, self.alice, self.firm)

    def give(self, **more):
        given = {"email": self.connie.email, "by": self.alice, **DAYS, **more}
        return services.give_mandate(self.firm, **given)

    def mandate(self, **more):
        return services.accept_mandate(self.give(**more), by=self.connie)

    def sees(self, person=None):
        found = Application.objects.visible_to(person or self.connie).order_by("pk")
        return list(found.values_list("ref", flat=True))


def sent(kind):
    return [row.to for row in OutgoingMessage.objects.filter(kind=kind).order_by("pk")]


def events(organisation):
    return [row.verb for row in history(organisation).filter(verb__startswith="mandate.").order_by("pk")]


# --- who sees what, when


def test_access_follows_the_days_the_call_the_answer_and_the_organisation(scene, now):
    mine, elsewhere = scene.draft.ref, steps.start(scene.other_call, scene.alice, scene.firm).ref
    stranger = steps.start(scene.call, people.user("Olga Other"))
    given = scene.give(call=scene.call)
    assert scene.sees() == []  # not accepted yet
    mandate = services.accept_mandate(given, by=scene.connie)
    for at, seen in [
        (mandate.starts_at - timedelta(milliseconds=1), []),
        (mandate.starts_at, [mine]),
        (mandate.ends_at - timedelta(milliseconds=1), [mine]),
        (mandate.ends_at, []),
    ]:
        with clock.stopped_at(at):
            assert scene.sees() == seen
    assert scene.sees(people.user("Else")) == []
    everywhere = scene.mandate()
    assert scene.sees() == [mine, elsewhere] and stranger.ref not in scene.sees()
    services.end_mandate(everywhere, by=scene.alice)
    assert scene.sees() == [mine]
    services.end_mandate(mandate, by=scene.connie)
    assert scene.sees() == []
    assert scene.sees(scene.bob) == [mine, elsewhere]


def test_days_begin_and_end_by_the_clock_of_who_gives_it(scene):
    scene.alice.zone = "Europe/Bucharest"
    mandate = scene.mandate()
    assert mandate.starts_at.isoformat() == "2027-02-17T22:00:00+00:00"
    assert mandate.ends_at.isoformat() == "2027-03-10T22:00:00+00:00"
    spring = mandating.instants(date(2027, 3, 28), date(2027, 3, 28), "Europe/Brussels")
    assert spring[1] - spring[0] == timedelta(hours=23)


def test_a_consulting_organisation_holds_it_with_all_its_people(scene):
    firm = people.organisation("Advice S.p.A.", members=[scene.connie])
    dora = people.user("Dora Junior")
    member = Membership.objects.create(user=dora, organisation=firm, role="member")
    given = scene.give(to_firm=True)
    for wrong in (None, scene.firm, people.organisation("Not hers")):
        with pytest.raises(DomainError, match="one that you sign for"):
            services.accept_mandate(given, by=scene.connie, firm=wrong)
    services.accept_mandate(given, by=scene.connie, firm=firm)
    assert scene.sees() == scene.sees(dora) == [scene.draft.ref]
    member.ended_at = clock.now()
    member.save()
    assert scene.sees(dora) == []
    Membership.objects.filter(user=scene.connie, organisation=firm).update(ended_at=clock.now())
    assert scene.sees() == []  # the organisation holds it, not the person that accepted


def test_a_mandate_is_no_membership_and_no_signature(scene):
    scene.mandate()
    assert not Membership.objects.filter(user=scene.connie).exists()
    assert not permissions.can_submit_application(scene.connie, scene.draft)
    assert not permissions.can_withdraw_application(scene.connie, scene.draft)
    assert not permissions.is_own_person(scene.connie, scene.draft)


def test_who_runs_the_project_sees_nothing_of_its_calls_under_a_mandate(scene):
    mandate = scene.give(email=scene.crew.ann.email)
    services.accept_mandate(mandate, by=scene.crew.ann)
    assert scene.sees(scene.crew.ann) == []


# --- every page of an application


def test_every_page_of_an_application_for_a_consultant(scene, client):
    """What the applicants' door opens under a mandate, what it refuses, and that nothing opens without one."""
    url = scene.draft.get_absolute_url()
    pages = [
        "", "about/", "partners/", "partners/add/", f"aid/{scene.firm.ref}/", "sections/idea/",
        "sections/idea/problem/", "copy/", "check/", "signature/", "messages/", "versions/1/",
    ]  # fmt: skip
    closed = ["submit/", "withdraw/", "discard/", "survey/", f"partners/{scene.firm.ref}/ask/"]
    outside = [
        scene.firm.get_absolute_url(),
        reverse("accounts:organisation_people", args=[scene.firm.ref]),
        reverse("applicants:organisation_size", args=[scene.firm.ref]),
        reverse("applicants:organisation_mandates", args=[scene.firm.ref]),
        reverse("evaluation:application_objection", args=[scene.draft.ref]),
        reverse("grants:agreement_panel", args=[scene.draft.ref]),
    ]
    client.force_login(scene.connie)
    for page in [*pages, *closed]:
        assert client.get(url + page).status_code == 404, page
    mandate = scene.mandate()
    for page in pages:
        assert client.get(url + page).status_code in {200, 302}, page
    for page in closed:
        for answer in (client.get(url + page), client.post(url + page, {})):
            assert answer.status_code == 403, page
    for page in outside:
        for answer in (client.get(page), client.post(page, {})):
            assert answer.status_code == 404, page
    people_url = reverse("accounts:colleague_invite", args=[scene.firm.ref])
    assert client.post(people_url, {"email": scene.connie.email, "role": "signatory"}).status_code == 404
    services.end_mandate(mandate, by=scene.alice)
    for page in [*pages, *closed]:
        assert client.get(url + page).status_code == 404, page
        assert client.post(url + page, {}).status_code == 404, page
    assert not Membership.objects.filter(user=scene.connie).exists()


def test_consultant_writes_uploads_and_sends_for_signature_and_who_signs_submits(scene, client):
    mandate = scene.mandate()
    client.force_login(scene.connie)
    url = scene.draft.get_absolute_url()
    page = client.get(url).content.decode()
    assert "you write under a mandate" in page and "discard/" not in page and "Prepared by" not in page
    answer = client.post(
        f"{url}sections/idea/", {"problem": "Written by Connie.", "trl": "5", "v.problem": "0", "v.trl": "0"}
    )
    assert answer.status_code == 302
    assert scene.draft.draft().answers.get().changed_by == scene.connie
    prepared = Preparation.objects.get()
    assert (prepared.user, prepared.mandate, prepared.version) == (scene.connie, mandate, scene.draft.draft())
    services.save_title(scene.draft, title="Vision control", base=0, by=scene.alice)
    amounts = {"cost_cents": 40_000_00, "requested_cents": 20_000_00}
    services.save_partners(scene.draft, values={scene.firm.ref: amounts}, bases={}, by=scene.alice)
    check = client.get(f"{url}check/").content.decode()
    assert "under a mandate, which never lets you sign" in check
    client.post(f"{url}signature/", {"words": "Ready."})
    assert sent("signature_requested") == [scene.alice.email]
    assert client.post(f"{url}submit/", {"key": "x"}).status_code == 403
    client.force_login(scene.alice)
    words = "Connie Sultan (mandate of Rossi Meccanica S.r.l., given by Alice Bianchi)"
    assert words in " ".join(client.get(f"{url}submit/").content.decode().split())
    steps.submit(scene.draft, scene.alice)
    receipt = " ".join(client.get(f"{url}versions/1/receipt/").content.decode().split())
    assert "Prepared by" in receipt and words in receipt and "Submitted by" in receipt
    client.force_login(scene.crew.mia)
    staff = reverse("applicants:staff_application_detail", args=[scene.call.slug, scene.draft.ref])
    assert words in " ".join(client.get(staff).content.decode().split())


def test_what_a_consultant_wrote_is_still_said_of_the_next_version_and_of_nothing_before_it(scene, client):
    scene.mandate()
    steps.fill(scene.draft, scene.alice)
    steps.submit(scene.draft, scene.alice)
    client.force_login(scene.connie)
    client.post(f"{scene.draft.get_absolute_url()}change/")
    assert queries.prepared_by(scene.draft, up_to=1) == []
    assert [one.name for one in queries.prepared_by(scene.draft, up_to=2)] == ["Connie Sultan"]
    steps.submit(scene.draft, scene.alice)
    draft = services.change_application(scene.draft, by=scene.alice)
    assert [one.name for one in queries.prepared_by(scene.draft, up_to=draft.number)] == ["Connie Sultan"]


def test_autosave_of_a_consultant_is_noted_and_that_of_a_colleague_is_not(scene, client):
    scene.mandate()
    url = f"{scene.draft.get_absolute_url()}sections/idea/"
    autosave = {"HTTP_HX_REQUEST": "true"}
    said = {"problem": "By itself.", "v.problem": "0", "autosave": "problem"}
    client.force_login(scene.bob)
    client.post(url, said, **autosave)
    assert Preparation.objects.count() == 0
    client.force_login(scene.connie)
    for _again in range(2):
        client.post(url, said, **autosave)
    assert Preparation.objects.count() == 1


def test_consultant_starts_an_application_within_the_scope_only(scene, client):
    scene.mandate(call=scene.other_call)
    client.force_login(scene.connie)
    start = {"organisation": scene.firm.ref}
    closed = client.post(reverse("applicants:application_start", args=[scene.call.slug]), start)
    opened = client.post(reverse("applicants:application_start", args=[scene.other_call.slug]), start)
    assert (closed.status_code, opened.status_code) == (422, 302)
    made = Application.objects.get(call=scene.other_call)
    assert (made.organisation, made.created_by) == (scene.firm, scene.connie)
    assert Preparation.objects.get().version == made.draft()


def test_messages_are_read_and_not_written_and_files_follow_the_mandate(scene, client):
    mandate = scene.mandate()
    steps.fill(scene.draft, scene.alice)
    services.add_attachment(scene.draft, question="offer", upload=steps.pdf(), by=scene.alice)
    file = scene.draft.draft().attachments.get()
    steps.submit(scene.draft, scene.alice)
    services.write_to_applicant(scene.draft, text="Please wait.", by=scene.crew.mia)
    client.force_login(scene.connie)
    url = scene.draft.get_absolute_url()
    page = client.get(f"{url}messages/").content.decode()
    assert "Please wait." in page and "you read along" in page and "Send to the call office" not in page
    assert client.post(f"{url}messages/", {"text": "We agree."}).status_code == 403
    assert client.get(f"{url}files/{file.ref}/").status_code == 200
    services.end_mandate(mandate, by=scene.connie)
    assert client.get(f"{url}files/{file.ref}/").status_code == 404
    assert client.get(f"{url}messages/").status_code == 404


# --- giving, accepting, ending


def test_only_who_signs_gives_one_and_only_in_days_that_make_sense(scene, client):
    for wrong, words in [
        ({"by": scene.bob}, "Only somebody who signs"),
        ({"by": scene.connie}, "Only somebody who signs"),
        ({"last_on": date(2027, 2, 17)}, "before the first one"),
        ({"first_on": date(2027, 1, 1), "last_on": date(2027, 2, 17)}, "day is over"),
        ({"last_on": date(2031, 2, 17)}, "three years at most"),
        ({"email": scene.bob.email.upper()}, "needs no mandate"),
    ]:
        with pytest.raises(DomainError, match=words):
            scene.give(**wrong)
    assert Mandate.objects.count() == 0 and sent("mandate_given") == []
    client.force_login(scene.bob)
    url = reverse("applicants:organisation_mandates", args=[scene.firm.ref])
    assert client.get(url).status_code == 200 and client.post(url, {}).status_code == 403


def test_who_has_no_account_makes_one_by_the_link_and_accepts(scene, client):
    client.force_login(scene.alice)
    url = reverse("applicants:organisation_mandates", args=[scene.firm.ref])
    wrong = client.post(
        url,
        {
            "email": "new@advice.example",
            "receiver": "person",
            "first_on": "2027-02-18",
            "last_on": "2027-02-01",
        },
    )
    assert wrong.status_code == 422 and "new@advice.example" in wrong.content.decode()
    form = {
        "email": "new@advice.example",
        "receiver": "person",
        "call": scene.call.slug,
        "words": "As agreed.",
    }
    client.post(url, {**form, "first_on": "2027-02-18", "last_on": "2027-03-10"})
    mandate = Mandate.objects.get()
    assert sent("mandate_given") == ["new@advice.example"]
    letter = OutgoingMessage.objects.get(kind="mandate_given")
    assert mandate.token in letter.text and "As agreed." in letter.text and str(scene.call) in letter.text
    client.logout()
    page = client.get(mandate.get_absolute_url()).content.decode()
    assert "never submit, sign or withdraw" in page
    typed = {"full_name": "Nora New", "password": people.PASSWORD, "password_again": people.PASSWORD}
    client.post(f"{mandate.get_absolute_url()}register/", typed)
    mandate.refresh_from_db()
    assert mandate.holder == User.objects.get(email="new@advice.example")
    assert sent("mandate_answered") == [scene.alice.email]
    assert events(scene.firm) == ["mandate.given", "mandate.accepted"]
    assert "Rossi" in client.get(reverse("applicants:mandate_list")).content.decode()
    assert scene.sees(mandate.holder) == [scene.draft.ref]


def test_another_address_cannot_accept_and_a_renewed_or_withdrawn_link_is_dead(scene, client):
    first = scene.give()
    with pytest.raises(DomainError, match="you are signed in as"):
        services.accept_mandate(first, by=people.user("Mallory"))
    again = scene.give(last_on=date(2027, 3, 11))
    assert (again.pk, again.token != first.token) == (first.pk, True)
    client.force_login(scene.connie)
    assert client.post(first.get_absolute_url()).status_code == 404
    services.end_mandate(again, by=scene.alice)
    assert sent("mandate_withdrawn") == [scene.connie.email]
    with pytest.raises(InvalidTransition):
        services.accept_mandate(again, by=scene.connie)
    late = scene.give()
    with clock.stopped_at(late.ends_at), pytest.raises(InvalidTransition, match="is over"):
        services.accept_mandate(late, by=scene.connie)
    services.decline_mandate(late)
    with pytest.raises(InvalidTransition):
        services.accept_mandate(late, by=scene.connie)
    assert events(scene.firm)[-1] == "mandate.declined" and scene.sees() == []


def test_either_side_ends_it_at_once_and_nobody_else(scene, client):
    mandate = scene.mandate()
    for other in (scene.bob, people.user("Mallory"), scene.crew.mia):
        with pytest.raises(DomainError, match="Only who signs for one of the two sides"):
            services.end_mandate(mandate, by=other)
    client.force_login(people.user("Mallory"))
    url = reverse("applicants:mandate_end", args=[mandate.ref])
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    client.force_login(scene.bob)
    assert client.post(url).status_code == 403
    client.force_login(scene.connie)
    assert "End the mandate" in client.get(url).content.decode()
    client.post(url)
    mandate.refresh_from_db()
    assert mandate.ended_by == scene.connie and sent("mandate_ended") == [scene.alice.email]
    assert scene.sees() == [] and events(scene.firm)[-1] == "mandate.ended"
    with pytest.raises(InvalidTransition):
        services.end_mandate(mandate, by=scene.alice)


def test_both_sides_hear_once_fourteen_days_before_it_ends(scene):
    mandate = scene.mandate(last_on=date(2027, 4, 30))
    with clock.stopped_at(mandate.ends_at - timedelta(days=14, seconds=1)):
        assert tell_of_mandates() == 0
    with clock.stopped_at(mandate.ends_at - timedelta(days=14)):
        assert (tell_of_mandates(), tell_of_mandates()) == (1, 0)
    assert sent("mandate_ends_soon") == [scene.alice.email, scene.connie.email]
    ended = scene.mandate(last_on=date(2027, 4, 29))
    services.end_mandate(ended, by=scene.alice)
    with clock.stopped_at(mandate.ends_at - timedelta(days=3)):
        assert tell_of_mandates() == 0


def test_home_says_for_whom_one_writes_and_what_waits(scene):
    given = scene.give()
    assert queries.mandate_actions(scene.connie)[0].title == (
        "Say whether you accept the mandate of Rossi Meccanica S.r.l."
    )
    services.accept_mandate(given, by=scene.connie)
    titles = [line.title for line in queries.next_actions(scene.connie)]
    assert "You write for Rossi Meccanica S.r.l. under a mandate" in titles
    assert any(title.startswith("Finish and submit") for title in titles)
    assert queries.mandate_actions(scene.alice) == []


def test_letters_are_in_the_language_of_each_reader(scene):
    scene.connie.language = "de"
    scene.connie.save()
    letters_mandates.mandate_given(scene.give())
    assert "10. März 2027" in OutgoingMessage.objects.filter(kind="mandate_given").last().text


def test_the_file_of_another_applicant_does_not_come_by_a_mandate(scene, client):
    """IDOR: the reference of a file, a version, a source or an upload of somebody else under the own application."""
    scene.mandate()
    olga = people.user("Olga Other")
    other = steps.fill(steps.start(scene.call, olga), olga)
    services.add_attachment(other, question="offer", upload=steps.pdf(), by=olga)
    file = other.draft().attachments.get()
    upload = services.begin_upload(other, question="offer", name="x.pdf", size=10, replaces="", by=olga)
    client.force_login(scene.connie)
    url = scene.draft.get_absolute_url()
    assert client.get(f"{url}files/{file.ref}/").status_code == 404
    assert client.get(f"{url}copy/{other.ref}/").status_code == 404
    assert (
        client.post(f"{url}uploads/{upload.ref}/", b"x", content_type="application/octet-stream").status_code
        == 404
    )
    assert client.get(other.get_absolute_url()).status_code == 404
    stolen = SimpleUploadedFile("x.pdf", b"%PDF-1.4", content_type="application/pdf")
    assert client.post(f"{other.get_absolute_url()}sections/idea/", {"file.offer": stolen}).status_code == 404
