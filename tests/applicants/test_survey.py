"""How was applying? Free to answer, changed until the decision, and told to managers only where nobody is recognisable."""

import pytest

from accounts.models import Membership
from applicants import queries, services
from applicants.models import Application, SurveyAnswer
from core.audit import history
from core.errors import DomainError, InvalidTransition
from core.surveys import Answers, Mark
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.applicants import factories as make
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


@pytest.fixture
def file(call, alice):
    return make.application(call, by=alice)


def said(file, ease=4, hours=12, words="", by=None):
    return services.answer_survey(file, ease=ease, hours=hours, words=words, by=by or file.created_by)


def answered(call, *answers):
    for index, (ease, hours, words) in enumerate(answers):
        said(make.application(call, by=people.user(f"Person {index}")), ease, hours, words)


def test_an_application_has_one_answer_that_colleagues_change(file, alice):
    bob = people.user("Bob Ferri")
    Membership.objects.create(user=bob, organisation=file.organisation, role="member")
    first = said(file, 2, None, " Too long.\r\nReally. ")
    assert (first.ease, first.hours, first.words) == (2, None, "Too long.\nReally.")
    said(file, 5, 3, "", by=bob)
    said(file, 5, 3, "", by=bob)
    only = SurveyAnswer.objects.get()
    assert (only.application, only.ease, only.hours, only.words) == (file, 5, 3, "")
    assert [(one.verb, one.actor, one.data) for one in history(only)] == [
        ("survey.answered", alice, {}),
        ("survey.answered", bob, {}),
    ]
    assert list(history(file)) == []


@pytest.mark.parametrize(
    ("field", "typed"),
    [("ease", {"ease": 0}), ("ease", {"ease": 6}), ("hours", {"hours": -1}), ("hours", {"hours": 10_001}),
     ("words", {"words": "x" * 1001})],
)  # fmt: skip
def test_what_is_out_of_range_is_refused_beside_its_field(file, field, typed):
    with pytest.raises(DomainError) as caught:
        said(file, **typed)
    assert (caught.value.field, SurveyAnswer.objects.count()) == (field, 0)


def test_the_ends_of_the_ranges_are_kept(file):
    said(file, 1, 0, "x" * 1000)
    answer = said(file, 5, 10_000, "\r\n".join("x" * 500))
    assert (answer.ease, answer.hours, len(answer.words)) == (5, 10_000, 999)


@pytest.mark.parametrize("state", ["withdrawn", "ineligible", "selected", "reserve", "rejected"])
def test_nothing_is_answered_after_the_decision(file, state):
    said(file, 3)
    Application.objects.filter(pk=file.pk).update(state=state)
    with pytest.raises(InvalidTransition):
        said(file, 1)
    assert SurveyAnswer.objects.get().ease == 3


def test_a_draft_is_not_asked(call, alice):
    with pytest.raises(InvalidTransition):
        said(make.application(call, by=alice, submitted=False))


def test_page_says_that_it_is_free_keeps_what_is_typed_and_ends_with_the_decision(client, file, alice):
    client.force_login(alice)
    url = f"{file.get_absolute_url()}survey/"
    assert url in client.get(f"{file.get_absolute_url()}versions/1/receipt/").content.decode()
    page = client.get(url).content.decode()
    assert "Nobody has to answer, and it has no effect on the decision. Evaluators never see it" in page
    refused = client.post(url, {"hours": "about 8", "words": "Less <b>text</b>."})
    page = refused.content.decode()
    assert (refused.status_code, SurveyAnswer.objects.count()) == (422, 0)
    assert "Give a whole number from 1 to 5." in page
    assert "Give a whole number from 0 to 10000." in page
    assert 'value="about 8"' in page
    assert "Less &lt;b&gt;text&lt;/b&gt;." in page
    long = client.post(url, {"ease": "2", "words": "x" * 1001})
    assert (long.status_code, "At most 1000 characters are possible." in long.content.decode()) == (422, True)
    sent = client.post(url, {"ease": "2", "hours": "", "words": "Less <b>text</b>."})
    assert (sent.status_code, sent.url) == (302, url)
    answer = SurveyAnswer.objects.get()
    assert (answer.ease, answer.hours, answer.words) == (2, None, "Less <b>text</b>.")
    assert client.get(url).context["form"].initial == {"ease": 2, "hours": None, "words": answer.words}

    Application.objects.filter(pk=file.pk).update(state="rejected")
    closed = client.get(url).content.decode()
    assert "Less &lt;b&gt;text&lt;/b&gt;." in closed
    assert 'name="ease"' not in closed
    assert client.post(url, {"ease": "5"}).status_code == 422
    client.force_login(people.user("Charlie Stranger"))
    assert client.get(url).status_code == client.post(url, {"ease": "5"}).status_code == 404
    assert SurveyAnswer.objects.get().ease == 2


def test_below_five_answers_managers_see_their_number_alone(client, call, crew):
    answered(call, (1, 40, "Awful upload."), (5, 2, ""), (5, 2, ""), (4, 2, ""))
    assert queries.survey_of(call) == Answers(4)
    client.force_login(crew.mia)
    page = client.get(f"/calls/{call.slug}/applications/survey/").content.decode()
    assert "Nothing is shown before 5 applicants answered" in page
    assert "Answers so far: 4." in page
    assert "Awful" not in page
    assert 'class="bars"' not in page


def test_from_five_answers_on_managers_see_them_together_without_names(client, call, crew):
    other = calls.call(crew)
    said(make.application(other, by=people.user("Zoe Other")), 1, 900, "Of another call")
    answered(
        call, (5, 10, "Ruled <i>well</i>"), (5, 5, ""), (4, 40, "A shorter form"), (4, None, ""), (2, 8, "")
    )
    found = queries.survey_of(call)
    counts = [("1", 0, "0"), ("2", 1, "1"), ("3", 0, "0"), ("4", 2, "2"), ("5", 2, "2")]
    assert found == Answers(
        answered=5,
        marks=[Mark("ease", "4.0", counts)],
        median_hours="",
        words=["A shorter form", "Ruled <i>well</i>"],
    )
    answered_more = make.application(call, by=people.user("Person 9"))
    said(answered_more, 3, 11)
    found = queries.survey_of(call)
    assert (found.answered, found.marks[0].mean, found.median_hours) == (6, "3.8", "10")

    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/applications/survey/"
    assert url in client.get(f"/calls/{call.slug}/applications/").content.decode()
    page = client.get(url).content.decode()
    assert '<b class="num">3.8</b>' in page
    assert "A shorter form" in page
    assert "Ruled &lt;i&gt;well&lt;/i&gt;" in page
    assert "Of another call" not in page
    assert "Person" not in page


def test_managers_of_the_project_alone_open_the_answers(client, call, crew):
    url = f"/calls/{call.slug}/applications/survey/"
    client.force_login(crew.fred)
    assert client.get(url).status_code == 404
    assert url not in client.get(f"/calls/{call.slug}/applications/").content.decode()
    elsewhere = team()
    client.force_login(elsewhere.mia)
    assert client.get(url).status_code == 404
    ProjectMember.objects.create(
        project=crew.project, user=elsewhere.mia, role="viewer", organisation=crew.coordinator
    )
    assert client.get(url).status_code == 403
